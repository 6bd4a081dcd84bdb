// Is it healthy now: what each part says of itself, and what deserves a look, first.

import { byId, el, keyed, say, count, bytes, percent, millis, clock, seconds } from "./dom.js";
import { post } from "./api.js";
import { answering } from "./form.js";
import { modesOf, showModes } from "./modes.js";

const LOOKED_AT = 30;

/** Why what was asked was refused before the backend had any part in it. */
const CLIENTS_OWN = new Set(["malformed", "line-too-long", "head-too-long", "version", "method", "host", "target", "framing", "expectation", "timeout", "body", "max-forwards"]);

let shownReload = "";
let spoken = null;

function errors(routes) {
  const sums = {};
  for (const route of routes) {
    for (const [token, number] of Object.entries(route.errorReasons)) {
      if (!CLIENTS_OWN.has(token)) {
        sums[token] = (sums[token] || 0) + number;
      }
    }
  }
  return Object.entries(sums).sort((a, b) => b[1] - a[1]);
}

function storeCard(store) {
  const facts = [
    ["Responses", store.entries < 0 ? "not known" : count(store.entries)],
    ["Takes", store.bytes < 0 ? "not known" : `${bytes(store.bytes)} of ${bytes(store.limitBytes)}`],
  ];
  if (store.kind !== "memory") {
    facts.push(["Sidecars", store.members ? count(store.members) : "none known"], ["Writes under way", count(store.intents)], ["Purges owed", count(store.owedPurges)]);
  }
  if (store.sweep && store.sweep.refused) {
    facts.push(["No room for", count(store.sweep.refused)]);
  }
  const title = store.kind === "memory" ? "Store: in this process" : "Store: Redis";
  return { id: "store", title, state: store.usable ? "good" : "bad", word: store.usable ? "answers" : "cannot be used", facts, note: store.kind === "memory" ? "" : store.usable ? store.detail.split(", ").slice(0, 2).join(", ") : store.detail };
}

function circuitCard(store) {
  if (store.kind === "memory") {
    return { id: "circuit", title: "Circuit", state: "none", word: "not needed", facts: [], note: "A store in this process cannot be away." };
  }
  return {
    id: "circuit",
    title: "Circuit",
    state: store.circuitOpen ? "bad" : "good",
    word: store.circuitOpen ? "open: the store is left alone" : "closed",
    facts: [["Has opened", store.circuitOpened === 1 ? "once" : count(store.circuitOpened) + " times"], ["Hears of every purge", store.inTouch ? "yes" : "no"]],
    note: "",
  };
}

function nearCard(near) {
  if (!near) {
    return { id: "near", title: "Near cache", state: "none", word: "not needed", facts: [], note: "The store itself is in this process." };
  }
  return {
    id: "near",
    title: "Near cache",
    state: "good",
    word: "in use",
    facts: [["Copies", count(near.entries)], ["Takes", `${bytes(near.bytes)} of ${bytes(near.limitBytes)}`]],
    note: "",
  };
}

function backendCard(live, series) {
  const asked = series.sum("requests", LOOKED_AT) - series.sum("hits", LOOKED_AT);
  const failed = series.sum("failed", LOOKED_AT);
  const fetched = live.routes.filter((route) => route.originMillis !== null);
  const slowest = fetched.sort((a, b) => b.originMillis - a.originMillis)[0];
  const silent = Math.min(failed, series.sum("errors", LOOKED_AT));
  const facts = [[`Asked in ${LOOKED_AT} s`, count(asked)], ["Answered by a 5xx", failed ? `${count(failed)} (${percent(failed, asked)})` : "none"], ["Made here, for want of one", count(silent)]];
  if (slowest) {
    facts.push(["Slowest route", `${slowest.name}, ${millis(slowest.originMillis).replace(" ", "\u00a0")}`]);
  }
  const most = errors(live.routes)[0];
  if (most) {
    facts.push(["Most frequent error", `${most[0]}, ${count(most[1])}`]);
  }
  const state = !failed ? (asked ? "good" : "none") : failed * 20 >= asked ? "bad" : "look";
  return { id: "backend", title: "Backend", state, word: silent ? "fails" : failed ? "answers with errors" : asked ? "answers" : "not asked lately", facts, note: live.status.backend };
}

