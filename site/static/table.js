// Sorts, filters and saves tables. The rows are all in the page: this only orders them, hides some, and writes files of
// what is left. A row's facets are its data-f-* attributes ("data-f-seller"; several values are parted by "|"); the search
// reads the first column alone, so that no price answers it.
//
// What was chosen stands in the address (#cost.q=gpt&cost.seller=OpenAI&cost.sort=training.desc), defaults left out.
"use strict";

// A cell that a spreadsheet would run, or a terminal obey: the same three patterns as in warehouse/spreadsheet.py.
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;
const FORMULA = /^[=+@\t\r\n＝＋＠－-]/;
const NO_FORMULA = /^-([0-9]+(\.[0-9]+)?)?$/;
const FEW = 8; // rows that need no filter

const words = (text) => text.replace(/\s+/g, " ").trim();
const slug = (text) => words(text).toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
const blank = (value) => value === undefined || value === "";

function made(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// The words of a cell as they are seen; a dash for "no such figure" is a blank.
function shown(cell) {
  if (!cell) return "";
  const copy = cell.cloneNode(true);
  copy.querySelectorAll(".sr, svg").forEach((hidden) => hidden.remove());
  copy.querySelectorAll("*").forEach((part) => part.before(" "));
  const text = words(copy.textContent);
  return text === "—" || text === "–" ? "" : text;
}

function cellAt(row, column) {
  // A cell that spans several columns stands for all of them.
  let at = 0;
  for (const cell of row.cells) {
    at += cell.colSpan;
    if (column < at) return cell;
  }
  return undefined;
}

const keyOf = (row, column) => cellAt(row, column)?.dataset.v;

function compare(a, b, numeric) {
  if (numeric) {
    const [x, y] = [Number(a), Number(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function harmless(value) {
  const text = String(value).replace(CONTROL, "");
  const guarded = FORMULA.test(text) && !NO_FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

const csvOf = (lines) => lines.map((line) => line.map(harmless).join(",") + "\r\n").join("");

function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = made("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// The state in the address. An address without "=" is a place in the page and says nothing about tables.
const stated = () => new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
const isPlace = () => location.hash.length > 1 && !location.hash.includes("=");

function enhance(table) {
  const name = table.dataset.sortAs;
  const region = table.closest(".scroll");
  // A long table comes in parts, so that it can be read without this; here it is one.
  for (const part of document.querySelectorAll(`table[data-continues="${name}"]`)) {
    table.tBodies[0].append(...part.tBodies[0].rows);
    part.closest(".scroll").remove();
  }
  const original = [...table.tBodies].flatMap((body) => [...body.rows]);
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const titles = heads.map((head) => words([...head.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ")));
  const units = heads.map((head) => words(head.querySelector(".sub")?.textContent || ""));
  const keys = titles.map((title, column) => slug(titles.indexOf(title) === column ? title : `${title} ${units[column] || column}`));
  const facets = new Map();
  for (const row of original) {
    for (const [key, value] of Object.entries(row.dataset)) {
      if (!/^f[A-Z]/.test(key)) continue;
      const facet = key.slice(1).toLowerCase();
      if (!facets.has(facet)) facets.set(facet, new Set());
      value.split("|").filter(Boolean).forEach((one) => facets.get(facet).add(one));
    }
  }
  for (const [facet, values] of facets) if (values.size < 2) facets.delete(facet);
  const state = { q: "", sort: "" };
  const controls = {};

  const has = (row, facet, value) => (row.dataset[`f${facet[0].toUpperCase()}${facet.slice(1)}`] || "").split("|").includes(value);
  const matches = (row) =>
    (!state.q || state.q.toLowerCase().split(/\s+/).filter(Boolean).every((part) => shown(row.cells[0]).toLowerCase().includes(part))) &&
    [...facets.keys()].every((facet) => !state[facet] || has(row, facet, state[facet]));
  const visible = () => [...body.rows].filter((row) => !row.hidden);

  function show() {
    const [key, direction] = state.sort.split(".");
    const column = keys.indexOf(key);
    const rows = [...original];
    if (direction) {
      const numeric = heads[column].dataset.sort === "number";
      rows.sort((one, other) => {
        const [a, b] = [keyOf(one, column), keyOf(other, column)];
        if (blank(a) || blank(b)) return blank(a) - blank(b); // what is not known stays last in both directions
        return compare(a, b, numeric) * (direction === "desc" ? -1 : 1);
      });
    }
    body.append(...rows);
    let count = 0;
    for (const row of rows) {
      row.hidden = !matches(row);
      count += !row.hidden;
    }
    heads.forEach((head, index) => {
      if (index === column && direction) head.setAttribute("aria-sort", direction === "desc" ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    for (const [field, control] of Object.entries(controls)) if (control.value !== state[field]) control.value = state[field] || "";
    const said = `${count} of ${original.length} shown`;
    if (output.textContent !== said) output.textContent = said;
    clear.hidden = !Object.values(state).some(Boolean);
  }

  function write() {
    const all = stated();
    for (const key of [...all.keys()]) if (key.startsWith(`${name}.`)) all.delete(key);
    for (const [field, value] of Object.entries(state)) if (value) all.set(`${name}.${field}`, value);
    const text = String(all).replaceAll("+", "%20");
    history.replaceState(history.state, "", text ? `#${text}` : location.pathname + location.search);
    show();
  }

  // What is said about this table in the address; what it does not know counts for nothing.
  function read() {
    if (isPlace()) return;
    const all = stated();
    for (const facet of facets.keys()) {
      const value = all.get(`${name}.${facet}`) || "";
      state[facet] = facets.get(facet).has(value) ? value : "";
    }
    state.q = controls.q ? all.get(`${name}.q`) || "" : "";
    const sort = all.get(`${name}.sort`) || "";
    const [key, direction] = sort.split(".");
    state.sort = heads[keys.indexOf(key)]?.dataset.sort && /^(asc|desc)$/.test(direction) ? sort : "";
    show();
  }

  // What is on the screen: heads with their units, the words of each cell, and the number behind it where that is another.
  function saved() {
    const rows = visible();
    const columns = heads.map((head, column) => ({
      title: units[column] ? `${titles[column]} (${units[column]})` : titles[column],
      text: rows.map((row) => shown(cellAt(row, column))),
      value: head.dataset.sort === "number" ? rows.map((row) => keyOf(row, column) || "") : [],
    }));
    return columns.flatMap(({ title, text, value }) => {
      const differs = value.some((one, index) => one && one !== text[index]);
      return [[title, text], ...(differs ? [[`${title}, value`, value]] : [])];
    });
  }

  function fileName(kind) {
    const parts = Object.entries(state).filter(([, value]) => value).map(([field, value]) => (field === "sort" ? `by-${slug(value)}` : slug(value)));
    return ["fine-tune-prices", name, ...parts].filter(Boolean).join("-").slice(0, 120) + `.${kind}`;
  }

  function saveCsv() {
    const columns = saved();
    const lines = visible().map((_, index) => columns.map(([, cells]) => cells[index]));
    save(fileName("csv"), "text/csv", csvOf([columns.map(([title]) => title), ...lines]));
  }

  function saveJson() {
    const columns = saved();
    const rows = visible().map((_, index) =>
      Object.fromEntries(columns.map(([title, cells]) => {
        const cell = cells[index];
        return [title, cell === "" ? null : title.endsWith(", value") && !Number.isNaN(Number(cell)) ? Number(cell) : cell];
      })));
    const chosen = Object.fromEntries(Object.entries(state).filter(([, value]) => value));
    const about = { page: location.href, table: words(table.caption?.textContent || name), chosen, shown: rows.length, of: original.length, rows };
    save(fileName("json"), "application/json", JSON.stringify(about, null, 1) + "\n");
  }

  function chosen(field, label, control) {
    controls[field] = control;
    control.id = `${name}-${field}`;
    control.addEventListener("input", () => { state[field] = control.value; write(); });
    tools.append(made("span", { class: "choice" }, made("label", { for: control.id }, label), control));
  }

  const tools = made("div", { class: "tools", role: "group", "aria-label": `Choose rows: ${name.replaceAll("-", " ")}` });
  const output = made("output", { "aria-live": "polite" });
  const clear = made("button", { type: "button", class: "clear" }, "Clear");
  const group = made("span", { class: "save" }, "Save what is shown: ");
  if (original.length >= FEW) {
    chosen("q", titles[0], made("input", { type: "search", autocomplete: "off", spellcheck: "false" }));
    for (const [facet, values] of facets) {
      const options = [...values].sort().map((value) => made("option", { value }, value));
      chosen(facet, facet[0].toUpperCase() + facet.slice(1), made("select", {}, made("option", { value: "" }, "all"), ...options));
    }
    tools.append(output, clear);
  } else facets.clear();
  for (const [kind, saveAs] of [["CSV", saveCsv], ["JSON", saveJson]]) {
    const button = made("button", { type: "button", "aria-label": `Save the shown rows as ${kind}: ${name.replaceAll("-", " ")}` }, kind);
    button.addEventListener("click", saveAs);
    group.append(button, " ");
  }
  tools.append(group);
  region.before(tools);
  clear.addEventListener("click", () => {
    for (const field of Object.keys(state)) state[field] = "";
    write();
    (controls.q || heads[0].querySelector("button"))?.focus();
  });

  heads.forEach((head, column) => {
    if (!head.dataset.sort) return;
    const button = made("button", { type: "button" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const next = now === "ascending" ? "desc" : now === "descending" ? "" : "asc";
      state.sort = next && `${keys[column]}.${next}`;
      write();
    });
  });
  addEventListener("hashchange", read);
  addEventListener("popstate", read);
  if (stated().size || location.hash.length < 2) read();
  else show();
}

document.querySelectorAll("table[data-sort-as]").forEach(enhance);
