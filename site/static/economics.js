// The arithmetic of warehouse/macros/economics*.sql in the reader's browser, operation by operation: what a call and a
// month cost, when tuning pays, the verdict and its words. A browser test holds the two against each other.
// Fields have the names of the tables' columns. NaN stands for SQL's NULL among numbers: it spreads through sums and
// compares as false, as NULL does. Money in USD, token prices per 1M tokens, a month is 730 hours.
"use strict";

const economics = (() => {
  const known = (x) => !Number.isNaN(x);
  const or = (x, other) => (known(x) ? x : other);
  const above = (x, floor) => (known(x) ? Math.max(x, floor) : x);
  const earliest = (...days) => days.filter(Boolean).sort()[0] ?? null;

  // As `format` in SQL: exact digits, a tie goes to the even one; toFixed takes the larger.
  function fixed(x, digits = 0) {
    const size = Math.abs(x);
    let text = size < 1e21 ? size.toFixed(digits) : `${BigInt(size)}${digits ? "." + "0".repeat(digits) : ""}`;
    if ((size * 2 ** (digits + 1)) % 2 === 1 && text.at(-1) % 2) text = (text - 10 ** -digits).toFixed(digits);
    const [whole, rest] = text.split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return `${x < 0 || Object.is(x, -0) ? "-" : ""}${grouped}${rest ? "." + rest : ""}`;
  }

  // Several words, or nothing where one of them is not known: SQL's || with a NULL in it.
  const said = (...words) => (words.some((word) => word === null || Number.isNaN(word)) ? null : words.join(""));

  function monthsText(low, high) {
    if (!known(low) && !known(high)) return "no number of months";
    if (high < 0.05) return "less than 0.1 months";
    if (!known(high)) return `${fixed(low, 1)} months, or never at the dear end`;
    const [from, to] = [fixed(low, 1), fixed(high, 1)];
    return from === to ? `${from} months` : `${from} to ${to} months`;
  }

  function wholeMonths(from, until) {
    if (!until) return NaN;
    const [year, month, day] = from.slice(0, 10).split("-").map(Number);
    const [lastYear, lastMonth, lastDay] = until.split("-").map(Number);
    const isMonthsEnd = new Date(Date.UTC(lastYear, lastMonth, 0)).getUTCDate() === lastDay;
    const begun = isMonthsEnd ? Math.min(day, lastDay) : day;
    return Math.max((lastYear - year) * 12 + lastMonth - month - (lastDay < begun ? 1 : 0), 0);
  }

  function requestUsd(prompt, input, output, price, hitRate, cacheMinimum) {
    const hit = !known(price.cached) || prompt + input < or(cacheMinimum, 0) ? 0 : hitRate;
    const read = prompt * ((1 - hit) * price.input + hit * or(price.cached, price.input));
    const called = (read + input * price.input + output * price.output) / 1e6;
    return called + (known(price.write) && hit > 0 ? (prompt * (1 - hitRate) * (price.write - price.input)) / 1e6 : 0);
  }

  const trainingRunUsd = (tokens, price, minimum) => (known(price) ? Math.max(or(minimum, 0), (tokens / 1e6) * price) : NaN);
  const breakEvenRequests = (project, horizon, fixedUsd, saved) =>
    horizon > 0 && saved > 0 ? (project / horizon + fixedUsd) / saved : NaN;
  const paybackMonths = (project, saved) => (saved > 0 ? project / saved : NaN);
  const gpusForLoad = (fewest, average, peak, speed) => (speed > 0 ? Math.max(fewest, Math.ceil((average * peak) / speed)) : NaN);
  const gpusAtBreakEven = (fewest, rent, operations, kept, saved, served) =>
    saved * served > rent ? Math.max(fewest, Math.ceil((operations - kept) / (saved * served - rent))) : NaN;
  const keptUsd = (usdPerHour, storage) => or(usdPerHour, 0) * 730 + or(storage, 0);

  // One offer against one alternative (a row of offer_comparison) for one workload (a row of scenario).
  function breakEven(offer, work) {
    const own = offer.against === "self_hosted";
    const managed = offer.against === "managed";
    const prompted = !own && !managed;
    const { requests, prompt_tokens, tuned_prompt_tokens, input_tokens, output_tokens, cache_hit_rate: rate } = work;
    const untrained = work.training_tokens * work.runs === 0;
    const monthsLeft = wholeMonths(offer.valid_from, offer.retires_on);
    const horizon = known(monthsLeft) ? Math.min(work.horizon_months, monthsLeft) : work.horizon_months;
    const tokens = tuned_prompt_tokens + input_tokens + output_tokens;

    const run = untrained ? 0 : trainingRunUsd(work.training_tokens, offer[`training_${work.method}`], offer.training_minimum);
    const call = (prompt, side) => requestUsd(prompt, input_tokens, output_tokens, {
      input: offer[`${side}_input`], output: offer[`${side}_output`], cached: offer[`${side}_cached_input`],
      write: offer[`${side}_cache_write`],
    }, rate, offer.cache_minimum_tokens);
    const tunedCall = call(tuned_prompt_tokens, "tuned");
    const otherCall = own ? 0 : call(managed ? tuned_prompt_tokens : prompt_tokens, "against");
    const saved = own ? tunedCall : otherCall - tunedCall;
    const retraining = or(work.retrain_every_months, 0) > 0 && !untrained ? run / work.retrain_every_months : 0;
    const kept = keptUsd(offer.hosting, offer.storage);
    const average = (requests * tokens) / (730 * 3600);

    // The cheap end of every range, then the dear one: what is fast at one end is slow at the other.
    const [low, high] = [["low", "high"], ["high", "low"]].map(([end, far]) => {
      const at = (name, which = end) => offer[`${name}_${which}`];
      const speed = at("tokens_per_second", far);
      const gpus = gpusForLoad(at("min_gpus"), average, at("peak"), speed);
      const rent = at("gpu_usd_per_hour");
      const otherKept = own ? gpus * rent * 730 + at("operations")
        : managed ? keptUsd(offer.against_hosting, offer.against_storage) : 0;
      const fixedUsd = own ? otherKept - kept : managed ? kept - otherKept : kept + retraining;
      const served = ((speed / at("peak")) * 730 * 3600) / (tokens || NaN);
      const evenGpus = gpusAtBreakEven(at("min_gpus"), rent * 730, at("operations"), kept, tunedCall, served);
      const project = run * work.runs + work[`data_usd_${end}`];
      const even = own ? breakEvenRequests(0, 1, evenGpus * rent * 730 + at("operations") - kept, saved)
        : managed ? breakEvenRequests(0, 1, fixedUsd, saved) : breakEvenRequests(project, horizon, fixedUsd, saved);
      const gain = requests * saved - fixedUsd;
      return { gpus, otherKept, fixedUsd, project, even, gain, payback: prompted ? paybackMonths(project, gain) : NaN };
    });

    const runUnknown = prompted && !untrained && !known(run)
      ? offer.training_unknown_because ?? `no page prints a price of ${work.method} training` : null;
    const unknown = offer.call_unknown_because ?? runUnknown;
    const closed = work.customer === "active" ? offer.closed_to_all_on
      : earliest(offer[`closed_to_${work.customer}_on`], offer.closed_to_all_on);
    const judge = (end) => {
      if (offer.against_model === null && offer.against !== "prompt_same_base") return "nothing_to_compare";
      if (unknown !== null) return "unknown_price";
      if (closed !== null) return "not_for_sale";
      if (horizon <= 0) return "retires_first";
      if (!prompted) return end.gain > 0 ? "pays" : "never";
      if (!known(end.payback)) return "never";
      if (end.payback > horizon) return horizon < work.horizon_months ? "retires_first" : "beyond_horizon";
      return "pays";
    };
    const [verdict, best] = [judge(high), judge(low)];
    const evenPrompt = offer.against_input > 0
      ? (tuned_prompt_tokens * offer.tuned_input + input_tokens * (offer.tuned_input - offer.against_input)
        + output_tokens * (offer.tuned_output - offer.against_output)) / offer.against_input : NaN;
    const elsewhere = offer.against_seller ?? offer.against_provider;

    function words() {
      const months = monthsText(low.payback, high.payback);
      switch (verdict) {
        case "nothing_to_compare": return unknown;
        case "unknown_price": return said(unknown, own && known(high.otherKept)
          ? `; on GPUs of one's own it is $${fixed(low.otherKept)} to $${fixed(high.otherKept)} a month` : "");
        case "not_for_sale": return closed === offer.closed_to_all_on ? said(offer.closed_to_all_because, " on ", closed)
          : `closed to ${work.customer} customers since ${closed}`;
        case "retires_first": return horizon <= 0 && monthsLeft === 0
          ? `the tuned model answers until ${offer.retires_on}, less than a month`
          : said("it answers until ", offer.retires_on, `, ${fixed(horizon)} whole months, and needs ${months} to pay back`);
        case "never":
          if (own) return best === "pays" ? "only at the cheap end of what is assumed" : "the seller costs less at this volume";
          if (managed) return said(elsewhere, " costs as much or less at this volume");
          return saved <= 0 ? "a tuned call costs as much as the prompted one, or more" : "hosting and upkeep cost more than is saved";
        case "beyond_horizon": return `pays back in ${months}; the horizon is ${fixed(work.horizon_months)}`;
        default:
          if (own) return `saves $${fixed(high.gain)} to $${fixed(low.gain)} a month`;
          if (managed) return said(`$${fixed(high.gain)} a month less than at `, elsewhere);
          return high.project === 0 ? `saves $${fixed(high.gain, 2)} a month` : `pays back in ${months}`;
      }
    }

    const result = {
      requests, verdict, best_verdict: best, verdict_words: words(), closed_on: closed,
      horizon_months: horizon, run_usd: run, project_usd_low: low.project, project_usd_high: high.project,
      tuned_usd_per_request: tunedCall, against_usd_per_request: otherCall, saved_usd_per_request: saved,
      tuned_fixed_usd_per_month: own ? kept : kept + retraining,
      against_fixed_usd_per_month_low: low.otherKept, against_fixed_usd_per_month_high: high.otherKept,
      tuned_usd_per_month: requests * tunedCall + kept + (prompted ? retraining : 0),
      against_usd_per_month_low: requests * otherCall + low.otherKept,
      against_usd_per_month_high: requests * otherCall + high.otherKept,
      break_even_requests_low: above(low.even, 0), break_even_requests_high: above(high.even, 0),
      break_even_tokens_low: above(low.even, 0) * tokens, break_even_tokens_high: above(high.even, 0) * tokens,
      payback_months_low: low.payback, payback_months_high: high.payback,
      prompt_tokens_to_break_even: prompted ? evenPrompt : NaN,
      tuned_usd_per_mtok_blended: ((requests * tunedCall + kept) / (requests * tokens || NaN)) * 1e6,
      gpus_low: low.gpus, gpus_high: high.gpus,
    };
    for (const name in result) if (Number.isNaN(result[name])) result[name] = null;
    return result;
  }

  // What nobody prints, as the reader changed it. `assumed` has figures by name: gpu_utilisation_low, peak_to_average_high ...
  function assume(offer, assumed) {
    const changed = { ...offer };
    const minimum = assumed[`cache_minimum_tokens_low.${offer.provider}`];
    if (minimum !== undefined) changed.cache_minimum_tokens = minimum;
    if (offer.measured_model === null) return changed;
    for (const end of ["low", "high"]) {
      const of = (name) => assumed[`${name}_${end}`];
      const speed = assumed[`tokens_per_second_per_gpu_${end}.${offer.measured_model}`];
      changed[`tokens_per_second_${end}`] = speed * of("gpu_utilisation");
      changed[`min_gpus_${end}`] = Math.max(of("min_gpus"), offer.measured_gpus);
      changed[`peak_${end}`] = of("peak_to_average");
      changed[`operations_${end}`] = of("operations_usd_per_month");
      if (known(offer[`gpu_usd_per_hour_${end}`])) changed[`gpu_usd_per_hour_${end}`] = of("gpu_usd_per_hour");
    }
    return changed;
  }

  // The rows of offers.json: each has the values of one offer, then of one comparison, absent ones left out as null.
  function offersOf(data) {
    const texts = new Set(data.texts);
    const named = (columns, values) => Object.fromEntries(
      columns.map((name, at) => [name, values[at] ?? (texts.has(name) ? null : NaN)]));
    return data.comparisons.map(([at, ...values]) => (
      { ...named(data.offer_columns, data.offers[at]), ...named(data.columns, values) }));
  }

  return { assume, breakEven, breakEvenRequests, fixed, keptUsd, monthsText, offersOf, paybackMonths, said };
})();