function rulesCard(rules) {
  const last = rules.lastReload;
  const facts = [["Fingerprint", rules.fingerprint], ["Routes", count(rules.routes)]];
  if (last) {
    facts.push([last.applied ? "In force since" : "Refused at", `${clock(last.at)}, by ${last.cause}`]);
  }
  const restart = last ? last.needRestart : [];
  const refused = last && !last.applied;
  return {
    id: "rules",
    title: "Rules",
    state: refused ? "bad" : restart.length ? "look" : "good",
    word: refused ? "changed file refused" : last ? "reloaded" : "as at the start",
    facts,
    note: rules.file,
    list: refused ? last.problems : restart.map((one) => one + " takes effect with a restart"),
  };
}

function doorCard(status) {
  const share = status.connections / Math.max(1, status.connectionsLimit);
  return {
    id: "door",
    title: "Visitors",
    state: status.draining ? "look" : share > 0.9 ? "bad" : "good",
    word: status.draining ? "draining" : "admitted",
    facts: [
      ["Connections", `${count(status.connections)} of ${count(status.connectionsLimit)}`],
      ["Fetches shared now", count(status.flights)],
      ["Waiting for these", count(status.followers)],
    ],
    note: "",
  };
}

function switchCard({ bypass, trial }) {
  return {
    id: "switch",
    title: "Cache",
    state: bypass.on ? "bad" : trial.observing ? "look" : "good",
    word: bypass.on ? "switched off" : trial.observing ? "only watched" : "in use",
    facts: bypass.on && bypass.since ? [["Since", clock(bypass.since)], ["By", bypass.by || "not known"]] : [],
    note: bypass.on
      ? "Nothing is served from it or stored; writes go on purging."
      : "Where answers look wrong, switch it off: at once the backend answers everything, and writes go on purging.",
    on: bypass.on,
  };
}

function truthCard(trial, routes) {
  const quarantined = trial.quarantined.length;
  const facts = [];
  if (trial.observing) {
    const would = routes.reduce((sum, route) => sum + (route.bypassReasons.observing || 0), 0);
    facts.push(["Observed requests", count(would)]);
  } else {
    facts.push(["Hits that are checked", trial.truthSampling ? percent(trial.truthSampling, 1) : "none"]);
  }
  facts.push(["Quarantined routes", quarantined ? count(quarantined) : "none"]);
  return {
    id: "truth",
    title: "Truth",
    state: quarantined ? "bad" : trial.observing || trial.truthSampling ? "good" : "none",
    word: quarantined ? "a route is quarantined" : trial.observing ? "observed" : trial.truthSampling ? "sampled" : "not sampled",
    facts,
    note: "",
    more: ["#truth", "What was compared"],
  };
}

/** What to look at first, each with where to go from there. */
function problems(live, cards, series) {
  const { store, rules } = live.status;
  const found = [];
  if (!store.usable) {
    found.push("The store cannot be used: requests are answered by the backend. " + store.detail);
  }
  if (store.circuitOpen) {
    found.push("The circuit to the store is open, so nothing is asked of it.");
  }
  if (store.owedPurges) {
    found.push(`${count(store.owedPurges)} purges wait for the store${store.owedSince ? ", the first since " + clock(store.owedSince) : ""}; until then it is not used.`);
  }
  const backend = cards.find((card) => card.id === "backend");
  if (backend.state === "bad" || backend.state === "look") {
    found.push(`The backend ${backend.word}: ${backend.facts[1][1]} of the answers of the last ${LOOKED_AT} seconds were a 5xx.`);
  }
  if (rules.lastReload && !rules.lastReload.applied) {
    found.push("The rules file was changed and refused; the rules before it are in force.");
  }
  if (live.status.draining) {
    found.push("This sidecar is ending: it takes no new connections.");
  }
  if (store.limitBytes && store.bytes > 0.97 * store.limitBytes) {
    found.push("The store is full: what is asked for seldom finds no room (store.max-bytes).");
  }
  const lookups = series.sum("lookups", 60);
  const ratio = series.sum("hits", 60) / Math.max(1, lookups);
  if (lookups >= 100 && ratio < 0.2) {
    found.push(`Few hits: ${percent(series.sum("hits", 60), lookups)} of what could have been one in the last minute. See “Why were requests no hits?”`);
  }
  return found;
}

