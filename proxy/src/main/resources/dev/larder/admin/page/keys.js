// Keys: those that are asked for most, those that cost most, a search over what is stored, and one stored response.

import { byId, el, keyed, parted, say, count, bytes, millis, seconds } from "./dom.js";
import { get } from "./api.js";
import { answering } from "./form.js";

const ENOUGH = 50;
const PAGES = 20;
const PAGE = 1000;
const HEADS = ["Key", "Route", "Lives for", "Age", "Size", "Status", "Stored by", "Site"];

let purgeThis = () => {};
let explainThis = () => {};
let search = { glob: "", cursor: "", looked: 0, found: [] };

export function onPurge(purge) {
  purgeThis = purge;
}

export function onExplain(explain) {
  explainThis = explain;
}

function ranked(list, keys, valueOf, textOf) {
  const most = keys.length ? Math.max(...keys.map(valueOf)) : 1;
  keyed(
    byId(list),
    keys.length ? keys : [{ key: "", none: true }],
    (top) => (top.none ? "none" : "key " + top.key),
    (top) =>
      top.none
        ? el("li", { class: "muted" }, "No request has had a key yet.")
        : el(
            "li",
            {},
            el("button", { type: "button", class: "plain code", title: "Explain this key: is it stored, and would a request for it be a hit?", onclick: () => explainThis(top.key) }, ...parted(top.key)),
            el("span", { class: "number" }),
            el("progress", { class: "store", max: 1, "aria-hidden": "true" }),
          ),
    (li, top) => {
      if (!top.none) {
        say(li.querySelector(".number"), textOf(top));
        li.querySelector("progress").value = valueOf(top) / Math.max(most, 1e-9);
      }
    },
  );
}

export function showTop(live) {
  ranked("hottest", live.hottest, (top) => top.requests, (top) => "≈ " + count(top.requests));
  ranked("dearest", live.dearest, (top) => top.millis, (top) => `≈ ${millis(top.millis)} · ${millis(top.millis / top.requests)} each`);
}

// ---- search ---------------------------------------------------------------------------------------------------------

/** A part of a key finds it: only who uses asterisks says where the parts are. */
function globOf(text) {
  return text === "" || text.includes("*") ? text : "*" + text + "*";
}

async function look() {
  const end = search.found.length + ENOUGH;
  let pages = 0;
  do {
    const asked = { limit: PAGE };
    if (search.glob) {
      asked.match = search.glob;
    }
    if (search.cursor) {
      asked.cursor = search.cursor;
    }
    const page = await get("/api/keys", asked);
    search.found.push(...page.keys);
    search.looked += page.looked;
    search.cursor = page.cursor || "";
    pages++;
  } while (search.cursor && search.found.length < end && pages < PAGES);
  showFound();
}

function lives(entry) {
  if (entry.purged) {
    return "purged";
  }
  if (entry.otherRules) {
    return "of other rules";
  }
  if (entry.ttlSeconds === undefined) {
    return entry.keptUntil ? "kept " + seconds((Date.parse(entry.keptUntil) - Date.now()) / 1000) : "–";
  }
  return entry.ttlSeconds < 0 ? "expired " + seconds(-entry.ttlSeconds) + " ago" : seconds(entry.ttlSeconds);
}

function cell(name, text, attributes = {}) {
  return el("td", { "data-label": name, ...attributes }, text);
}

function showFound() {
  const table = byId("found");
  if (!table.tHead.rows.length) {
    table.tHead.append(el("tr", {}, ...HEADS.map((name) => el("th", { scope: "col" }, name))));
  }
  byId("found-region").hidden = search.found.length === 0;
  say(
    byId("found-text"),
    search.found.length
      ? `${count(search.found.length)} found among ${count(search.looked)} looked at${search.cursor ? "; there are more" : ""}.`
      : `Nothing among ${count(search.looked)} stored responses${search.cursor ? " looked at so far" : ""}.`,
  );
  byId("further").hidden = search.cursor === "";
  table.tBodies[0].replaceChildren(
    ...search.found.map((entry) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, el("button", { type: "button", class: "plain code", onclick: (event) => show(entry, event.currentTarget) }, ...parted(entry.key))),
        cell("Route", entry.route),
        cell("Lives for", lives(entry)),
        cell("Age", entry.ageSeconds === undefined ? "–" : seconds(entry.ageSeconds)),
        cell("Size", bytes(entry.bytes)),
        cell("Status", entry.status === undefined ? "–" : String(entry.status)),
        cell("Stored by", entry.storedBy || "–", { class: "code" }),
        cell("Site", entry.site, { class: "code" }),
      ),
    ),
  );
}

// ---- one response -----------------------------------------------------------------------------------------------------

const STATES = {
  fresh: "It is fresh: the next request for it is a hit.",
  stale: "It has expired.",
  "other-rules": "It was stored by other rules than those in force, and is not used.",
  no: "Nothing usable is stored.",
  unknown: "The store could not say.",
};

function show(entry, button) {
  const place = byId("stored");
  return answering(button, place, async () => {
    const stored = await get("/api/stored", { key: entry.key, site: entry.site, body: "true" });
    place.replaceChildren(...told(stored));
    place.focus({ preventScroll: true });
    place.scrollIntoView({ block: "nearest" });
  });
}

function told(stored) {
  const facts = [["Site", stored.site], ["Route", stored.route]];
  if (stored.status !== undefined) {
    facts.push(
      ["Status", String(stored.status)],
      ["Stored at", new Date(stored.storedAt).toLocaleString("en-GB")],
      ["Age", seconds(stored.ageSeconds)],
      ["Lives for", stored.ttlSeconds < 0 ? "expired " + seconds(-stored.ttlSeconds) + " ago" : seconds(stored.ttlSeconds)],
      ["Body", stored.plainBytes === stored.bytes ? bytes(stored.bytes) : `${bytes(stored.plainBytes)}, kept in ${bytes(stored.bytes)}`],
      ["Stored by", stored.storedBy || "–"],
    );
  }
  const parts = [
    el("h3", { class: "code" }, stored.key),
    el("p", {}, (STATES[stored.stored] || stored.stored) + (stored.why ? " (" + stored.why + ")" : "")),
    el("dl", { class: "facts" }, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
  ];
  if (stored.fields) {
    parts.push(
      el(
        "details",
        {},
        el("summary", {}, "Fields" + (stored.redacted ? " (redacted: what belongs to a visitor is shown to who has the token)" : "")),
        el("pre", { tabindex: 0 }, Object.entries(stored.fields).map(([name, value]) => name + ": " + value).join("\n")),
      ),
    );
  }
  if (stored.body !== undefined) {
    parts.push(
      el("details", {}, el("summary", {}, "The body's beginning"), el("pre", { tabindex: 0 }, stored.body === null ? "redacted: it belongs to a visitor" : stored.body)),
    );
  }
  parts.push(
    el(
      "p",
      { class: "acts" },
      el("button", { type: "button", onclick: () => explainThis(stored.key, stored.site) }, "Explain a request for it"),
      el("button", { type: "button", onclick: () => purgeThis(stored.key) }, "Purge this key …"),
    ),
  );
  return parts;
}

export function start() {
  byId("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    search = { glob: globOf(event.target.elements.match.value.trim()), cursor: "", looked: 0, found: [] };
    byId("stored").replaceChildren();
    answering(event.target.querySelector("button"), byId("found-text"), look);
  });
  byId("further").addEventListener("click", (event) => answering(event.target, byId("found-text"), look));
}
