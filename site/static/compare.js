// Compares any offers as of any date. The page shows today's comparison of a few offers without this; the prices of all
// are fetched when they are first wanted. What was chosen stands in the address (#offers=a,b&as-of=2026-08-01).
"use strict";

const DAY = 86400000;
const MOST = 6;

// The price of a series at a moment (UTC, "2026-08-27T00:00:00"), by the rule of price_as_of in the published database:
// the span that holds then; of several, the seller's own word, then what was seen within days, then the list that goes
// first, then the newer price. A markup is found in the same way, by the rule of markup_as_of.
function priceAsOf(spans, moment) {
  const unseen = ([, , , seen = moment]) =>
    Math.max(8, Math.round((Date.parse(moment.slice(0, 10)) - Date.parse((seen < moment ? seen : moment).slice(0, 10))) / DAY));
  const place = ([, , , , , , , ofList = 0]) => ofList;
  return spans
    .filter(([from, to]) => from <= moment && (!to || to > moment))
    .sort((a, b) => a[5] - b[5] || unseen(a) - unseen(b) || place(a) - place(b) || (a[4] < b[4] ? 1 : a[4] > b[4] ? -1 : 0))[0];
}

const place = document.querySelector("[data-compare]");
const region = place.querySelector(".scroll");
const untouched = region.innerHTML;
const state = { offers: null, asOf: "" };
let data = null;
let offers = new Map();

const open = made("button", { type: "button" }, "Choose models, sellers and a date");
const tools = made("div", { class: "tools", role: "group", "aria-label": "Choose what is compared" }, open);
const said = made("output", { "aria-live": "polite" });
const reach = made("p", { class: "note" });
place.before(tools);
open.addEventListener("click", () => load().then(() => tools.querySelector("select").focus(), fail));

function fail(error) {
  said.textContent = `The prices could not be fetched (${error.message}); today's comparison below stands.`;
  tools.append(said);
}

async function load() {
  if (data) return;
  const answer = await fetch(place.dataset.compare);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  data = await answer.json();
  offers = new Map(data.offers.map((offer) => [offer[0], offer]));
  controls();
}

function controls() {
  const sellers = [...new Set(data.offers.map((offer) => offer[2]))].sort();
  const seller = made("select", { id: "compare-seller" }, ...sellers.map((one) => made("option", {}, one)));
  const offer = made("select", { id: "compare-offer" });
  const add = made("button", { type: "button" }, "Add");
  const date = made("input", { id: "compare-date", type: "date", min: data.since, max: data.as_of.slice(0, 10) });
  const clear = made("button", { type: "button", class: "clear" }, "Clear");
  const csv = made("button", { type: "button", "aria-label": "Save this comparison as CSV" }, "CSV");
  const fill = () => {
    const listed = data.offers.filter((one) => one[2] === seller.value);
    offer.replaceChildren(...listed.map(([key, name, , way]) => made("option", { value: key }, way ? `${name}, ${way}` : name)));
  };
  seller.addEventListener("change", fill);
  fill();
  add.addEventListener("click", () => {
    const chosen = columns();
    if (chosen.includes(offer.value)) said.textContent = "This offer is in the comparison already.";
    else if (chosen.length >= MOST) said.textContent = `At most ${MOST} offers stand side by side: remove one first.`;
    else choose([...chosen, offer.value], state.asOf);
  });
  date.addEventListener("change", () => {
    if (date.validity.valid) choose(state.offers, date.value);
    else said.textContent = `Dates reach from ${date.min} to ${date.max}.`;
  });
  clear.addEventListener("click", () => choose(null, ""));
  csv.addEventListener("click", saveTable);
  tools.replaceChildren(made("label", { for: seller.id }, "Seller"), seller, made("label", { for: offer.id }, "Model"), offer,
    add, made("label", { for: date.id }, "As of the start of (UTC)"), date, clear, said, made("span", { class: "save" }, "Save what is shown: ", csv));
  tools.after(reach);
}

const columns = () => state.offers || data.default;
const moment = () => (state.asOf ? `${state.asOf}T00:00:00` : data.as_of);

function choose(chosen, asOf) {
  state.offers = chosen && String(chosen) !== String(data.default) ? chosen : null;
  state.asOf = asOf;
  const parts = [state.offers && `offers=${state.offers.join(",")}`, asOf && `as-of=${asOf}`].filter(Boolean);
  history.replaceState(history.state, "", parts.length ? `#${parts.join("&")}` : location.pathname + location.search);
  render();
}

// How long a price has held, or when it was last seen: on a day between two looks nobody saw it.
const dated = (span, at) => (span[3] <= at ? `seen ${span[3].slice(0, 10)}` : `since ${span[0].slice(0, 10)}`);

// The first day that begins with a figure of one of these offers.
function earliest(shownOffers) {
  const starts = shownOffers.flatMap(([, , , , , cells]) => cells.flat().flatMap((series) => (data.series[series] || []).map(([from]) => from)));
  const first = starts.sort()[0];
  if (!first) return "";
  const day = first.slice(0, 10);
  return first === `${day}T00:00:00` ? day : new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);
}

