// What forms have in common: they are answered beside them, and say so when they are not.

import { el } from "./dom.js";

/** Where something is being asked for, and what is to be asked after it. */
const running = new Map();

/**
 * Runs what a form or a button asks for, and says where the answer would be what went wrong. Of a form that is sent again
 * meanwhile the last word counts; a button does nothing meanwhile. Neither is disabled: that would take focus from it.
 */
export async function answering(button, place, work) {
  if (running.has(place)) {
    if (button.type === "submit") {
      running.set(place, work);
    }
    return;
  }
  running.set(place, null);
  button.setAttribute("aria-disabled", "true");
  place.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (problem) {
    place.replaceChildren(el("p", { class: "problem" }, problem.message));
  }
  const next = running.get(place);
  running.delete(place);
  button.removeAttribute("aria-disabled");
  place.removeAttribute("aria-busy");
  if (next) {
    await answering(button, place, next);
  }
}

/** Lines as "name: value" or "name=value"; lines without either are an error that names them. */
export function pairs(text, separator) {
  const found = {};
  for (const line of text.split("\n").map((one) => one.trim()).filter(Boolean)) {
    const at = line.indexOf(separator);
    if (at < 1) {
      throw new Error(`“${line}” is no ${separator === ":" ? "“Name: value”" : "“name=value”"}`);
    }
    found[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return found;
}
