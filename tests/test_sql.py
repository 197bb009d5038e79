"""`ftprices sql`: it reads the published figures and nothing else, and what it prints can be read back."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import duckdb
import pytest

import pipeline.sql
from pipeline import published
from pipeline.cli import exit_code
from tests.program import Installation
from tests.published_site import publish


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    root = tmp_path_factory.mktemp("published")
    publish(root / "state", root / "site")
    return Installation(home=root / "state", site=root / "site")


@pytest.fixture(autouse=True)
def own_places(installation: Installation, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FTPRICES_HOME", str(installation.home))
    monkeypatch.setenv("FTPRICES_SITE", str(installation.site))
    monkeypatch.delenv("FTPRICES_SITE_URL", raising=False)


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert files
    return files


def as_json(capsys: pytest.CaptureFixture[str], query: str) -> list[dict[str, object]]:
    assert exit_code(["sql", query, "--format", "json"]) == 0, capsys.readouterr().err
    document: list[dict[str, object]] = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    return document


def as_csv(capsys: pytest.CaptureFixture[str], query: str) -> list[list[str]]:
    assert exit_code(["sql", query, "--format", "csv"]) == 0, capsys.readouterr().err
    return list(csv.reader(io.StringIO(capsys.readouterr().out)))


def assert_one_line(said: str) -> None:
    """One line says what is wrong; two more, set in, may show where in the query."""
    first, *place = said.splitlines()
    assert first.startswith("ftprices: ")
    assert len(place) in (0, 2), said
    assert all(line.startswith("  ") for line in place), said


SPOILING = [
    "COPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)",
    "COPY (SELECT 1) TO '{database}.wal' (FORMAT csv, USE_TMP_FILE false)",
    "COPY current_price TO '{out}/rows.csv'",
    "EXPLAIN ANALYZE COPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN (ANALYZE, FORMAT json) COPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)",
    "WITH x AS (COPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)) FROM x",
    "EXPLAIN /* x */ ANALYZE COPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE /* /* */ SELECT 1 /* */ */ */ COPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN (ANALYZE /* ) SELECT 1 -- */) COPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN (ANALYZE, FORMAT 'a) SELECT 1 -- ') COPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE -- x\rCOPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE WITH x AS (COPY current_price TO '{database}' (FORMAT csv, USE_TMP_FILE false)) FROM x",
    "WITH x AS (COPY current_price TO '{database}.wal') PIVOT current_price ON meter",
    "FROM query('WITH x AS (COPY current_price TO ''{database}'') FROM x')",
    "FROM json_execute_serialized_sql('{copying}')",
    "FROM JSON_Execute_Serialized_SQL('{copying}')",
    "EXPORT DATABASE '{database}.tmp'",
    "IMPORT DATABASE '{out}'",
    "ATTACH '{database}' AS again",
    "ATTACH '{out}/other.duckdb'",
    "DETACH prices",
    "SELECT 1; COPY current_price TO '{database}'",
    "DELETE FROM current_price",
    "WITH x AS (DELETE FROM current_price RETURNING *) FROM x",
    "CREATE TABLE mine (x INT)",
    "CREATE TEMP TABLE mine (x INT)",
    "DROP TABLE current_price",
    "PRAGMA disable_checkpoint_on_shutdown",
    "SET enable_external_access = true",
    "SET temp_directory = '{out}'",
    "RESET ALL",
    "INSTALL httpfs",
    "LOAD json",
    "CALL enable_logging('QueryLog', storage = 'file', storage_path = '{out}')",
    "FROM enable_logging('QueryLog', storage = 'file', storage_path = '{out}')",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "PREPARE p AS SELECT 1",
    "USE memory",
]


@pytest.mark.parametrize("query", SPOILING)
def test_nothing_is_written_anywhere(
    query: str, installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    before = bytes_of(installation.site)
    asked = spelled_out(query, installation, tmp_path)
    assert exit_code(["sql", asked]) == 2, asked
    printed = capsys.readouterr()
    assert printed.out == ""
    assert_one_line(printed.err)
    assert "\ufffd" not in printed.err
    assert before == bytes_of(installation.site)
    assert list(tmp_path.iterdir()) == []


def test_what_gets_past_the_look_at_the_query_does_not_reach_the_site(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The second fence: a way to write that nobody foresaw."""
    monkeypatch.setattr(pipeline.sql, "check_question", lambda _connection, _text: None)
    before = bytes_of(installation.site)
    codes = {exit_code(["sql", spelled_out(query, installation, tmp_path)]) for query in SPOILING}
    assert 2 in codes
    assert before == bytes_of(installation.site)
    assert list(tmp_path.iterdir()) == []


