// What holds for everything that is below, in full view wherever somebody has scrolled to, with what can be done about it.

import { byId, el, keyed, say, clock } from "./dom.js";
import { post } from "./api.js";
import { answering } from "./form.js";

/** What is out of the ordinary about how far the cache is trusted. */
export function modesOf({ bypass, trial }) {
  const modes = [];
  if (bypass.on) {
    modes.push({
      id: "bypass",
      text: `The cache is switched off since ${clock(bypass.since)}, by ${bypass.by}: the backend answers everything, writes go on purging.`,
      act: ["Switch it on", () => post("/api/bypass", { on: false })],
    });
  }
  if (trial.observing) {
    modes.push({
      id: "observe",
      text: "This sidecar only observes: the backend answers everything, and what would have been a hit is compared with that.",
      link: ["#truth", "What it has found"],
    });
  }
  if (trial.quarantined.length) {
    const names = trial.quarantined.map((one) => one.route);
    modes.push({
      id: "quarantine",
      text: `${names.length === 1 ? "Route" : "Routes"} ${names.join(", ")}: quarantined, because visitors were answered differently. The backend answers there.`,
      link: ["#truth", "See why, or lift it"],
    });
  }
  return modes;
}

let modes = [];
let away = "";

function draw() {
  const all = away ? [{ id: "away", text: away }, ...modes] : modes;
  const place = byId("modes");
  const had = place.contains(document.activeElement);
  keyed(place, all, (mode) => mode.id, make, (p, mode) => say(p.firstElementChild, mode.text));
  if (had && !place.contains(document.activeElement)) {
    // What had focus is gone with what it was about.
    byId("main").focus({ preventScroll: true });
  }
}

function make(mode) {
  const p = el("p", { class: "mode" }, el("span", {}));
  if (mode.act) {
    const [text, act] = mode.act;
    const said = el("span", { role: "status" });
    const button = el("button", { type: "button", onclick: () => answering(button, said, act) }, text);
    p.append(button, said);
  }
  if (mode.link) {
    p.append(el("a", { href: mode.link[0] }, mode.link[1]));
  }
  return p;
}

export function showModes(those) {
  modes = those;
  draw();
}

/** That nobody answers, or nothing where somebody does. */
export function showAway(text) {
  away = text;
  draw();
}
