// Sorts tables. The rows are all in the page; this only puts them in another order, and keeps the order in the address
// (#sort=cost.2.desc: the table's name, the column from 0, the direction; nothing for the order the page came with).
"use strict";

const blank = (value) => value === undefined || value === "";

function keyOf(row, column) {
  // A cell that spans several columns stands for all of them.
  let at = 0;
  for (const cell of row.cells) {
    at += cell.colSpan;
    if (column < at) return cell.dataset.v;
  }
  return undefined;
}

function compare(a, b, numeric) {
  if (numeric) {
    const [x, y] = [Number(a), Number(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function enhance(table) {
  const body = table.tBodies[0];
  const original = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];

  function sort(column, direction) {
    const numeric = heads[column].dataset.sort === "number";
    const rows = [...original];
    if (direction) {
      rows.sort((one, other) => {
        const [a, b] = [keyOf(one, column), keyOf(other, column)];
        if (blank(a) || blank(b)) return blank(a) - blank(b); // what is not known stays last in both directions
        return compare(a, b, numeric) * (direction === "desc" ? -1 : 1);
      });
    }
    body.append(...rows);
    heads.forEach((head, index) => {
      if (index === column && direction) head.setAttribute("aria-sort", direction === "desc" ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  heads.forEach((head, column) => {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const next = now === "ascending" ? "desc" : now === "descending" ? "" : "asc";
      sort(column, next);
      const hash = next ? `#sort=${table.dataset.sortAs}.${column}.${next}` : location.pathname + location.search;
      history.replaceState(null, "", hash);
    });
  });

  function restore() {
    const [, name, column, direction] = /^#sort=([\w-]+)\.(\d+)\.(asc|desc)$/.exec(location.hash) || [];
    if (name === table.dataset.sortAs && heads[column]?.dataset.sort) sort(Number(column), direction);
  }
  addEventListener("hashchange", restore);
  restore();
}

document.querySelectorAll("table[data-sort-as]").forEach(enhance);
