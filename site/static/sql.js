// The console of /sql/: DuckDB in the reader's browser, over the published file. Nothing is loaded before a click, and
// nothing is sent anywhere: the engine, its worker and the data are files of this site.
// A query lives in the address (#q=..., packed as #z=... where it is long), and is never run before a click either.
"use strict";

const MOST_ROWS = 1000;
const LOADING_MS = 20_000; // a browser that does not start the engine says nothing: after so long, we do
const LONG = 1500; // letters of a query that stay readable in the address
const MOST_LETTERS = 2000; // of a cell on the page; the CSV has all
const LONGEST = 8000; // letters of an address that chats and mail programs still carry

const console_ = document.getElementById("console");
if (console_) start(console_);

function start(root) {
  const at = (name) => root.querySelector(`[data-part="${name}"]`);
  const [editor, load, run, stop, link, csv, status, problem, result] =
    ["editor", "load", "run", "stop", "link", "csv", "status", "problem", "result"].map(at);
  let engine = null; // {connection, worker, version}
  let starting = null; // {worker}, while it is no engine yet
  let files = null; // kept, so that a stopped engine starts again without a download
  let shown = null; // the result on the page
  let turn = 0; // what a stopped query still says is not heard

  root.hidden = false;
  document.querySelectorAll("[data-try]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      editor.value = document.getElementById(button.dataset.try).textContent.trim();
      remember();
      editor.setSelectionRange(0, 0);
      editor.scrollTop = 0;
      root.scrollIntoView();
      editor.focus({ preventScroll: true });
      if (engine) ask();
    });
  });
  load.addEventListener("click", async () => (await wake()) && run.focus());
  run.addEventListener("click", ask);
  stop.addEventListener("click", halt);
  link.addEventListener("click", copyLink);
  csv.addEventListener("click", download);
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ask();
    }
  });
  addEventListener("hashchange", recall);
  recall();

  function say(words) {
    status.textContent = words;
  }

  function fail(words) {
    problem.textContent = words;
    problem.hidden = !words;
  }

  function busy(isBusy) {
    run.disabled = isBusy;
    stop.hidden = !isBusy;
    load.hidden = isBusy || engine !== null;
    root.setAttribute("aria-busy", String(isBusy));
  }

  async function wake() {
    if (engine) return true;
    const mine = ++turn;
    fail("");
    busy(true);
    try {
      files ??= await fetched(root.dataset, say);
      if (mine !== turn) return false;
      say("Starting DuckDB …");
      const started = await watched(begin(files, root.dataset, (worker) => (starting = { worker })), () => {
        if (mine === turn) fail(`DuckDB has not started after ${LOADING_MS / 1000} s: this device is slow, or its browser does not let it. Stop ends the wait; the recipes and the downloads need none of it.`);
      });
      if (mine !== turn) {
        started.worker.terminate();
        return false;
      }
      engine = started;
      fail("");
      say(`DuckDB ${engine.version} is ready. The database is read-only, and nothing leaves this page.`);
      return true;
    } catch (error) {
      if (mine === turn) {
        say("");
        fail(`The console could not be loaded: ${words(error)}. The recipes and the downloads on this page need none of it.`);
      }
      return false;
    } finally {
      if (mine === turn) busy(false);
    }
  }

  async function ask() {
    const sql = editor.value.trim();
    if (!sql) return fail("The query is empty.");
    remember();
    if (!(await wake())) return;
    const mine = ++turn;
    fail("");
    busy(true);
    say("Running …");
    const begun = performance.now();
    try {
      const answer = await query(engine.connection, sql);
      if (mine !== turn) return;
      shown = answer;
      draw(result, answer);
      csv.hidden = false;
      const took = `${((performance.now() - begun) / 1000).toFixed(2)} s`;
      say(
        answer.isCut
          ? `The first ${MOST_ROWS.toLocaleString("en")} rows, in ${took}; the answer has more, and no more are shown or exported.`
          : `${answer.rows.length.toLocaleString("en")} ${answer.rows.length === 1 ? "row" : "rows"}, in ${took}.`,
      );
      result.focus();
    } catch (error) {
      if (mine !== turn) return;
      shown = null;
      result.replaceChildren();
      csv.hidden = true;
      say("");
      fail(words(error));
      editor.focus();
    } finally {
      if (mine === turn) busy(false);
    }
  }

  function halt() {
    turn += 1;
    (engine ?? starting)?.worker.terminate(); // one thread: it would hear nothing else before it is done
    engine = starting = null;
    fail("");
    busy(false);
    say("Stopped. The next query starts DuckDB again, without another download.");
    editor.focus();
  }

  async function remember() {
    const sql = editor.value.trim();
    const hash = sql ? await packed(sql) : "";
    if (hash.length > LONGEST) return false;
    history.replaceState(null, "", hash || location.pathname + location.search);
    return true;
  }

  async function recall() {
    const [, form, text] = /^#([qz])=(.*)$/s.exec(location.hash) || [];
    if (!form) return;
    try {
      editor.value = form === "q" ? decodeURIComponent(text) : await unpacked(text);
      say("The query of this address is in the editor; it was not run.");
    } catch {
      fail("The address holds a query that cannot be read: it may have been cut off.");
    }
  }

  async function copyLink() {
    if (!(await remember())) return fail("The query is too long for an address; keep it in a file.");
    try {
      await navigator.clipboard.writeText(location.href);
      say("The address is copied.");
    } catch {
      say("The address bar holds the address of this query.");
    }
  }

  function download() {
    const text = [shown.columns.map((column) => column.name), ...shown.rows].map((row) => row.map(cell).join(",")).join("\n");
    const url = URL.createObjectURL(new Blob([text, "\n"], { type: "text/csv" }));
    const anchor = Object.assign(document.createElement("a"), { href: url, download: "prices.csv" });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }
}

