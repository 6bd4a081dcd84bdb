// What forms have in common: they are answered beside them, and say so when they are not.

import { el } from "./dom.js";

/** Runs what a form asks for; meanwhile it cannot be asked again. What goes wrong is said where the answer would be. */
export async function answering(button, place, work) {
  button.disabled = true;
  place.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (problem) {
    place.replaceChildren(el("p", { class: "problem" }, problem.message));
  } finally {
    button.disabled = false;
    place.removeAttribute("aria-busy");
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
