"""What `ftprices sql` takes for a question: one SELECT, or EXPLAIN of one, and nothing that writes inside it.

The kind of a statement does not tell: `EXPLAIN ANALYZE COPY ...` runs the COPY, and a SELECT may carry one in its WITH.
So the parsed query itself is looked through, and only what is known to read is let pass.
"""

from __future__ import annotations

import re

import duckdb

from pipeline.errors import QueryFault, UsageFault
from pipeline.terminal import pointed

READING = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
HIDING = frozenset({"json_execute_serialized_sql", "query"})  # they run a query that is not in the parsed one

# white space and comments; none with another inside, where DuckDB and a pattern might see different ends
_GAP = r"(?:\s|--[^\r\n]*[\r\n]|/\*(?:(?!/\*|\*/).)*\*/)*"
# what stands before the query in EXPLAIN SELECT 1, EXPLAIN ANALYZE SELECT 1 and EXPLAIN (FORMAT json) SELECT 1
# no comment or long text in them, where a bracket would not close the list; and no query, as in EXPLAIN (SELECT 1)
_OPTIONS = r"\(\s*(?:ANALYZE|FORMAT)\b(?:[\w\s,]|'\w*')*\)"
_EXPLAIN = re.compile(rf"{_GAP}EXPLAIN\b(?:{_GAP}ANALYZE\b)?(?:{_GAP}{_OPTIONS})?", re.IGNORECASE | re.DOTALL)
_NODE = re.compile(r'"type"\s*:\s*"(\w+_NODE)"')  # {"type":"SELECT_NODE", ...
_FUNCTION = re.compile(r'"function_name"\s*:\s*"(\w+)"')  # "function_name":"read_csv"


def check_question(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Raises UsageFault, saying what stands there, for everything but one SELECT, or EXPLAIN of one."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageFault("the query is not UTF-8 text") from error
    kind = _kind(connection, text)
    explained = _EXPLAIN.match(text) if kind == "EXPLAIN" else None
    if explained is not None:
        text = text[explained.end() :]
        kind = _kind(connection, text)
    if kind == "EXPLAIN":
        raise UsageFault("EXPLAIN is not understood here: write EXPLAIN or EXPLAIN ANALYZE, then the query")
    if kind == "MULTI":  # a PIVOT that must read the values first makes a type for them
        raise UsageFault("a PIVOT names its values here: PIVOT ... ON column IN ('a', 'b')")
    if kind != "SELECT":
        raise UsageFault(f"a query is one SELECT, or EXPLAIN of one, not {kind}: the published copy is only read")
    _check_parts(connection, text)


def _kind(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as error:
        raise QueryFault(*pointed(str(error))) from error
    if not statements:
        raise UsageFault("the query is empty")
    if len(statements) > 1:
        raise UsageFault(f"one query at a time: these are {len(statements)} statements")
    return str(statements[0].type.name)


def _check_parts(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    """Look through what DuckDB's parser made of the query. In its JSON a quote inside a name or a text is escaped."""
    try:
        ((parsed,),) = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchall()
    except duckdb.Error as error:
        raise QueryFault(*pointed(str(error))) from error
    nodes = set(_NODE.findall(parsed))
    if not nodes:
        raise UsageFault("the query is not understood: DuckDB cannot tell what it is made of")
    strange = [node.removesuffix("_NODE").removesuffix("_QUERY") for node in sorted(nodes - READING)]
    strange += sorted({name for name in _FUNCTION.findall(parsed) if name.lower() in HIDING})
    if strange:
        raise UsageFault(f"a query only reads: {strange[0]} has no place in it")