def spelled_out(query: str, installation: Installation, out: Path) -> str:
    database = installation.site / "data" / "prices.duckdb"
    copying = duckdb.execute(
        "SELECT json_serialize_sql(?::VARCHAR)", [f"WITH x AS (COPY (SELECT 1) TO '{database}') FROM x"]
    ).fetchone()
    assert copying is not None
    return query.format(database=database, out=out, copying=str(copying[0]).replace("'", "''"))


@pytest.mark.parametrize(
    "query",
    [
        "FROM read_csv('{file}')",
        "FROM read_text('{file}')",
        "FROM read_blob('{file}')",
        "FROM '{file}'",
        "FROM glob('{folder}/*')",
        "FROM sniff_csv('{file}')",
        "FROM read_json('{file}')",
        "FROM read_text('{home}/state.id')",
        "FROM read_blob('{site}/data/prices.duckdb')",
        "FROM duckdb_secrets()",
        "FROM read_csv('https://example.org/x.csv')",
        "FROM text",  # a variable of the program
        "SELECT getenv('HOME')",
    ],
)
def test_no_other_file_is_read(
    query: str, installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "secret.csv"
    file.write_text("a\nsecret words\n", encoding="utf-8")
    asked = query.format(file=file, folder=tmp_path, home=installation.home, site=installation.site)
    assert exit_code(["sql", asked]) == 2, asked
    assert "secret words" not in "".join(capsys.readouterr())


def test_the_spill_folder_is_ours_limited_and_gone_afterwards(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings = "SELECT name, value FROM duckdb_settings() WHERE name IN ('temp_directory', 'memory_limit')"
    found = {str(row["name"]): str(row["value"]) for row in as_json(capsys, settings)}
    assert found["temp_directory"].startswith(str(tmp_path))
    assert "MiB" in found["memory_limit"]
    monkeypatch.setattr(published, "MEMORY_LIMIT", "20MB")
    monkeypatch.setattr(published, "SPILL_LIMIT", "1MB")
    assert exit_code(["sql", "SELECT x FROM range(9000000) t(x) ORDER BY hash(x) LIMIT 1 OFFSET 8000000"]) == 1
    assert "more than 20MB" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "query",
    [
        "FROM current_price",
        "EXPLAIN FROM current_price",
        "EXPLAIN ANALYZE SELECT 1",
        "EXPLAIN (FORMAT json) SELECT 1",
        "EXPLAIN (FORMAT 'json') SELECT 1",
        "EXPLAIN (SELECT 1)",
        "EXPLAIN (FROM current_price);",
        "-- slow?\nEXPLAIN ANALYZE (SELECT 1) UNION (SELECT 2);",
        "EXPLAIN (ANALYZE, FORMAT json) (SELECT 1)",
        "(SELECT 1)",
        "VALUES (1)",
        "/* why */ EXPLAIN /* is it\nslow */ ANALYZE -- really\n SELECT 1 /* x */",
        "DESCRIBE current_price",
        "SHOW TABLES",
        "SUMMARIZE current_price",
        "WITH x AS (SELECT 1) FROM x UNION ALL VALUES (2)",
        "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM r WHERE a < 3) FROM r",
        "PIVOT current_price ON meter IN ('inference_input') USING first(amount) GROUP BY model",
        "FROM price_as_of('2026-01-02')",
        "SELECT 1 -- and no more",
        ";; SELECT 1 ;",
        'SELECT \'; COPY "type":"COPY_QUERY_NODE"\'',
        "SELECT 1" + " + 1" * 700,
    ],
)
def test_whatever_only_reads_is_answered(query: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["sql", query]) == 0, capsys.readouterr().err
    assert capsys.readouterr().out
    target = tmp_path / "rows.parquet"
    assert exit_code(["sql", query, "--format", "parquet", "-o", str(target)]) == 0, capsys.readouterr().err
    assert duckdb.connect().execute("SELECT count(*) > 0 FROM read_parquet(?)", [str(target)]).fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "empty"),
        (" ", "empty"),
        (";", "empty"),
        ("/* x */", "empty"),
        (" -- x", "empty"),
        ("SELECT 1; SELECT 2", "one query at a time"),
        ("SELEC 1", 'near "SELEC"'),
        ("SELECT amont FROM current_price", "Candidate bindings"),
        ("SELECT $1", "parameter"),
        ("SELECT '\udc80'", "UTF-8"),
        ("SELECT error('no\nsuch\x1b[31m luck')", "no; such"),
        ("PIVOT current_price ON meter", "IN ("),
        ("EXPLAIN (VERBOSE) SELECT 1", "explain type: verbose"),
        ("EXPLAIN (current_price)", "syntax error"),
    ],
)
def test_what_is_no_query_is_told_in_one_line(query: str, said: str, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["sql", query]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert_one_line(printed.err)
    assert "\x1b" not in printed.err
    assert printed.out == ""


def test_a_query_on_standard_input_that_is_not_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"SELECT '\xff'"), encoding="utf-8"))
    assert exit_code(["sql", "-"]) == 2
    assert "UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("style", ["table", "csv", "parquet"])
