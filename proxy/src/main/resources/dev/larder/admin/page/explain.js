// What the rules make of a request, and what is stored for it now.

import { byId, el, seconds } from "./dom.js";
import { get, post } from "./api.js";
import { answering, pairs } from "./form.js";
import { explainToken } from "./reasons.js";

/** The host of something that is stored: meant where none is typed, and shown in the empty field. */
let guessed = "";

function asked() {
  const { method, target, host, fields, as, body, status } = byId("explain-form").elements;
  const ask = { method: method.value, target: target.value.trim(), live: true };
  if (host.value.trim() || guessed) {
    ask.host = host.value.trim() || guessed;
  }
  if (fields.value.trim()) {
    ask.fields = pairs(fields.value, ":");
  }
  if (as.value.trim()) {
    ask.as = pairs(as.value, ":");
  }
  if (body.value) {
    ask.body = body.value;
  }
  if (status.value) {
    ask.status = status.value;
  }
  return ask;
}

const ABSENT = {
  absent: "nothing is stored under its key for this host: it has not been asked for, has expired and been dropped, or could not be stored",
  purged: "what was stored has been made invalid by a purge",
  vary: "something is stored, for other values of the fields that its Vary names",
  unreadable: "what is stored cannot be read",
};

/** One sentence first. */
function verdict(came, method) {
  const live = came.live;
  if (!came.cached) {
    return method === "GET" || method === "HEAD" ? "It is not looked up: the backend answers." : "It is not looked up; if it is a write, this is what it purges:";
  }
  if (!live) {
    return "It is looked up.";
  }
  const expiry = live.ttlSeconds === undefined ? "" : live.ttlSeconds < 0 ? `expired ${seconds(-live.ttlSeconds)} ago` : `fresh for ${seconds(live.ttlSeconds)} more`;
  switch (live.stored) {
    case "fresh":
      return `It would be a hit: stored ${seconds(live.ageSeconds)} ago, ${expiry}.`;
    case "stale":
      return `It would be no fresh hit: what is stored ${expiry}.`;
    case "other-rules":
      return "It would be a miss: what is stored is from other rules than those in force.";
    case "no":
      return `It would be a miss: ${ABSENT[live.why] || live.why}.`;
    default:
      return `The store could not say (${live.why}), so the backend would answer.`;
  }
}

/** Lines as the command line prints them: a word of ten letters, then the text; the reason is put in words. */
function told(lines) {
  const rows = [];
  for (const text of lines) {
    const name = text.slice(0, 10).trim();
    const rest = text.slice(10).trim();
    if (name && !text.startsWith(" ")) {
      rows.push({ name, texts: [rest] });
    } else if (rows.length) {
      rows[rows.length - 1].texts.push(text.trim());
    } else {
      rows.push({ name: "", texts: [text.trim()] });
    }
  }
  return el("dl", { class: "facts wide" }, ...rows.map((row) => el("div", {}, el("dt", {}, row.name), el("dd", {}, ...row.texts.map((text) => el("p", { class: "code" }, text))))));
}

function hint(lines) {
  for (const text of lines) {
    for (const word of text.split(/[\s:,]+/)) {
      const said = explainToken("bypassReasons", word);
      if (said && word.includes("-")) {
        return `${word}: ${said}`;
      }
    }
  }
  return "";
}

async function explain() {
  const ask = asked();
  show(await post("/api/explain", ask), ask.method);
}

function show(came, method) {
  const place = byId("explained");
  const words = came.cached ? "" : hint(came.lines);
  const hit = came.live && came.live.stored === "fresh";
  place.replaceChildren(
    el("p", { class: hit ? "well" : "problem" }, verdict(came, method)),
    ...(words ? [el("p", {}, words)] : []),
    told(came.lines),
  );
}

// ---- from elsewhere on the page ----------------------------------------------------------------------------------------

/** Empties the form, fills in what is known, and goes there. */
function prepare({ target, host = "", as = {} }) {
  const form = byId("explain-form");
  form.reset();
  form.elements.target.value = target;
  form.elements.host.value = host;
  form.elements.as.value = Object.entries(as).map(([claim, value]) => `${claim}: ${value}`).join("\n");
  form.querySelector("details").open = Object.keys(as).length > 0;
  form.scrollIntoView({ block: "start" });
  form.elements.target.focus({ preventScroll: true });
  return form;
}

/** Explains a request that has this key; where none can be made of it, says what is stored instead. */
export function explainKey(key, site = "") {
  const place = byId("explained");
  return answering(byId("explain-form").querySelector("[type=submit]"), place, async () => {
    await guessHost();
    const host = site.replace(/^https?:\/\//, "") || guessed;
    const came = await post("/api/explain", { key, visitor: true, live: true, ...(host ? { host } : {}) });
    if (came.target === undefined) {
      prepare({ target: "", host });
      throw new Error(
        came.reason === "no-such-key"
          ? `No route of the rules in force writes the key ${key}.`
          : `Of the key ${key} no request can be made: it holds more than path, query and visitor.`,
      );
    }
    prepare({ target: came.target, host, as: came.as });
    show(came, "GET");
  });
}

/** Leaves it to somebody to fill the variables in. */
export function explainTemplate(template) {
  const { target } = prepare({ target: template }).elements;
  const at = template.indexOf("{");
  if (at >= 0) {
    target.setSelectionRange(at, template.indexOf("}") + 1);
  }
  byId("explained").replaceChildren();
}

/** Most sidecars have one host. The field's own text is left alone: somebody may be typing. */
async function guessHost() {
  try {
    const page = guessed ? { keys: [] } : await get("/api/keys", { limit: 100 });
    if (page.keys.length) {
      guessed = page.keys[0].site.replace(/^https?:\/\//, "");
      byId("explain-form").elements.host.placeholder = guessed;
    }
  } catch {
    // Whoever asks types it.
  }
}

export function start() {
  const form = byId("explain-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answering(form.querySelector("[type=submit]"), byId("explained"), explain);
  });
  form.addEventListener("focusin", guessHost, { once: true });
}