async function fetched(places, say) {
  const wasm = await bytes(places.wasm, (loaded) => say(`Loading DuckDB: ${(loaded / 1e6).toFixed(1)} of ${places.size} …`));
  say("Loading the prices …");
  const database = await bytes(places.database, () => {}, "no-cache");
  // Hosts differ: some undo the packing on the way, most serve the file as it is.
  const isPacked = wasm[0] === 0x1f && wasm[1] === 0x8b;
  const plain = isPacked ? new Blob([wasm]).stream().pipeThrough(new DecompressionStream("gzip")) : new Blob([wasm]).stream();
  const unpacked = await new Response(plain, { headers: { "Content-Type": "application/wasm" } }).blob();
  // Handed anything else, the engine's worker never answers.
  const magic = new Uint8Array(await unpacked.slice(0, 4).arrayBuffer());
  if (String.fromCharCode(...magic) !== "\0asm") throw new Error("what came is no engine");
  return { wasm: URL.createObjectURL(unpacked), database };
}

async function bytes(url, tell, cache = "default") {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), LOADING_MS);
  try {
    const response = await fetch(url, { signal: abort.signal, cache });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    const parts = [];
    let loaded = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), LOADING_MS); // slow is no failure; silent is
      parts.push(value);
      tell((loaded += value.length));
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch (error) {
    throw abort.signal.aborted ? new Error(`nothing came for ${LOADING_MS / 1000} s`) : error;
  } finally {
    clearTimeout(timer);
  }
}

