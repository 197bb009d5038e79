// The checklist of /advise/: `ranking` and `advise` of warehouse/macros/economics_verdict.sql in the reader's browser, and
// their answers as text and tables. true, false and null are the three answers; null is not known.
"use strict";

const advice = (() => {
  const nan = (x) => x ?? NaN;
  const none = (x) => (Number.isNaN(x) ? null : x);
  const STANDS = ["for_sale", "retires_first", "price_unknown", "retired", "not_for_sale"];

  function inOrder(rows, keys) {
    const compare = (a, b) => (a === b ? 0 : a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
    return [...rows].sort((one, other) => keys(one).reduce((found, key, at) => found || compare(key, keys(other)[at]), 0));
  }

  // Every model that could be tuned, what is for sale first, by what it costs in 12 months.
  function ranking(offers, work) {
    const answered = offers.map((offer) => ({ offer, answer: economics.breakEven(economics.assume(offer, work), work) }));
    const hosted = new Map(answered.filter(({ offer }) => offer.against === "self_hosted").map(({ offer, answer }) => [offer.offer_id, answer]));
    const rows = answered.filter(({ offer }) => offer.against === "prompt_same_base" && ["standard", null].includes(offer.tier)
      && ["legacy", null].includes(offer.condition)).map(({ offer, answer }) => {
      const [low, high, month] = [nan(answer.project_usd_low), nan(answer.project_usd_high), nan(answer.tuned_usd_per_month)];
      const [horizon, base] = [answer.horizon_months, nan(answer.against_usd_per_month_high)];
      const compared = Number.isNaN(nan(work.own_usd_per_month)) ? base : work.own_usd_per_month;
      const each = compared / (work.requests || NaN) - nan(answer.tuned_usd_per_request);
      const even = (project) => {
        const found = economics.breakEvenRequests(project, horizon, nan(answer.tuned_fixed_usd_per_month), each);
        return Number.isNaN(found) ? null : Math.max(found, 0);
      };
      const back = [low, high].map((project) => none(economics.paybackMonths(project, compared - month)));
      const total = high + 12 * month;
      const span = Math.min(horizon, 12);
      const benefit = work.requests * span * nan(work.accuracy_gain) * nan(work.usd_per_error);
      const net = (project) => none(benefit - (project + span * (month - compared)));
      const availability = answer.closed_on !== null ? "not_for_sale" : horizon <= 0 ? "retired"
        : Number.isNaN(total) ? "price_unknown" : horizon < work.horizon_months ? "retires_first" : "for_sale";
      const months = economics.monthsText(nan(back[0]), nan(back[1]));
      const words = availability === "not_for_sale" ? (answer.verdict === availability ? answer.verdict_words : `closed since ${answer.closed_on}`)
        : availability === "retired" ? `the tuned model answers until ${offer.retires_on}`
        : availability === "price_unknown" || Number.isNaN(compared) ? answer.verdict_words
        : back[1] === null ? "a month costs as much as what it replaces, or more"
        : `pays back in ${months}${back[1] > horizon ? `; the horizon is ${economics.fixed(horizon)}` : ""}`;
      return {
        offer, availability, project_usd_low: none(low), project_usd_high: none(high), tuned_usd_per_month: none(month),
        total_12_months_usd_low: none(low + 12 * month), total_12_months_usd_high: none(total),
        same_base_usd_per_month: none(base),
        break_even_requests_low: even(low), break_even_requests_high: even(high),
        payback_months_low: back[0], payback_months_high: back[1],
        pays_back: Number.isNaN(total) || Number.isNaN(compared) ? null : back[1] !== null && back[1] <= horizon,
        retires_on: offer.retires_on, input_markup: none(offer.tuned_input / (offer.against_input || NaN)), net_usd_low: net(high),
        self_hosted_usd_per_month_high: hosted.get(offer.offer_id)?.against_usd_per_month_high ?? null, words,
      };
    });
    const stand = (row) => STANDS.indexOf(row.availability);
    const best = inOrder(rows, (row) => [stand(row), row.total_12_months_usd_high, row.tuned_usd_per_month, row.offer.offer_id]);
    const nameOf = ({ offer }) => `${offer.provider} ${offer.model ?? offer.size_tier ?? offer.product}`;
    const chosen = best.filter((row, at) => best.findIndex((one) => nameOf(one) === nameOf(row)) === at);
    return inOrder(chosen, (row) => [stand(row), row.offer.provider.startsWith("_"), row.total_12_months_usd_high,
      row.offer.provider, row.offer.model, row.offer.size_tier]);
  }

  const hasReason = (f) => Boolean(f.is_strict || f.is_fast || f.pays || f.returns);

  // The first rule that holds; facts are true, false or null.
  function rule(f) {
    const reason = hasReason(f);
    if (f.is_lost) return "losing_signs";
    if (f.is_used_up === false) return "prompt_not_used_up";
    if (f.agrees === false && !f.is_taught) return "labels_disagree";
    if (f.is_below_floor && !f.is_taught) return "too_few_examples";
    if (!reason && f.is_strict === false && f.is_fast === false) return "no_reason";
    if (f.is_still === false && !f.is_retrained) return "base_moves";
    if (f.is_used_up === null || f.is_tried === null || (f.is_still === null && !f.is_retrained)
      || (f.has_examples === null && !f.is_taught) || !reason) return "answers_missing";
    if (f.offers === 0 && f.rents !== true) return "nothing_on_sale";
    if (!f.is_tried) return f.is_taught && (f.is_fast || f.pays) ? "teacher_first" : "cheaper_first";
    if (f.has_examples === false) return f.is_taught ? "teacher_writes" : "lora_ground";
    if (f.rents) return "gpus_cost_less";
    return f.is_taught ? "teacher_writes" : "all_hold";
  }

  const every = (all) => (all.includes(false) ? false : all.length === 0 || all.includes(null) ? null : true);
  const COMPARES = { at_least: (a, b) => a >= b, above: (a, b) => a > b, below: (a, b) => a < b, at_most: (a, b) => a <= b, is: (a, b) => a === b };
  const yes = (text) => (text === "yes" ? true : text === "no" ? false : null);

  // The verdict and every threshold with what was answered; `decides` marks those that the verdict rests on.
  function advise(ranked, work, { checklist, rules }) {
    const sold = ranked.filter((row) => ["for_sale", "retires_first"].includes(row.availability) && !row.offer.provider.startsWith("_"));
    const least = (rows, of) => rows.filter((row) => of(row) !== null).reduce((found, row) => (found && of(found) <= of(row) ? found : row), null);
    const named = (row, words = "at") => row && `${row.offer.name} ${words} ${row.offer.seller}`;
    const [base, quick, cheap] = ["same_base_usd_per_month", "payback_months_high", "total_12_months_usd_high"].map((name) => least(sold, (row) => row[name]));
    const returning = least(sold, (row) => row.net_usd_low && -row.net_usd_low);
    const pays = sold.some((row) => row.pays_back) || (sold.some((row) => row.pays_back === false) ? false : null);
    const rentOf = (row) => none(nan(row.project_usd_high) + 12 * nan(row.self_hosted_usd_per_month_high));
    const rented = least(ranked.filter((row) => !["not_for_sale", "retired"].includes(row.availability)), rentOf);
    const bill = none(work.own_usd_per_month) ?? (base && base.same_base_usd_per_month);
    const asked = { ...work, base_usd_per_month: nan(bill), base_usd_per_1k_requests: (nan(bill) / (work.requests || NaN)) * 1000 };
    const number = (x) => (typeof x === "string" ? nan(yes(x) === null ? null : Number(yes(x))) : nan(x));
    const signs = checklist.filter(({ kind }) => kind === "checklist" || kind === "loses").map((sign) => {
      const answer = none(number(asked[sign.measure]));
      const side = (value) => (value ? (sign.kind !== "loses") === yes(value) : null);
      const whole = ["expert_revisions", "techniques_tried", "flat_days"].includes(sign.measure) ? side(work.prompt_exhausted)
        : sign.measure === "months_stable" ? side(work.base_stable)
        : sign.measure === "days_between_task_changes" ? yes(work.task_changes_weekly) : null;
      return { ...sign, answer, passes: answer !== null ? COMPARES[sign.compares](answer, sign.threshold) : whole, };
    });
    const steps = new Map();
    for (const { kind, step, passes } of signs) steps.set(`${kind} ${step}`, [...(steps.get(`${kind} ${step}`) ?? []), passes]);
    const step = (at) => every(steps.get(`checklist ${at}`) ?? []);
    const threshold = (kind, measure) => Math.min(...checklist.filter((one) => one.kind === kind && one.measure === measure).map((one) => one.threshold));
    const lost = [...steps].filter(([name, all]) => name.startsWith("loses") && every(all)).length;
    const examples = none(work.examples);
    const returns = returning && returning.net_usd_low > 0;
    const rentUsd = rented && rentOf(rented);
    const rents = rented && rentUsd < (cheap ? cheap.total_12_months_usd_high : Infinity);
    const taught = yes(work.teacher);
    const facts = {
      is_lost: lost >= threshold("rule", "loses_needed"), is_used_up: step(1), has_examples: step(2), is_strict: step(3), is_fast: step(4),
      is_tried: step(6), is_still: step(7), agrees: every(signs.filter((sign) => sign.kind === "checklist" && sign.measure === "agreement").map((sign) => sign.passes)),
      is_below_floor: examples === null ? null : examples < threshold("floor", "examples"), pays, returns, rents, offers: sold.length,
      is_taught: taught ?? false, is_retrained: nan(work.retrain_every_months) > 0,
    };
    const found = rule(facts);
    const reason = hasReason(facts);
    const price = (at, question, measure, answer, passes, compares, limit, unit, note) => (
      { kind: "price", step: at, question, measure, answer, passes, compares, threshold: limit, unit, note });
    const questions = [...signs,
      price(1, "Does it pay back?", "payback_months", quick && quick.payback_months_high, pays, "at_most", work.horizon_months, "months", named(quick)),
      price(2, "Do fewer errors pay for it?", "net_usd", returning && returning.net_usd_low, returns, "above", 0, "USD a year", named(returning)),
      price(3, "Do rented GPUs cost less than every seller?", "self_hosted_usd", rentUsd, rents, "below", cheap && cheap.total_12_months_usd_high,
        "USD in 12 months", named(rented, "trained at")),
      { kind: "besides", step: 1, question: "Does a larger model do the task well?", measure: "teacher", answer: none(number(work.teacher)),
        passes: taught, compares: "is", threshold: 1, unit: "yes or no" }];
    const decides = (q) => {
      const checks = q.kind === "checklist";
      switch (found) {
        case "losing_signs": return q.kind === "loses" && q.passes;
        case "prompt_not_used_up": return checks && q.step === 1 && q.passes === false;
        case "labels_disagree": return checks && q.measure === "agreement";
        case "too_few_examples": return checks && q.measure === "examples";
        case "no_reason": return (checks && [3, 4].includes(q.step)) || q.measure === "payback_months" || (q.measure === "net_usd" && q.passes !== null);
        case "base_moves": return checks && q.step === 7;
        case "answers_missing": return checks && q.passes === null
          && ({ 2: !facts.is_taught, 3: !reason, 4: !reason, 5: false, 7: !facts.is_retrained }[q.step] ?? true);
        case "nothing_on_sale": return q.measure === "payback_months";
        case "gpus_cost_less": return q.measure === "self_hosted_usd" || (checks && q.passes);
      }
      if (checks) return q.passes || (q.step === 6 && ["teacher_first", "cheaper_first"].includes(found)) || (q.step === 2 && ["lora_ground", "teacher_writes"].includes(found));
      if (q.kind === "price") return q.measure !== "self_hosted_usd" && q.passes;
      return q.kind === "besides" && q.passes && ["teacher_first", "teacher_writes"].includes(found);
    };
    for (const question of questions) question.decides = Boolean(decides(question));
    const [verdict, words] = rules[found];
    const missing = new Set(questions.filter((q) => q.decides).map((q) => `${q.step} ${q.question}`));
    const rest = found === "no_reason" ? (returns === null ? "; what an error costs was not given, and could change that" : ", errors avoided included")
      : found === "answers_missing" ? `: ${[...missing].sort().join(" · ")}` : "";
    return { verdict, rule: found, note: words + rest, questions };
  }

  return { advise, ranking, rule };
})();

workload.open("advice", (form, data) => {
  const { h, months, requests, usd } = workload;
  const offers = economics.offersOf(data);
  const [said, asked, ranked] = ["advised", "advised-questions", "advised-ranking"].map((id) => document.getElementById(id));
  const HOLDS = { true: ["holds", "good"], false: ["does not", "bad"], null: ["not known", ""] };
  const plain = (x) => (x === null ? "" : Math.abs(x) < 1000 ? String(Number(x.toPrecision(3))) : economics.fixed(x));

  function question(row) {
    const isYes = row.unit === "yes or no";
    const [words, tone] = HOLDS[row.passes];
    return h("tr", row.decides ? { class: "decides" } : null,
      h("th", { scope: "row" }, row.question, row.passes_when ? h("span", { class: "sub" }, row.passes_when) : ""),
      h("td", null, isYes ? { 1: "yes", 0: "no" }[row.answer] ?? "" : plain(row.answer), row.note ? h("span", { class: "sub" }, row.note) : ""),
      h("td", null, isYes ? "yes" : row.threshold === null ? "" : `${row.compares.replace("_", " ")} ${plain(row.threshold)} ${row.unit}`),
      h("td", null, h("span", { class: `mark ${tone}` }, words), row.decides ? h("span", { class: "mark moved" }, "decided") : ""));
  }

  function offer(row) {
    const link = row.offer.path && form.dataset.root + row.offer.path;
    return h("tr", null,
      h("th", { scope: "row" }, link ? h("a", { href: link }, row.offer.name) : row.offer.name, h("span", { class: "sub" }, row.offer.seller)),
      h("td", { class: "n" }, usd(row.project_usd_low, row.project_usd_high)),
      h("td", { class: "n" }, usd(row.tuned_usd_per_month, row.tuned_usd_per_month)),
      h("td", { class: "n" }, usd(row.total_12_months_usd_low, row.total_12_months_usd_high)),
      h("td", { class: "n" }, requests(row.break_even_requests_low, row.break_even_requests_high)),
      h("td", { class: "n" }, months(row.payback_months_low, row.payback_months_high)),
      h("td", { class: "n" }, row.input_markup === null ? "unknown" : `${plain(row.input_markup)}×`),
      h("td", { class: "n" }, row.retires_on ?? "–"),
      h("td", { class: "why" }, row.words));
  }

  said.hidden = false;
  workload.bind(form, data.scenarios, (values) => {
    const rows = advice.ranking(offers, values);
    const answer = advice.advise(rows, values, data);
    const [head, words] = said.querySelectorAll("h3, p");
    head.textContent = document.getElementById(`verdict-${answer.verdict}`).textContent;
    words.textContent = `Because ${answer.note}.`;
    const listed = answer.questions.filter(({ kind }) => ["checklist", "price", "besides"].includes(kind) || answer.rule === "losing_signs" && kind === "loses");
    asked.tBodies[0].replaceChildren(...listed.map(question));
    const sold = rows.filter((row) => ["for_sale", "retires_first"].includes(row.availability));
    ranked.tBodies[0].replaceChildren(...sold.map(offer));
    document.getElementById("advised-rest").textContent = `${sold.length} of ${rows.length} models are on sale to this customer at a known price.`;
  });
});
