// The live page. Once a second it asks what is new; a page that nobody sees asks nothing.

import { byId, el, keyed, say } from "./dom.js";
import { get, hasToken, onTokenNeeded, useToken } from "./api.js";
import { Series } from "./series.js";
import { Chart } from "./charts.js";
import { clock, rate, millis } from "./dom.js";
import { showHealth } from "./health.js";
import { nameOf, showGains, showRoutes } from "./routes.js";
import { showReasons } from "./reasons.js";
import { onExplain, onPurge, showTop, start as startKeys } from "./keys.js";
import { addPurges, prepare, start as startPurges } from "./purges.js";
import { explainKey, explainTemplate, start as startExplain } from "./explain.js";
import { showAway } from "./modes.js";
import { followTruth, onExplain as onExplainTruth } from "./truth.js";

const EACH_MILLIS = 1000;
const LONGEST_MILLIS = 10_000;
const PATIENCE_MILLIS = 8000;

const series = new Series();
let latest = null;
let purged = 0;
let since = "";
let paused = false;
let failures = 0;
let timer = 0;
let route = "";

const charts = [
  {
    chart: new Chart({
      title: "Requests a second",
      stacked: true,
      text: rate,
      lines: [
        { of: "store", name: "from the store", style: "store" },
        { of: "backend", name: "from the backend", style: "backend" },
        { of: "bypassed", name: "bypassed and writes", style: "bypassed" },
        { of: "errors", name: "errors", style: "errors" },
      ],
    }),
  },
  {
    chart: new Chart({
      title: "Hit ratio of what could be a hit",
      top: 100,
      text: (value) => (value === 0 || value === 100 ? value : value.toFixed(value % 1 ? 1 : 0)) + " %",
      lines: [{ of: "ratio", name: "hit ratio", style: "store" }],
    }),
  },
  {
    chart: new Chart({
      title: "Latency, head to end",
      logarithmic: true,
      text: (value) => (value < 1 ? value.toFixed(value < 0.1 ? 2 : value < 0.995 ? 2 : 1).replace(/0$/, "") + " ms" : millis(value).replace(".00", "").replace(/\.0 /, " ")),
      lines: [
        { of: "storeHalf", name: "store, median", style: "store" },
        { of: "storeMost", name: "store, 95 % within", style: "store dashed" },
        { of: "backendHalf", name: "backend, median", style: "backend" },
        { of: "backendMost", name: "backend, 95 % within", style: "backend dashed" },
      ],
    }),
  },
];

// ---- what is new ------------------------------------------------------------------------------------------------------

async function poll() {
  clearTimeout(timer);
  if (paused || document.hidden) {
    return;
  }
  const begun = performance.now();
  try {
    const live = await get("/api/live", { since: series.last(), purged }, AbortSignal.timeout(PATIENCE_MILLIS));
    failures = 0;
    take(live);
    state("live", "live");
    showAway("");
  } catch (problem) {
    failures++;
    const refused = problem.status === 401 || problem.status === 403;
    state("away", refused ? problem.message : "not answering");
    showAway(refused ? "" : `This sidecar is not answering${latest ? "; all figures are from " + clock(latest.at) : ""}. It is asked again and again.`);
    if (!refused) {
      say(byId("spoken"), "The sidecar is not answering.");
    }
  }
  const wait = failures ? Math.min(LONGEST_MILLIS, EACH_MILLIS * 2 ** Math.min(failures - 1, 4)) : EACH_MILLIS;
  clearTimeout(timer);
  timer = setTimeout(poll, Math.max(50, wait - (performance.now() - begun)));
}

function take(live) {
  if (live.since !== since) {
    // Another process answers: what it counts begins anew.
    since = live.since;
    series.clear();
    if (purged > 0) {
      purged = 0;
      return;
    }
  }
  series.columns(live.columns);
  series.add(live.seconds);
  purged = live.purges.reduce((most, event) => Math.max(most, event.number), purged);
  latest = live;
  addPurges(live);
  show();
}

function state(kind, text) {
  byId("live").dataset.state = kind;
  say(byId("live-text"), text);
}

function show() {
  if (!latest) {
    return;
  }
  const length = Number(byId("window").value);
  const points = series.points(length, route);
  charts.forEach(({ chart }) => chart.show(points));
  showHealth(latest, series);
  showRoutes(latest.routes, series, byId("counted").value === "window" ? Math.min(length, series.known(length)) : 0, route, choose);
  showReasons(latest.routes, route);
  showGains(latest.routes);
  showTop(latest);
  followTruth(latest.status.trial);
  keyed(
    byId("route"),
    [{ name: "" }, ...latest.routes],
    (one) => one.name,
    (one) => el("option", { value: one.name }, one.name ? nameOf(one.name) : "all routes"),
    () => {},
  );
  byId("route").value = route;
  const chosen = latest.routes.find((one) => one.name === route);
  byId("explain-route").hidden = !(chosen && chosen.get);
}

function choose(name) {
  route = name;
  show();
}

// ---- controls ---------------------------------------------------------------------------------------------------------

function theme(chosen) {
  if (chosen === "auto") {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = chosen;
  }
}

function startTheme() {
  const select = byId("theme");
  select.value = localStorage.getItem("larder-theme") || "auto";
  if (!select.value) {
    select.value = "auto";
  }
  theme(select.value);
  select.addEventListener("change", () => {
    localStorage.setItem("larder-theme", select.value);
    theme(select.value);
  });
}

function startPause() {
  byId("pause").addEventListener("click", () => {
    paused = !paused;
    byId("pause").setAttribute("aria-pressed", String(paused));
    if (paused) {
      state("paused", "paused");
    } else {
      poll();
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      poll();
    }
  });
}

function startToken() {
  const dialog = byId("token-dialog");
  let declined = false;
  const open = (why) => {
    if (!dialog.open) {
      say(byId("token-why"), why);
      dialog.querySelector("[value=forget]").hidden = !hasToken();
      dialog.showModal();
    }
  };
  byId("token-button").addEventListener("click", () => open("With the token, whatever the page may ask is answered, and what belongs to visitors is shown."));
  onTokenNeeded((why) => {
    if (!declined) {
      open(why);
    }
  });
  dialog.addEventListener("close", () => {
    const input = byId("token-form").elements.token;
    declined = dialog.returnValue !== "use";
    if (dialog.returnValue === "use" || dialog.returnValue === "forget") {
      useToken(dialog.returnValue === "use" ? input.value : "");
      failures = 0;
      poll();
    }
    input.value = "";
    dialog.returnValue = "";
  });
}

startTheme();
startPause();
startToken();
startKeys();
startPurges();
startExplain();
onPurge(prepare);
onExplain(explainKey);
onExplainTruth(explainKey);
byId("explain-route").addEventListener("click", () => explainTemplate(latest.routes.find((one) => one.name === route).get));
byId("charts").append(...charts.map(({ chart }) => chart.element));
byId("route").addEventListener("change", (event) => choose(event.target.value));
byId("window").addEventListener("change", show);
byId("counted").addEventListener("change", show);
poll();
