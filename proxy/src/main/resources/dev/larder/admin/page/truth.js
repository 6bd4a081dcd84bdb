// What comparing stored responses with the backend's answers has found: by route, the last differences, and quarantines.

import { byId, el, figure, keyed, parted, say, count, percent, seconds, clock, bytes } from "./dom.js";
import { get, post } from "./api.js";
import { answering } from "./form.js";
import { header, renew } from "./routes.js";

const EACH_MILLIS = 5000;
const MOST = 20;
const HEADS = ["Route", "Would have been hits", "Compared", "Answered otherwise by now", "How old these were", "Other fields alone", "Changed by a purge meanwhile", "Not comparable"];

let asked = -Infinity;
let explainKey = () => {};

export function onExplain(explain) {
  explainKey = explain;
}

/** Asks for what was found, less often than for all else. */
export async function followTruth(trial) {
  showMode(trial);
  if (performance.now() - asked < EACH_MILLIS) {
    return;
  }
  asked = performance.now();
  try {
    show(await get("/api/observed"));
  } catch {
    // The poll says that nobody answers.
  }
}

function showMode(trial) {
  say(
    byId("truth-of"),
    trial.observing
      ? "This sidecar observes: each answer of the backend is compared with what would have been served. What a purge explains does not count."
      : trial.truthSampling
        ? `Of all hits ${percent(trial.truthSampling, 1)}, four a second at most, are compared with what the backend answers to the same request (truth-sampling). Where it answers otherwise by now, what was served was stale, because of a change that no purge rule has seen.`
        : "Hits are not compared with the backend: truth-sampling is 0.",
  );
}

function sum(one, other) {
  const age = (of) => (of.staleMeanAgeSeconds || 0) * (of.status + of.body);
  const stale = one.status + one.body + other.status + other.body;
  return {
    stale,
    all: stale + one.same + other.same + one.fields + other.fields,
    fields: one.fields + other.fields,
    meanwhile: one.changedMeanwhile + other.changedMeanwhile,
    none: one.notCompared + other.notCompared,
    age: stale ? (age(one) + age(other)) / stale : null,
  };
}

function show(found) {
  header("compared", HEADS);
  const rows = Object.entries(found.routes).map(([name, route]) => ({ name, would: [route.wouldHit, route.wouldHit + route.wouldMiss], ...sum(route.observed, route.sampled) }));
  keyed(
    byId("compared").tBodies[0],
    rows.length ? rows : [{ none: true }],
    (row) => (row.none === true ? "-" : "route " + row.name),
    (row) =>
      row.none === true
        ? el("tr", {}, el("td", { colspan: HEADS.length, class: "muted" }, "Nothing has been compared yet."))
        : el("tr", { "data-route": row.name }, el("th", { scope: "row" }, row.name)),
    (tr, row) => {
      if (row.none !== true) {
        const [hits, lookups] = row.would;
        renew(
          tr,
          [
            figure("would", hits, lookups ? `${count(hits)} (${percent(hits, lookups)})` : "–"),
            figure("compared", row.all, count(row.all)),
            figure("stale", row.stale, `${count(row.stale)} (${percent(row.stale, row.all)})`),
            figure("age", "", row.age === null ? "–" : seconds(row.age)),
            figure("fields", row.fields, count(row.fields)),
            figure("meanwhile", row.meanwhile, count(row.meanwhile)),
            figure("none", row.none, count(row.none)),
          ],
          HEADS,
        );
      }
    },
  );
  showQuarantined(found.quarantined);
  showDifferences(found.differences.slice(0, MOST));
}

function showQuarantined(quarantined) {
  keyed(byId("quarantined"), quarantined, (one) => one.route + one.since, makeQuarantined, () => {});
}

function makeQuarantined(one) {
  const button = el("button", { type: "button", onclick: () => answering(button, byId("lifted"), () => lift(one.route)) }, "Lift it …");
  return el(
    "li",
    { class: "problem", "data-route": one.route },
    el("strong", {}, "Route " + one.route),
    el("span", {}, `has been quarantined since ${clock(one.since)}: its rule says access: public, and the backend answered a visitor with a credential otherwise than one without, for the key`),
    explained(one.key),
    el("span", {}, "Either the rule needs an identity in its key or access, or the answer differs for another reason."),
    button,
  );
}

async function lift(route) {
  if (confirm(`Lift the quarantine of route ${route}? What is stored for one visitor is then served to all of them again.`)) {
    const came = await post("/api/lift", { route });
    say(byId("lifted"), came.lifted ? `Lifted: route ${route} is served from the store again.` : `Route ${route} was not quarantined any more.`);
    asked = -Infinity;
  }
}

function explained(key) {
  return el("button", { type: "button", class: "plain code", title: "Explain this key", onclick: () => explainKey(key) }, ...parted(key));
}

/** In words, without what is in either of them. */
function how(one) {
  if (one.storedStatus !== one.originStatus) {
    return `stored with status ${one.storedStatus}, answered with ${one.originStatus}`;
  }
  if (one.body) {
    return `another body from byte ${count(one.body.offset)} on (${bytes(one.body.storedBytes)} stored, ${bytes(one.body.originBytes)} now)`;
  }
  return "other fields: " + one.fields.join(", ");
}

function showDifferences(differences) {
  keyed(
    byId("differences"),
    differences.length ? differences : [{ none: true }],
    (one) => (one.none ? "none" : [one.route, one.source, one.key].join(" ")),
    (one) =>
      one.none
        ? el("li", { class: "muted" }, "No stored response was found to differ.")
        : el("li", {}, el("time", { datetime: one.at }), explained(one.key), el("span", { class: "how" })),
    (li, one) => {
      if (!one.none) {
        say(li.querySelector("time"), clock(one.at));
        say(li.querySelector(".how"), `${how(one)}; it was ${seconds(one.ageSeconds)} old${one.count > 1 ? `; ${count(one.count)} times so far` : ""}`);
      }
    },
  );
}
