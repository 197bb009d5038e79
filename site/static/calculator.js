// The calculator of /break-even/: every offer for a reader's own workload, as a table, and the costs of one as a chart.
"use strict";

// What it would take to change a verdict, or to keep it: of an offer, a workload and the answer to both.
function wouldTake(offer, work, answer) {
  const { fixed, said } = economics;
  const { verdict, saved_usd_per_request: saved, break_even_requests_low: low, break_even_requests_high: high } = answer;
  const managed = offer.against === "managed";
  const own = offer.against === "self_hosted";
  const asNow = verdict === "pays" ? ", as now" : "";
  if (verdict === "nothing_to_compare") {
    return managed ? "another seller of this model" : own ? "open weights, and a measured throughput" : "a larger model of this seller";
  }
  if (verdict === "unknown_price") return "a price";
  if (verdict === "not_for_sale") return answer.closed_on === offer.closed_to_all_on ? "another seller" : "an active customer of the seller";
  if (answer.horizon_months <= 0) return "another model";
  if (!managed && !own && saved <= 0) {
    const even = answer.prompt_tokens_to_break_even;
    return said("a prompt of more than ", even === null ? null : fixed(even), ` tokens, where this one has ${fixed(work.prompt_tokens)}`);
  }
  if (managed) {
    const kept = economics.keptUsd(offer.hosting, offer.storage) - answer.against_fixed_usd_per_month_high;
    if (saved < 0 && kept < 0) return `${fixed(Math.floor(kept / saved))} requests a month or fewer${asNow}`;
    if (saved <= 0 && kept >= 0) return "another price";
    if (kept <= 0) return "nothing: it costs less at any volume";
  }
  if (low === null) return "another price";
  const [from, to] = [low, high ?? 0].map((end) => fixed(Math.ceil(end)));
  const range = high === null ? `${from} requests a month, or never at the dear end` : `${from === to ? from : `${from} to ${to}`} requests a month`;
  return `more than ${range}${asNow}`;
}