def test_a_query_that_takes_too_long_is_stopped(style: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    query = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"
    words = ["sql", query, "--format", style, "-o", str(tmp_path / "rows"), "--timeout", "0.3"]
    assert exit_code(words) == 1
    assert "0.3 s" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_writing_a_file_counts_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = ["sql", "SELECT range, range::VARCHAR AS a FROM range(40000000)", "--format", "csv", "--timeout", "0.5"]
    begun = time.monotonic()
    assert exit_code([*words, "-o", str(tmp_path / "rows")]) == 1
    assert time.monotonic() - begun < 10
    assert "0.5 s" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_listens_to_no_interrupt_is_ended_with_the_process(installation: Installation, tmp_path: Path):
    """One value that takes minutes to compute is one step. The private copy goes all the same, and so does half a file."""
    spill, rows = tmp_path / "spill", tmp_path / "rows"
    spill.mkdir()
    rows.mkdir()
    at_once = "SELECT levenshtein(repeat('a', 500000), repeat('b', 500000))"
    late = """SELECT repeat('z', 1000), levenshtein(repeat('a', letters), repeat('b', letters))
        FROM (SELECT CASE WHEN range = 19999 THEN 500000 ELSE 1 END AS letters FROM range(20000))"""
    for query, words in ((at_once, ["--timeout", "0.5"]), (late, ["--timeout", "5", "-o", str(rows / "rows.csv")])):
        command = installation.command("sql", query, "--format", "csv", *words)
        environment = installation.environment | {"TMPDIR": str(spill)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"ftprices: the query ran for more than {words[1]} s and was stopped\n"
    assert [*spill.iterdir(), *rows.iterdir()] == []


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the kernel bounds memory on Linux")
def test_what_duckdb_does_not_count_is_bounded_by_the_kernel(capsys: pytest.CaptureFixture[str]):
    before = resource.getrlimit(resource.RLIMIT_DATA)
    for query in (
        "SELECT [repeat('x', 3000000000), repeat('y', 3000000000)] AS a",
        "SELECT generate_series(1, 700000000) AS a",
    ):
        assert exit_code(["sql", query, "--format", "json"]) == 1, query
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "ask for less" in printed.err
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert len(as_json(capsys, "FROM current_price")) == 4


def test_what_is_nested_deeper_than_python_goes_is_told(capsys: pytest.CaptureFixture[str]):
    assert exit_code(["sql", f"SELECT {'[' * 520}1{']' * 520} AS a", "--format", "json"]) == 2
    assert "nested too deep" in capsys.readouterr().err


def test_no_time_is_no_number_of_seconds(capsys: pytest.CaptureFixture[str]):
    for seconds in ("0", "-1", "nan", "inf"):
        assert exit_code(["sql", "SELECT 1", "--timeout", seconds]) == 2, seconds
        assert "--timeout" in capsys.readouterr().err


def test_json_has_a_word_for_every_value_and_one_name_a_column(capsys: pytest.CaptureFixture[str]):
    query = """SELECT 'nan'::DOUBLE AS no_number, 'infinity'::DOUBLE AS over, '-infinity'::FLOAT AS under,
        1234567890123456789012345678901234.5600::DECIMAL(38, 4) AS money, 1000::DECIMAL(8, 2) AS round,
        1 AS a, 2 AS a, 3 AS A, NULL AS nothing, true AS yes, TIMESTAMP '2026-01-01 06:00:00' AS at,
        TIMESTAMPTZ '2026-01-01 06:00:00+02' AS zoned, DATE '2026-01-02' AS day, TIME '10:00' AS hour,
        [{'x': 'nan'::DOUBLE}] AS nested, MAP {DATE '2026-01-02': 0.50::DECIMAL(4, 2)} AS dated, 'a'::BLOB AS bytes"""
    (row,) = as_json(capsys, query)
    assert row == {
        "no_number": "NaN",
        "over": "Infinity",
        "under": "-Infinity",
        "money": "1234567890123456789012345678901234.56",
        "round": "1000",
        "a": 1,
        "a_1": 2,
        "A_2": 3,
        "nothing": None,
        "yes": True,
        "at": "2026-01-01T06:00:00Z",
        "zoned": "2026-01-01T04:00:00Z",
        "day": "2026-01-02",
        "hour": "10:00:00",
        "nested": [{"x": "NaN"}],
        "dated": {"2026-01-02": "0.5"},
        "bytes": "61",
    }
    assert exit_code(["sql", "SELECT 1234567890123456789012345678901234.56::DECIMAL(38, 4) AS money"]) == 0
    assert "1234567890123456789012345678901234.56" in capsys.readouterr().out


def test_every_type_there_is_has_a_form(capsys: pytest.CaptureFixture[str]):
    assert len(as_json(capsys, "FROM test_all_types()")) == 3
    assert len(as_csv(capsys, "FROM test_all_types()")) == 4


def test_json_is_a_list_of_row_objects_whatever_their_number(capsys: pytest.CaptureFixture[str]):
    assert as_json(capsys, "SELECT 1 AS a WHERE false") == []
    assert as_json(capsys, "SELECT range AS a FROM range(2500)") == [{"a": number} for number in range(2500)]


def test_no_document_carries_what_a_terminal_would_obey(capsys: pytest.CaptureFixture[str]):
    query = "SELECT 'a' || chr(27) || '[2J' || chr(155) || 'b' || chr(8238) || chr(233) AS name"
    for style in ("table", "csv", "json"):
        assert exit_code(["sql", query, "--format", style]) == 0
        printed = capsys.readouterr().out
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", printed), style
        assert "é" in printed
    assert as_json(capsys, query) == [{"name": "a\x1b[2J\x9bb\u202eé"}]


def test_a_csv_runs_nowhere_and_keeps_its_figures(capsys: pytest.CaptureFixture[str]):
    query = """SELECT '=1+1' AS "=head", '＝1' AS wide, '-' AS dash, '-0.5' AS text, -0.5 AS figure, '-1+1' AS sum,
        0.0000001::DECIMAL(9, 7) AS small, true AS yes, TIMESTAMP '2026-01-01 06:00:00' AS at, ['=1'] AS list"""
    assert as_csv(capsys, query) == [
        ["'=head", "wide", "dash", "text", "figure", "sum", "small", "yes", "at", "list"],
        ["'=1+1", "'＝1", "-", "-0.5", "-0.5", "'-1+1", "0.0000001", "true", "2026-01-01T06:00:00Z", '["=1"]'],
    ]


def test_a_long_table_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(pipeline.sql, "MOST_TABLE_ROWS", 20)
    assert exit_code(["sql", "FROM range(21)"]) == 0
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 21
    assert "the first 20 rows" in printed.err
    assert exit_code(["sql", "FROM range(20)"]) == 0
    assert capsys.readouterr().err.startswith("20 rows\n")


def test_the_target_is_replaced_whole_or_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    target = tmp_path / "rows.json"
    for style, begin in (("json", "[\n"), ("csv", "a\n"), ("table", "a\n"), ("parquet", "PAR1")):
        target.write_text("old", encoding="utf-8")
        assert exit_code(["sql", "SELECT 1 AS a", "--format", style, "-o", str(target)]) == 0
        assert target.read_bytes().decode(errors="replace").startswith(begin), style
    late = "SELECT CASE WHEN range = 5000 THEN error('late') ELSE 'x' END AS a FROM range(6000)"
    for style in ("json", "csv", "parquet"):
        target.write_text("old", encoding="utf-8")
        assert exit_code(["sql", late, "--format", style, "-o", str(target)]) == 2
        assert target.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["rows.json"]


@pytest.mark.parametrize("style", ["json", "parquet"])
def test_a_pipe_or_a_socket_is_never_replaced_by_a_file(
    style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    os.mkfifo("pipe")
    Path("link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        for name in ("pipe", "link", "socket"):
            assert exit_code(["sql", "SELECT 1", "--format", style, "-o", name]) == 2
            assert "no ordinary file" in capsys.readouterr().err
        assert Path("pipe").is_fifo()
        assert Path("link").is_symlink()
        assert Path("socket").is_socket()


def test_neither_the_site_nor_the_state_is_a_target(
    installation: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    before = bytes_of(installation.site), bytes_of(installation.home)
    (tmp_path / "link").symlink_to(installation.home)
    targets = [installation.site / name for name in ("data/prices.duckdb", "data/mine.csv", "index.html", "mine.csv")]
    targets += [installation.home / name for name in ("warehouse.duckdb", "state.id", "mine.csv")]
    targets += [tmp_path / "link" / "state.id"]
    for target in targets:
        assert exit_code(["sql", "SELECT 1", "-o", str(target)]) == 2, target
        assert "name a file elsewhere" in capsys.readouterr().err
    assert before == (bytes_of(installation.site), bytes_of(installation.home))


def test_a_reader_who_has_enough_is_no_failure(installation: Installation):
    command = installation.command("sql", "FROM range(3000000)", "--format", "csv")
    with subprocess.Popen(
        command, env=installation.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"range\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize("style", ["table", "csv", "json"])
def test_a_terminal_without_the_letter(style: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="ascii", write_through=True))
    assert exit_code(["sql", "SELECT 'café' AS name", "--format", style]) == 0, capsys.readouterr().err
    printed = written.getvalue().decode("ascii")
    assert "caf\\" in printed
    if style == "json":
        assert json.loads(printed) == [{"name": "café"}]


@pytest.mark.parametrize(
    ("query", "line", "marked"),
    [
        ("SELEC 1", "LINE 1: SELEC 1", "SELEC"),
        ("SELECT provider,\n  amont\nFROM current_price", "LINE 2:   amont", "amont"),
        ("SELECT\t\tamont FROM current_price", "LINE 1: SELECT  amont FROM current_price", "amont"),
        ("FROM current_price WHERE model = 'é' AND nothing = 1", "LINE 1: FROM current_price WHERE", "nothing"),
        ("EXPLAIN FROM nowhere", "LINE 1: ", "nowhere"),
    ],
)
def test_an_error_points_at_its_place(query: str, line: str, marked: str, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["sql", query]) == 2
    _, shown, marks = capsys.readouterr().err.splitlines()
    assert shown.startswith(f"  {line}")
    assert shown[marks.index("^") :].startswith(marked)
    assert marks.strip() == "^" * len(marked)


def test_a_query_comes_from_a_file_standard_input_or_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "mine.sql"
    file.write_text("\ufeff-- mine\nSELECT count(*) AS n FROM current_price;\n", encoding="utf-8")
    assert exit_code(["sql", "--file", str(file), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"n": 4}]
    monkeypatch.setattr("sys.stdin", io.StringIO(file.read_text(encoding="utf-8-sig")))
    assert exit_code(["sql", "-", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"n": 4}]
    assert exit_code(["sql", "--recipe", "seller-coverage", "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["provider"], row["base_calls"]) == ("openai", 4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "ask one thing"),
        (["SELECT 1", "--schema"], "ask one thing"),
        (["SELECT 1", "--recipe", "gpu-rent"], "ask one thing"),
        (["--recipe", "nothing"], "--recipes"),
        (["--file", "nowhere.sql"], "nowhere.sql"),
        (["--file", "."], "cannot be read"),
    ],
)
def test_what_is_no_way_to_ask_is_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str]):
    assert exit_code(["sql", *words]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_a_file_that_is_not_text_or_writes_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "mine.sql"
    for content, said in ((b"SELECT '\xff'", "UTF-8"), (b"DROP TABLE current_price", "one SELECT")):
        file.write_bytes(content)
        assert exit_code(["sql", "--file", str(file)]) == 2
        assert said in capsys.readouterr().err


def test_the_line_that_opens_the_same_file_elsewhere_is_told(
    installation: Installation, capsys: pytest.CaptureFixture[str]
):
    for style in ("table", "csv", "json"):
        assert exit_code(["sql", "SELECT 1 AS a", "--format", style]) == 0
        last = capsys.readouterr().err.splitlines()[-1]
        assert last.endswith(f"duckdb -readonly duckdb:{installation.site / 'data' / 'prices.duckdb'}")


def test_the_schema_names_every_table_column_and_function_with_its_words(
    installation: Installation, capsys: pytest.CaptureFixture[str]
):
    assert exit_code(["sql", "--schema"]) == 0
    printed = capsys.readouterr().out
    assert exit_code(["sql", "--schema", "--format", "json"]) == 0
    schema = json.loads(capsys.readouterr().out)
    with duckdb.connect(str(installation.site / "data" / "prices.duckdb"), read_only=True) as reader:
        tables = {name for (name,) in reader.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        functions = reader.execute("SELECT function_name FROM duckdb_functions() WHERE NOT internal").fetchall()
    assert tables == {table["name"] for table in schema["tables"]}
    assert {name for (name,) in functions} == {function["name"] for function in schema["functions"]}
    assert len(functions) > 20
    for table in schema["tables"]:
        assert table["words"] in printed
        for column in table["columns"]:
            assert f"  {column['name']} {column['type']}: {column['words']}\n" in printed
    assert "FROM price_as_of(d)\n" in printed
    assert "markup_usd(" in printed


def test_the_recipes_are_listed_with_what_they_answer(capsys: pytest.CaptureFixture[str]):
    assert exit_code(["sql", "--recipes", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert len(listed) >= 20
    assert exit_code(["sql", "--recipes"]) == 0
    printed = capsys.readouterr().out
    assert [] == [recipe["name"] for recipe in listed if recipe["name"] not in printed]
