// Purges as they happen, and purging by hand: only what has been previewed can be purged.

import { byId, el, keyed, say, count, clock } from "./dom.js";
import { post } from "./api.js";
import { answering, pairs } from "./form.js";

const MOST = 100;
const LABELS = { key: "Key", glob: "Keys; * is any text", tag: "Tag", route: "Route" };

let events = [];
let entries = -1;

/** The order that the shown preview is of, as it was typed; empty where none is shown. */
let previewed = "";

// ---- as they happen ---------------------------------------------------------------------------------------------------

const CAUSES = { write: "write", elsewhere: "another sidecar", reload: "reload" };

/** Groups as people name them. */
function aim(group) {
  const [, kind, rest] = /^(route|identity|credential):(.*)$/.exec(group) || [null, "", group];
  if (kind === "credential") {
    return `the session of one visitor (${rest})`;
  }
  // Parameters stand behind the name; a name holds no equals sign.
  const [, name, parameters] = /^(.*?)((?::[^:=]+=[^:]*)*)$/.exec(rest);
  const where = parameters ? " where " + parameters.slice(1).replaceAll(":", ", ") : "";
  if (kind === "identity") {
    return "what is known of visitors of " + name + where;
  }
  return where ? name + where : "all of " + name;
}

export function addPurges(live) {
  entries = live.status.store.entries;
  for (const event of live.purges) {
    const before = events[0];
    // A write purges again before the last piece of its answer: one line says both.
    if (event.again && before && before.request === event.request && before.groups.join() === event.groups.join()) {
      before.times++;
      before.number = Math.max(before.number, event.number);
    } else {
      events.unshift({ ...event, id: event.number, times: 1 });
    }
  }
  events = events.slice(0, MOST);
  keyed(
    byId("events"),
    events.length ? events : [{ id: 0, none: true }],
    (event) => event.id,
    (event) => (event.none ? el("li", { class: "muted" }, "None so far.") : made(event)),
    (li, event) => {
      if (!event.none) {
        say(li.querySelector(".times"), event.times > 1 ? `in ${event.times} steps` : "");
      }
    },
  );
}

function made(event) {
  const more = event.count - event.groups.length;
  return el(
    "li",
    { "data-number": event.number },
    el("time", { datetime: event.at }, clock(event.at)),
    el("span", { class: "kind writes" }, CAUSES[event.cause] || event.cause),
    event.request ? el("span", { class: "code" }, event.request) : null,
    event.rules.length ? el("span", { class: "muted" }, "by rule " + event.rules.join(", ")) : null,
    el("span", { class: "muted times" }),
    el("ul", { class: "groups", "aria-label": "Made invalid" }, ...event.groups.map((group) => el("li", { class: "code" }, aim(group))), more > 0 ? el("li", { class: "muted" }, `and ${count(more)} more`) : null),
  );
}

// ---- by hand ------------------------------------------------------------------------------------------------------------

function order() {
  const { kind, text, where, by } = byId("purge-form").elements;
  const made = {};
  if (by.value.trim()) {
    made.by = by.value.trim();
  }
  if (kind.value === "everything") {
    return { kind: kind.value, made };
  }
  made[kind.value] = text.value.trim();
  if (kind.value === "route" && where.value.trim()) {
    made.where = pairs(where.value.replace(/[,\s]+/g, "\n"), "=");
  }
  return { kind: kind.value, made };
}

function typed() {
  const { kind, text, where } = byId("purge-form").elements;
  return JSON.stringify([kind.value, text.value, where.value]);
}

function forgetPreview() {
  if (previewed !== typed()) {
    previewed = "";
    byId("purge-now").disabled = true;
    say(byId("purge-now"), "Purge");
    byId("purged").replaceChildren();
  }
}

function list(texts) {
  return el("ul", { class: "groups" }, ...texts.map((text) => el("li", { class: "code" }, text)));
}

function hits(came) {
  if (came.hits === null) {
    return ["This store cannot say how many responses that is."];
  }
  const { count: number, looked, complete, beyondWhatWasMeant: beyond, sampleKeys } = came.hits;
  const parts = [
    el("p", { "data-figure": "would-purge", "data-value": number }, `${complete ? "" : "At least "}${count(number)} stored ${number === 1 ? "response" : "responses"} would be purged${complete ? "" : `; ${count(looked)} were looked at, and there are more`}.`),
  ];
  if (beyond) {
    parts.push(el("p", { class: "problem" }, `${count(beyond)} of these are not what was typed: purges go by groups, and the narrowest that hold all of it are wider.`));
  }
  if (sampleKeys.length) {
    parts.push(el("p", {}, sampleKeys.length < number ? "Among them:" : "These:"), list(sampleKeys));
  }
  return parts;
}

async function preview() {
  const wanted = order();
  const place = byId("purged");
  if (wanted.kind === "everything") {
    place.replaceChildren(el("p", { class: "problem" }, `Everything that any route has stored${entries >= 0 ? `: about ${count(entries)} responses` : ""}. The backend will have to answer for all of it.`));
  } else {
    const came = await post("/api/purge", { ...wanted.made, preview: true });
    place.replaceChildren(...hits(came), el("p", {}, "What will be made invalid:"), list(came.groups.map(aim)));
  }
  previewed = typed();
  byId("purge-now").disabled = false;
  say(byId("purge-now"), wanted.kind === "everything" ? "Purge everything" : "Purge");
}

async function purge() {
  const wanted = order();
  const came = wanted.kind === "everything" ? await post("/api/clear", wanted.made) : await post("/api/purge", wanted.made);
  byId("purged").replaceChildren(
    el("p", { class: came.applied ? "well" : "problem" }, came.applied ? `Purged: ${count(came.groups.length)} ${came.groups.length === 1 ? "group" : "groups"}.` : "The store could not be told; the purge is owed, and nothing it concerns is served until then."),
  );
}

/** Fills the form in, shows what the purge would hit, and goes there. */
export function prepare(key) {
  const { kind, text } = byId("purge-form").elements;
  kind.value = "key";
  text.value = key;
  kindChosen();
  byId("purge-form").requestSubmit();
  byId("purge-form").scrollIntoView({ block: "start" });
  text.focus({ preventScroll: true });
}

function kindChosen() {
  const { kind, text } = byId("purge-form").elements;
  const all = kind.value === "everything";
  text.required = !all;
  text.disabled = all;
  say(byId("purge-label"), LABELS[kind.value] || "All keys");
  byId("purge-where").hidden = kind.value !== "route";
}

export function start() {
  const form = byId("purge-form");
  const now = byId("purge-now");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answering(form.querySelector("[type=submit]"), byId("purged"), preview);
  });
  form.addEventListener("input", () => {
    kindChosen();
    forgetPreview();
  });
  now.addEventListener("click", async () => {
    if (previewed === typed() && previewed) {
      previewed = "";
      await answering(form.querySelector("[type=submit]"), byId("purged"), purge);
      now.disabled = true;
      form.querySelector("[type=submit]").focus({ preventScroll: true });
    }
  });
}