(() => {
  const { dollars, fill, h, months, requests, usd } = workload;
  const s = (tag, ...rest) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), ...rest);
  const FIRST = 40; // rows shown before all are asked for
  const NAMES = { prompt_same_base: "the prompt", prompt_larger_base: "the prompt", managed: "the same", self_hosted: "rented GPUs" };

  function againstWords({ against, against_model: model, against_seller: seller, against_provider: provider }) {
    if (against === "self_hosted") return NAMES.self_hosted;
    if (against === "managed") return `${NAMES.managed} at ${seller ?? provider}`;
    return `${NAMES[against]} on ${model ?? "its base"}`;
  }

  // What pays first, then what does not, in the order of the site's own tables.
  function order(verdicts) {
    const ranks = Object.keys(verdicts);
    const keys = ({ offer, answer }) => [
      ranks.indexOf(answer.verdict), offer.provider.startsWith("_"), !offer.against.startsWith("prompt_"),
      answer.payback_months_high ?? Infinity, offer.provider, offer.name, offer.way ?? "", offer.against, offer.against_provider ?? "",
    ];
    return (one, other) => {
      const [a, b] = [keys(one), keys(other)];
      const at = a.findIndex((key, index) => key !== b[index]);
      return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
    };
  }

  function ticksTo(highest) {
    if (!(highest > 0)) return [0, 1];
    const power = 10 ** (Math.floor(Math.log10(highest)) - 1);
    const step = [2, 2.5, 5, 10, 20, 25, 50].map((size) => size * power).find((size) => highest / size <= 4);
    return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => step * index);
  }

  // Labels at the ends of lines that would cover each other are pushed apart, within the drawing.
  function spread(places, top, bottom) {
    const sorted = places.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
    sorted.forEach((one, at) => { if (at) one.y = Math.max(one.y, sorted[at - 1].y + 15); });
    sorted.toReversed().forEach((one, at, all) => { one.y = Math.min(one.y, at ? all[at - 1].y - 15 : bottom); });
    return places.map((_, index) => Math.max(sorted.find((one) => one.index === index).y, top));
  }

  const short = (x) => [[1e9, "B"], [1e6, "M"], [1e3, "K"]].filter(([size]) => x >= size)
    .map(([size, letter]) => `${Number((x / size).toPrecision(3))}${letter}`)[0] ?? String(Number(x.toPrecision(3)));

  // Straight lines of cost against volume, as templates/charts/line_chart.html draws them.
  function drawn(lines, crossing, { reach, now, width, room, size, title, words }) {
    const [height, top, bottom] = [300, 14, 274];
    const ticks = ticksTo(Math.max(...lines.map((line) => line.fixed + line.each * reach)));
    const isWhole = ticks.every(Number.isInteger);
    const labels = ticks.map((tick) => `$${tick && !isWhole ? economics.fixed(tick, 2) : economics.fixed(tick)}`);
    const [left, right] = [10 + 6.6 * Math.max(...labels.map((label) => label.length)), width - Math.max(room, 12)];
    const x = (at) => Number((left + ((right - left) * at) / reach).toFixed(1));
    const y = (cost) => Number((bottom - ((bottom - top) * cost) / ticks.at(-1)).toFixed(1));
    const ends = lines.map((line) => y(line.fixed + line.each * reach));
    const places = spread(ends, top - 4, bottom + 4);
    const [t, d] = [`calculated-${size}-t`, `calculated-${size}-d`];
    return s("svg", { class: `chart ${size}`, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-labelledby": `${t} ${d}` },
      s("title", { id: t }, title), s("desc", { id: d }, words),
      ...ticks.flatMap((tick, at) => [
        s("path", { class: at ? "grid" : "grid base", d: `M${left} ${y(tick)}H${right}` }),
        s("text", { class: "tick", x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, labels[at]),
      ]),
      s("path", { class: "grid", d: `M${x(now)} ${top}V${bottom}` }),
      ...[[0, "start"], [now, "middle"], [reach, "end"]].map(([at, anchor]) => (
        s("text", { class: "tick", x: x(at), y: bottom + 18, "text-anchor": anchor }, short(at)))),
      ...lines.map((line, at) => s("g", { class: `l${at + 1}` },
        s("path", { class: "sure", d: `M${x(0)} ${y(line.fixed)}L${x(reach)} ${ends[at]}` }),
        s("text", room ? { class: "end", x: x(reach) + 8, y: places[at] + 4 }
          : { class: "end", x: x(reach), y: places[at] - 5, "text-anchor": "end" }, line.label))),
      crossing && s("g", { class: "crossing" },
        s("circle", { cx: x(crossing.at), cy: y(crossing.cost), r: 5 }),
        s("text", { x: x(crossing.at), y: y(crossing.cost) - 10, "text-anchor": "middle" }, crossing.words)));
  }

  // The chart of one offer: the prompt it replaces, itself with its project spread over the horizon, what else is linear.
  function chart(found, values) {
    const same = found.find(({ offer, answer }) => offer.against === "prompt_same_base" && answer.saved_usd_per_request !== null);
    if (!same) return null;
    const { offer, answer } = same;
    const horizon = answer.horizon_months || 1;
    const lines = [
      { label: `prompt on ${offer.against_model}`, fixed: 0, each: answer.against_usd_per_request },
      { label: `tuned ${offer.name}`, fixed: answer.tuned_fixed_usd_per_month + (answer.project_usd_high ?? 0) / horizon, each: answer.tuned_usd_per_request },
    ];
    for (const other of found) {
      if (other.answer.against_usd_per_request === null) continue;
      const { against, against_model: model } = other.offer;
      if (against === "prompt_larger_base") lines.push({ label: `prompt on ${model}`, fixed: 0, each: other.answer.against_usd_per_request });
      if (against === "managed") {
        lines.push({ label: `tuned at ${other.offer.against_seller ?? other.offer.against_provider}`, fixed: other.answer.against_fixed_usd_per_month_high + lines[1].fixed - answer.tuned_fixed_usd_per_month, each: other.answer.against_usd_per_request });
      }
    }
    const even = answer.break_even_requests_high;
    const now = values.requests;
    const reach = 1.5 * Math.max(now, even !== null && even <= 8 * now ? even : 0);
    const crossing = even > 0 && even <= reach
      ? { at: even, cost: even * answer.against_usd_per_request, words: `${economics.fixed(even)} requests` } : null;
    const title = `${offer.name} at ${offer.seller}: what a month costs`;
    const meeting = even === null ? "the prompt and the tuned model never cost the same."
      : `the prompt and the tuned model cost the same at ${economics.fixed(even)} requests a month${even > reach ? ", further out than is drawn" : ""}.`;
    const words = answer.project_usd_high === null ? "The price of training is not known; the lines are the calls alone."
      : `The project’s ${dollars(answer.project_usd_high)} are spread over ${economics.fixed(horizon)} months; ${meeting}`;
    const common = { reach, now, title, words };
    return h("figure", { class: "history" },
      h("figcaption", null, h("strong", null, title), `, US dollars by requests a month. ${words} Rented GPUs come in steps, and stand in the table alone.`),
      drawn(lines, crossing, { ...common, width: 880, room: 210, size: "wide" }),
      drawn(lines, crossing, { ...common, width: 448, room: 0, size: "narrow" }));
  }

  workload.open("calculator", (form, data) => {
    const offers = economics.offersOf(data);
    const [summary, table, figure] = ["calculated", "calculated-rows", "calculated-chart"].map((id) => document.getElementById(id));
    const more = document.getElementById("calculated-more");
    const body = table.querySelector("tbody");
    const compared = order(data.verdicts);
    let [isWhole, chosen, rows, values] = [false, null, [], null];

    const gpus = ({ gpus_low: low, gpus_high: high }) => (low === null ? "" : `on ${low === high ? low : `${low} to ${high}`} GPUs`);

    function row({ offer, answer }) {
      const [word, tone] = data.verdicts[answer.verdict];
      const draw = h("button", { type: "button", class: "plain", "aria-label": `Draw ${offer.name} at ${offer.seller}` }, "draw");
      draw.addEventListener("click", () => { chosen = offer.offer_id; show(); figure.focus(); });
      const million = (x) => (x === null ? "unknown" : `$${economics.fixed(x * 1e6, x >= 0.001 ? 0 : 2)}`);
      const { tuned_usd_per_request: tuned, against_usd_per_request: other } = answer;
      return h("tr", null,
        h("th", { scope: "row" }, offer.path ? h("a", { href: form.dataset.root + offer.path }, offer.name) : offer.name,
          h("span", { class: "sub" }, offer.seller), offer.way ? h("span", { class: "sub" }, offer.way) : "",
          offer.against === "prompt_same_base" ? draw : ""),
        h("td", null, againstWords(offer)),
        h("td", { class: "cause" }, h("span", { class: `mark ${tone}` }, word), h("span", { class: "sub" }, answer.verdict_words)),
        h("td", { class: "n" }, usd(answer.project_usd_low, answer.project_usd_high)),
        h("td", { class: "n" }, million(tuned),
          h("span", { class: "sub" }, offer.against === "self_hosted" ? gpus(answer) : `against ${million(other)}`)),
        h("td", { class: "n" }, usd(answer.tuned_usd_per_month, answer.tuned_usd_per_month),
          h("span", { class: "sub" }, `against ${usd(answer.against_usd_per_month_low, answer.against_usd_per_month_high)}`)),
        h("td", { class: "n" }, requests(answer.break_even_requests_low, answer.break_even_requests_high)),
        h("td", { class: "n" }, months(answer.payback_months_low, answer.payback_months_high)),
        h("td", { class: "why" }, wouldTake(offer, values, answer) ?? ""));
    }

    function show() {
      body.replaceChildren(...rows.slice(0, isWhole ? rows.length : FIRST).map(row));
      more.hidden = isWhole || rows.length <= FIRST;
      more.textContent = `Show all ${rows.length} answers`;
      const first = rows.find(({ offer }) => offer.offer_id === chosen) ?? rows.find(({ offer, answer }) => offer.against.startsWith("prompt_") && answer.saved_usd_per_request !== null);
      const drawing = first && chart(rows.concat(others(first.offer)).filter(({ offer }) => offer.offer_id === first.offer.offer_id), values);
      figure.replaceChildren(...(drawing ? [drawing] : []));
    }

    // What a filter hides of an offer is still drawn.
    const answered = (offer) => ({ offer, answer: economics.breakEven(economics.assume(offer, values), values) });
    const others = (offer) => offers.filter((one) => one.offer_id === offer.offer_id && !rows.some((shown) => shown.offer === one)).map(answered);

    function changed(given) {
      values = given;
      const wanted = values.model.trim().toLowerCase();
      rows = offers.filter((offer) => (!values.seller || offer.provider === values.seller)
        && (!values.against || offer.against === values.against) && offer.name.toLowerCase().includes(wanted))
        .map(answered).sort(compared);
      const tally = Object.entries(data.verdicts).map(([verdict, [word]]) => [rows.filter(({ answer }) => answer.verdict === verdict).length, word]);
      const best = rows.find(({ offer, answer }) => answer.verdict === "pays" && offer.against.startsWith("prompt_"));
      summary.querySelector("p").textContent = rows.length === 0 ? "No offer is called so." : `${best
        ? `First ${best.offer.name} at ${best.offer.seller}, against ${againstWords(best.offer)}: ${best.answer.verdict_words}. `
        : "Nothing pays against its prompt. "}${tally.filter(([count]) => count).map(([count, word]) => `${count} ${word}`).join(", ")}.`;
      show();
    }

    more.addEventListener("click", () => { isWhole = true; show(); body.rows[FIRST].cells[0].querySelector("a, button")?.focus(); });
    summary.hidden = false;
    workload.bind(form, data.scenarios, changed);
  });
})();