export function showHealth(live, series) {
  const { status } = live;
  const cards = [
    switchCard(status),
    storeCard(status.store),
    circuitCard(status.store),
    nearCard(status.near),
    backendCard(live, series),
    doorCard(status),
    rulesCard(status.rules),
    truthCard(status.trial, live.routes),
  ];
  const found = problems(live, cards, series);
  const modes = modesOf(status);
  const up = (Date.parse(live.at) - Date.parse(live.since)) / 1000;
  keyed(
    byId("verdict"),
    found.length ? found.map((text) => ({ text, bad: true })) : modes.length ? [] : [{ text: "All is well.", bad: false }],
    (one) => kindOf(one.text),
    (one) => el("p", { class: one.bad ? "problem" : "well" }),
    (p, one) => say(p, one.text),
  );
  showModes(modes);
  speak([...modes.map((mode) => mode.text), ...found]);
  say(byId("where"), `${location.host} · up for ${seconds(up)}`);
  keyed(byId("cards"), cards, (card) => card.id, makeCard, updateCard);
}

/** What a sentence is about, whatever its figures are by now. */
function kindOf(text) {
  return text.replace(/\d+/g, "#");
}

/** Tells who cannot see it what has come up or gone, and not each new figure of it. */
function speak(texts) {
  const kinds = texts.map(kindOf).join();
  if (kinds !== spoken) {
    say(byId("spoken"), texts.length ? texts.join(" ") : spoken === null ? "" : "All is well.");
    spoken = kinds;
  }
}

function makeCard(card) {
  const made = el(
    "article",
    { class: "card", id: "card-" + card.id },
    el("h3", {}),
    el("p", { class: "state" }),
    el("dl", {}),
    el("p", { class: "note muted" }),
    el("ul", { class: "list" }),
  );
  if (card.id === "rules") {
    const said = el("p", { role: "status", class: "muted" });
    const button = el("button", { type: "button", onclick: () => answering(button, said, () => reload(said)) }, "Read the file now");
    made.append(el("p", {}, button), said);
  }
  if (card.id === "switch") {
    const said = el("p", { role: "status", class: "muted" });
    const button = el("button", { type: "button", onclick: () => answering(button, said, () => switchCache(made, said)) });
    made.append(el("p", {}, button), said);
  }
  if (card.more) {
    made.append(el("p", {}, el("a", { href: card.more[0] }, card.more[1])));
  }
  return made;
}

/** Asks once more before everything goes to the backend. */
async function switchCache(made, said) {
  const on = made.dataset.on !== "true";
  if (on && !confirm("Switch the cache off? Until it is switched on again, the backend answers everything.")) {
    return;
  }
  const came = await post("/api/bypass", { on });
  say(said, came.on ? "It is off now." : "It is on now.");
}

async function reload(said) {
  const came = await post("/api/reload", {});
  const moved = came.applied ? [...came.added, ...came.removed, ...came.changed.map((one) => one.route)] : [];
  shownReload = came.applied
    ? moved.length || came.others.length
      ? "In force now. Changed: " + [...moved, ...came.others].join(", ")
      : "In force now; nothing has changed."
    : "Refused; see above.";
  say(said, shownReload);
}

function updateCard(element, card) {
  element.dataset.state = card.state;
  if (card.id === "switch") {
    element.dataset.on = String(card.on);
    const button = element.querySelector("button");
    say(button, card.on ? "Switch it on" : "Switch it off …");
    button.classList.toggle("danger", !card.on);
  }
  say(element.querySelector("h3"), card.title);
  say(element.querySelector(".state"), card.word);
  say(element.querySelector(".note"), card.note || "");
  keyed(
    element.querySelector("dl"),
    card.facts,
    ([name]) => name,
    ([name]) => el("div", {}, el("dt", {}, name), el("dd", {})),
    (row, [, value]) => say(row.querySelector("dd"), value),
  );
  keyed(element.querySelector(".list"), card.list || [], (text) => text, () => el("li", { class: "code" }), (li, text) => say(li, text));
}