// The cells of an offer at a moment: [words, unit, its date in words, series, number of the list, key in it], or undefined.
function cellsOf([, , , , , cells], at) {
  return data.rows.map(([key], index) => {
    for (const series of cells[index]) {
      const span = priceAsOf(data.series[series] || [], at);
      if (!span) continue;
      if (!key.startsWith("markup")) return [span[2], span[6], dated(span, at), series, span[8], span[9]];
      const ratio = priceAsOf(data.markup[series] || [], at);
      if (ratio && ratio[2]) return [ratio[2], "", ratio[3] ? dated(ratio, at) : `since ${ratio[0].slice(0, 10)}`, series, ratio[8], ratio[9]];
    }
    return undefined;
  });
}

// Where a figure was read: a seller's on the model's page, a list's in the list.
function figureCell([text, per, seen, series, list, listKey], unit, home) {
  const other = per && per !== unit ? [" ", made("span", { class: "unit" }, `/ ${per}`)] : [];
  const when = made("span", { class: "sub" }, seen);
  if (list === undefined) return made("td", { class: "n" }, made("a", { class: "num", href: `../${home}#s-${series}` }, text), ...other, when);
  const [words, address] = data.lists[list];
  const name = address ? made("a", { href: address, rel: "external nofollow noopener" }, words) : words;
  return made("td", { class: "n" }, made("span", { class: "num" }, text), ...other, " ", made("span", { class: "standing third-party" }, "third party"),
    " ", made("span", { class: "sub of-list" }, made("code", {}, listKey), " in ", name), " ", when);
}

const none = () => made("span", { class: "none" }, "—", made("span", { class: "sr" }, " no such figure"));

function render() {
  const date = document.getElementById("compare-date");
  if (date && date.value !== state.asOf) date.value = state.asOf;
  const at = moment();
  said.textContent = `${columns().length} offers, ${state.asOf ? `as of ${state.asOf}, 00:00 UTC` : "today"}`;
  const first = earliest(columns().map((key) => offers.get(key)));
  reach.textContent = `The earliest date with a figure is ${data.since}${first && first !== data.since ? `, of these offers ${first}` : ""}. Before a seller’s page was first read, third parties’ lists stand in for it.`;
  if (!state.offers && !state.asOf) {
    region.innerHTML = untouched;
    return;
  }
  const shownOffers = columns().map((key) => offers.get(key));
  const heads = shownOffers.map(([key, name, seller, way, path]) => {
    const remove = made("button", { type: "button", class: "clear", "aria-label": `Remove ${name}, ${seller}` }, "Remove");
    remove.addEventListener("click", () => choose(columns().filter((one) => one !== key), state.asOf));
    const link = made("a", { href: `../${path}` }, name);
    return made("th", { scope: "col" }, link, made("span", { class: "sub" }, seller), made("span", { class: "sub" }, way || "any way"), remove);
  });
  const found = shownOffers.map((offer) => cellsOf(offer, at));
  const rows = data.rows.flatMap(([key, title, unit], index) => {
    if (!found.some((cells) => cells[index])) return [];
    const cells = found.map((all, column) => {
      if (!all[index]) return made("td", { class: "n" }, none());
      return figureCell(all[index], unit, data.homes[all[index][3]] || shownOffers[column][4]);
    });
    return [made("tr", {}, made("th", { scope: "row" }, title, made("span", { class: "sub" }, unit === "tuned over base" ? unit : `$ per ${unit}`)), ...cells)];
  });
  const facts = shownOffers.map(([, , , , path, , told]) => {
    const held = told.map((index) => data.facts[index]).filter(([from, gone]) => from <= at && (!gone || gone > at));
    const text = held.map(([, , day, before, after, tone]) => made("span", { class: `mark ${tone}` }, day && day <= at ? after : before));
    return made("td", {}, made("a", { class: "quiet", href: `../${path}#availability` }, ...(text.length ? text : ["nothing stated"])));
  });
  rows.push(made("tr", {}, made("th", { scope: "row" }, "Can be bought"), ...facts));
  const caption = made("caption", { id: "compare-caption" }, `What was known ${state.asOf ? `at 00:00 UTC on ${state.asOf}` : "at the newest reading"}; between two looks the old price holds, unless the seller dates the new one. Each figure leads to its evidence${found.flat().some((cell) => cell && cell[4] !== undefined) ? "; one marked third party is what a list said, in which the day of a move lies between two snapshots" : ""}.`);
  region.replaceChildren(made("table", {}, caption, made("thead", {}, made("tr", {}, made("th", { scope: "col" }, "Figure"), ...heads)), made("tbody", {}, ...rows)));
}

function saveTable() {
  const lines = [...region.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => {
    const copy = cell.cloneNode(true);
    copy.querySelectorAll("button").forEach((button) => button.remove());
    return shown(copy);
  }));
  save(`fine-tune-prices-compare-${moment().slice(0, 10)}.csv`, "text/csv", csvOf(lines));
}

// What the address says; offers it names that are not known count for nothing.
function restore() {
  const all = stated();
  if (!all.has("offers") && !all.has("as-of") && !data) return;
  load().then(() => {
    const named = (all.get("offers") || "").split(",").filter((key) => offers.has(key)).slice(0, MOST);
    const asOf = /^\d{4}-\d\d-\d\d$/.test(all.get("as-of") || "") && !Number.isNaN(Date.parse(all.get("as-of"))) ? all.get("as-of") : "";
    state.offers = named.length && String(named) !== String(data.default) ? [...new Set(named)] : null;
    state.asOf = asOf;
    render();
  }, fail);
}
addEventListener("hashchange", restore);
addEventListener("popstate", restore);
restore();