async function begin(files, places, tell) {
  const { AsyncDuckDB, DuckDBAccessMode, VoidLogger } = await import(new URL(places.engine, document.baseURI));
  const worker = new Worker(new URL(places.worker, document.baseURI));
  tell(worker);
  try {
    const broken = new Promise((_, refuse) => worker.addEventListener("error", (event) => refuse(new Error(event.message || "its worker failed"))));
    const database = new AsyncDuckDB(new VoidLogger(), worker);
    const ready = async () => {
      await database.instantiate(files.wasm);
      await database.registerFileBuffer("prices.duckdb", files.database.slice());
      await database.open({ path: "prices.duckdb", accessMode: DuckDBAccessMode.READ_ONLY });
      const connection = await database.connect();
      // No other file, no network, no extension; and no query can allow them again.
      for (const setting of [
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "memory_limit = '1GB'",
        "enable_external_access = false",
        "lock_configuration = true",
      ]) {
        await connection.query(`SET ${setting}`);
      }
      return { connection, worker, version: await database.getVersion() };
    };
    return await Promise.race([ready(), broken]);
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

function watched(promise, complain) {
  const timer = setTimeout(complain, LOADING_MS); // told and not ended: a slow device gets there
  return promise.finally(() => clearTimeout(timer));
}

async function query(connection, sql) {
  const batches = await connection.send(sql, true);
  const rows = [];
  let columns = [];
  for await (const batch of batches) {
    columns = batch.schema.fields.map((field) => ({ name: field.name, type: typeOf(field.type) }));
    const vectors = columns.map((_, index) => batch.getChildAt(index));
    for (let row = 0; row < batch.numRows && rows.length <= MOST_ROWS; row += 1) {
      rows.push(vectors.map((vector, index) => shownAs(vector.get(row), columns[index].type, batch.schema.fields[index].type)));
    }
    if (rows.length > MOST_ROWS) {
      await connection.cancelSent();
      break;
    }
  }
  if (!columns.length) columns = (batches.schema?.fields ?? []).map((field) => ({ name: field.name, type: typeOf(field.type) }));
  const isCut = rows.length > MOST_ROWS;
  return { columns, rows: rows.slice(0, MOST_ROWS), isCut };
}

const TYPES = { Utf8: "VARCHAR", Float64: "DOUBLE", Float32: "FLOAT", Int64: "BIGINT", Int32: "INTEGER", Bool: "BOOLEAN" };

function typeOf(type) {
  const name = String(type);
  return TYPES[name] ?? (name.startsWith("Date") ? "DATE" : name.startsWith("Timestamp") ? "TIMESTAMP" : name.replace(/<.*/, "").toUpperCase());
}

function shownAs(value, name, type) {
  if (value === null || value === undefined) return null;
  if (name === "DATE" || name === "TIMESTAMP") {
    const text = new Date(Number(value)).toISOString();
    return name === "DATE" ? text.slice(0, 10) : text.slice(0, 19).replace("T", " ");
  }
  if (name.startsWith("DECIMAL")) return decimal(value, type.scale);
  if (value instanceof Uint8Array) return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (typeof value === "object") return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
  return typeof value === "number" || typeof value === "bigint" || typeof value === "boolean" ? value : String(value);
}

function decimal(words, scale) {
  let whole = 0n;
  [...words].reverse().forEach((word) => {
    whole = (whole << 32n) | BigInt(word);
  });
  whole = BigInt.asIntN(32 * words.length, whole);
  if (!scale) return String(whole);
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0");
  return `${whole < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function draw(result, { columns, rows }) {
  const table = document.createElement("table");
  const isNumber = columns.map((column) => /^(DOUBLE|FLOAT|BIGINT|INTEGER|DECIMAL)/.test(column.type));
  const head = table.createTHead().insertRow();
  columns.forEach((column, index) => {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.className = isNumber[index] ? "n" : "t";
    cell.title = column.type;
    cell.textContent = column.name;
    head.append(cell);
  });
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((value, index) => {
      const cell = line.insertCell();
      if (isNumber[index]) cell.className = "n";
      const text = String(value ?? "");
      cell.textContent = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text;
    });
  }
  result.replaceChildren(table);
}

// As in the downloads: no spreadsheet runs a cell.
function cell(value) {
  let text = value === null ? "" : String(value);
  if (typeof value === "string" && /^[=+@\t\r\n＝＋＠－-]/.test(text) && !/^-(\d+(\.\d+)?)?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function words(error) {
  const said = String(error?.message ?? error).trim();
  try {
    const { exception_type: kind, exception_message: text } = JSON.parse(said); // what DuckDB's parser says comes packed
    return `${kind} Error: ${text}`;
  } catch {
    return said;
  }
}

async function through(bytes_, stream) {
  return new Uint8Array(await new Response(new Blob([bytes_]).stream().pipeThrough(stream)).arrayBuffer());
}

async function packed(sql) {
  if (sql.length <= LONG) return `#q=${encodeURIComponent(sql)}`;
  const small = await through(new TextEncoder().encode(sql), new CompressionStream("deflate-raw"));
  const letters = Array.from(small, (byte) => String.fromCharCode(byte)).join("");
  return `#z=${btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

async function unpacked(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const small = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(await through(small, new DecompressionStream("deflate-raw")));
}
