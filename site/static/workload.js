// The fields of a calculator, and its state in the address: #requests=1000000&customer=active, with what stands at its
// default left out. What is no workload is refused in plain words and changes nothing.
"use strict";

const workload = (() => {
  const SCALES = { "": 1, k: 1e3, m: 1e6, b: 1e9 };
  const MOST = 1e15; // of anything, as on the command line

  // "5,000,000", "5M" or "5e6"; NaN for what is no number, and for nothing.
  function numberOf(text) {
    const [, digits, scale] = /^([\d.]+(?:e[+-]?\d+)?)([kmb]?)$/i.exec(text.replace(/[\s,_]/g, "")) ?? [];
    return digits === undefined ? NaN : Number(digits) * SCALES[scale.toLowerCase()];
  }

  const shown = (x) => (x === null ? "" : Number.isInteger(x) && x < 1e15 ? x.toLocaleString("en-US") : String(x));
  const labelOf = (control) => control.dataset.name ?? control.labels[0].firstChild.textContent.trim();

  // What is wrong with a value, in words; nothing where it will do.
  function fault(control, text) {
    if (control.tagName === "SELECT") {
      return [...control.options].some((option) => option.value === text) ? "" : "it is one of those in the list";
    }
    if ("text" in control.dataset || (text.trim() === "" && "optional" in control.dataset)) return "";
    const [number, least, most] = [numberOf(text), Number(control.dataset.least ?? 0), Number(control.dataset.most ?? MOST)];
    const isAbove = "above" in control.dataset;
    // A divisor next to nothing would give infinite costs.
    if ((isAbove ? number > 1e-6 : number >= least) && number <= most) return "";
    return `it is a number ${isAbove ? "more than" : "of at least"} ${least}${most < MOST ? ` and at most ${most}` : ""}`;
  }

  // Elements by hand: h("td", {class: "n"}, "text", child). Text stays text, whatever a seller wrote in it.
  const h = (tag, ...rest) => fill(document.createElement(tag), ...rest);

  function fill(element, attributes, ...children) {
    for (const [name, value] of Object.entries(attributes ?? {})) if (value !== null) element.setAttribute(name, value);
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }

  const dollars = (x) => `$${economics.fixed(x, Math.abs(x) >= 100 || x === 0 ? 0 : 2)}`;
  const either = (low, high) => (low === high ? low : `${low} to ${high}`);
  const usd = (low, high) => (low === null ? "unknown" : high === null ? dollars(low) : either(dollars(low), dollars(high)));
  const requests = (low, high) => (low === null ? "–" : high === null ? `${economics.fixed(low)} to never`
    : either(economics.fixed(low), economics.fixed(high)));
  const months = (low, high) => (low === null ? "–" : high === null ? `${economics.fixed(low, 1)} months to never`
    : high < 0.05 ? "under 0.1 months" : `${either(economics.fixed(low, 1), economics.fixed(high, 1))} months`);

  // Fields, address and message of one form; `changed` is told the values whenever they hold, and at the beginning.
  function bind(form, scenarios, changed) {
    const controls = [...form.elements].filter((control) => control.name);
    const message = form.querySelector("[role=status]");
    const defaults = new Map(controls.map((control) => [control.name, control.value]));
    const first = defaults.get("scenario");
    const isNumber = (control) => control.tagName !== "SELECT" && !("text" in control.dataset);
    const valueOf = (control) => (isNumber(control) ? numberOf(control.value) : control.value);

    function begin(scenario) {
      for (const [name, value] of Object.entries(scenarios[scenario])) {
        const control = form.elements[name];
        if (control) defaults.set(name, typeof value === "string" ? value : shown(value));
      }
      for (const control of controls) control.value = control.name === "scenario" ? scenario : defaults.get(control.name);
    }

    function faults() {
      const found = controls.map((control) => [control, fault(control, control.value)]);
      for (const [control, words] of found) {
        const [, kind, rest] = /^(.*)_high(.*)$/.exec(control.name) ?? [];
        const low = kind && form.elements[`${kind}_low${rest}`];
        if (low && !words && valueOf(control) < valueOf(low)) found.push([control, "it is less than the other end"]);
      }
      return found.filter(([, words]) => words);
    }

    const values = () => Object.fromEntries(controls.map((control) => [control.name, valueOf(control)]));

    function write() {
      const state = new URLSearchParams();
      if (form.elements.scenario.value !== first) state.set("scenario", form.elements.scenario.value);
      for (const control of controls) {
        const usual = defaults.get(control.name);
        const isUsual = isNumber(control) ? Object.is(numberOf(usual), numberOf(control.value)) : usual === control.value;
        if (control.name === "scenario" || isUsual) continue;
        state.set(control.name, isNumber(control) && control.value.trim() ? String(numberOf(control.value)) : control.value);
      }
      history.replaceState(null, "", String(state) ? `#${state}` : location.pathname + location.search);
    }

    function check() {
      const found = faults();
      for (const control of controls) control.toggleAttribute("aria-invalid", false);
      for (const [control] of found) control.setAttribute("aria-invalid", "true");
      message.textContent = found.map(([control, words]) => `${labelOf(control)}: ${words}.`).join(" ")
        + (found.length ? " The answer is for the figures before." : "");
      return found.length === 0;
    }

    function restore() {
      const hash = location.hash.slice(1);
      if (hash && !hash.includes("=")) return; // it leads to a place on the page
      const state = new URLSearchParams(hash);
      const refused = [];
      const scenario = state.get("scenario") ?? first;
      if (!Object.hasOwn(scenarios, scenario)) refused.push(`scenario=${scenario}`);
      begin(Object.hasOwn(scenarios, scenario) ? scenario : first);
      for (const [name, text] of state) {
        if (name === "scenario") continue;
        const control = controls.find((one) => one.name === name);
        if (!control || fault(control, text)) refused.push(`${name}=${text}`);
        else control.value = isNumber(control) && text.trim() ? shown(numberOf(text)) : text;
      }
      for (const [control] of faults()) {
        refused.push(`${control.name}=${control.value}`);
        const other = form.elements[control.name.replace("_high", "_low")];
        for (const end of [control, other]) end.value = defaults.get(end.name);
      }
      check();
      if (refused.length) message.textContent = `Left out of the address, because it makes no workload: ${refused.join(", ")}.`;
      changed(values());
    }

    form.addEventListener("input", (event) => {
      if (event.target.name === "scenario") begin(event.target.value);
      if (!check()) return;
      write();
      changed(values());
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (check()) document.getElementById(form.dataset.result).focus();
      else form.querySelector("[aria-invalid=true]").focus();
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      begin(first);
      check();
      write();
      changed(values());
    });
    addEventListener("hashchange", restore);
    restore();
    return { set(name, value) { form.elements[name].value = value; write(); changed(values()); } };
  }

  // Shows the form and fetches the prices when it first comes into view; `start` is given both.
  function open(id, start) {
    const form = document.getElementById(id);
    if (!form) return;
    form.hidden = false;
    form.previousElementSibling.hidden = true; // the words for those without scripts
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      fetch(form.dataset.offers)
        .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`status ${answer.status}`))))
        .then((data) => start(form, data))
        .catch((error) => { form.querySelector("[role=status]").textContent = `The prices did not load: ${error.message}.`; });
    });
    seen.observe(form);
  }

  return { bind, dollars, fill, h, months, numberOf, open, requests, usd };
})();
