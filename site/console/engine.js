// What the page's own script, ../static/sql.js, needs of DuckDB for the browser; bundled into one module by build.mjs.
export { AsyncDuckDB, DuckDBAccessMode, VoidLogger } from "@duckdb/duckdb-wasm";
