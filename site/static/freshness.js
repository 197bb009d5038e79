// Two small helps; every page is complete without them.
"use strict";

// A page that is no longer rebuilt must not go on calling itself fresh: re-check against the reader's own clock.
// A demonstration stands at its recorded dates on purpose.
if (!document.documentElement.hasAttribute("data-demo")) {
  const tiers = [[2, "fresh"], [7, "ageing"], [30, "stale"], [Infinity, "last known"]];
  const rank = (words) => tiers.findIndex((tier) => tier[1] === words);
  for (const chip of document.querySelectorAll("[data-verified]")) {
    const days = (Date.now() - Date.parse(chip.dataset.verified)) / 86400000;
    const words = tiers.find((tier) => days <= tier[0])[1];
    if (rank(words) > rank(chip.textContent.trim())) {
      chip.textContent = words;
      chip.className = "chip " + words.replace(" ", "-");
    }
  }
}

// A link to a figure's evidence opens it, also where the browser does not do so by itself.
function openTarget() {
  const id = decodeURIComponent(location.hash.slice(1));
  const details = id && document.getElementById(id)?.closest("details");
  if (details && !details.open) {
    details.open = true;
    details.scrollIntoView({ block: "center" });
  }
}
addEventListener("hashchange", openTarget);
openTarget();
