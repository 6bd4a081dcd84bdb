// Why requests were no hits, ranked, in words, and what to do about each. The tokens are those of Cache-Status and metrics.

import { byId, el, keyed, say, count, percent } from "./dom.js";

const CAUSES = {
  "not-stored-before": "Nothing was stored under this key. Many of these: the key may hold more than the answer depends on, or lifetimes are shorter than the time between two requests.",
  expired: "What was stored had come to the end of its lifetime. See Lifetimes below for what a longer one would save.",
  purged: "A purge had made it invalid. See Purges for what ordered it; a narrower purge rule keeps more.",
  "gone-early": "It was about to be stored here, and was gone before its end: evicted for want of room (store.max-bytes, max-entries), purged and dropped, or not stored after all (a purge came in between, store-if, max-body).",
  "other-variant": "Something is stored, for other values of the fields that the answer's Vary names.",
  "visitor-unknown": "It was not known yet who asked when it was fetched.",
  collapsed: "Another request was fetching the same; this one got that answer, and the backend was not asked again.",
};

const BYPASSES = {
  "no-route": "No route of the rules matches the path. A route for it makes it cacheable.",
  method: "Neither GET nor HEAD, and no purge rule concerns it.",
  "ambiguous-path": "The path can be read in more than one way (encoded slashes, dot segments).",
  "ambiguous-query": "The query can be read in more than one way, or a named parameter is repeated.",
  "unnamed-query-parameter": "A query parameter that the rule neither names nor ignores. Name it in key, or list it in query: { ignore: […] }.",
  "key-type": "A value of the key is not of its type, e.g. page=abc.",
  "key-bounds": "A value of the key is outside its bounds.",
  "ambiguous-field": "A field or cookie of the key is there more than once.",
  "request-body": "A GET with a body.",
  "unkeyed-field": "A field is there that backends trust and caches leave out of the key, e.g. X-Forwarded-Host.",
  range: "A Range that is not served from storage.",
  "no-credential": "Nobody is known to ask, on a route that is for somebody.",
  "ambiguous-credential": "The credential can be read in more than one way, e.g. a cookie that is there twice.",
  "identity-unknown": "The visitor was not known yet; the next request of theirs finds them known.",
  "no-identity": "The credential belongs to nobody: the session is over, or was never one.",
  "identity-claim": "The visitor's identity lacks a claim that the key uses.",
  access: "The visitor is not one that the rule's access allows; the backend says what they get.",
  credential: "A credential is there that the rule does not speak of. access: public says that it does not matter.",
  "ttl-zero": "The rule's ttl is 0.",
  "not-storable": "The key was found not storable a short while ago; see what is not stored.",
  "collapse-timeout": "Another request's fetch of the same took too long to wait for.",
  "store-unavailable": "The store did not say in time what it holds (timeouts.store), or could not be asked at all. See its state above.",
  hold: "A write whose outcome is not known may just have changed it.",
  "switched-off": "The cache is switched off: nothing is served from it or stored. The switch at the top of this page, or larder bypass off, ends that.",
  observing: "This sidecar observes (observe: true): what would have been a hit is told under Truth.",
  quarantine: "This public route answered two visitors differently. Truth below says for which key, and lifts it.",
  write: "A write.",
  upgrade: "An upgrade to another protocol, e.g. a WebSocket.",
};

const NOT_STORED = {
  method: "The answer to a HEAD: it has no body to store.",
  status: "A status that the rule does not store; store-status names those that are.",
  partial: "A part of a representation.",
  "visitor-refused": "A redirect, 401 or 403 to one visitor: theirs alone.",
  "request-no-store": "The request says no-store.",
  authorization: "The request was sent with Authorization, of which the rule knows nothing.",
  "no-store": "The answer says no-store. origin-cache-control: [no-store] overrides it, where the answer may be shared.",
  private: "The answer says private. origin-cache-control: [private] overrides it, where the answer may be shared.",
  "no-cache": "The answer says no-cache and has nothing to validate it by.",
  "set-cookie": "The answer sets a cookie.",
  "vary-star": "The answer says Vary: *.",
  "vary-credential": "Vary names a field that holds a credential.",
  "ttl-zero": "The lifetime is 0.",
  "no-lifetime": "The answer gives no lifetime, and none may be guessed. A ttl in the rule gives one.",
  "max-body": "The body is longer than the route's max-body.",
  "purged-meanwhile": "A purge came between asking and storing.",
};

const KINDS = {
  missCauses: { kind: "miss", style: "backend", words: CAUSES },
  bypassReasons: { kind: "bypass", style: "bypassed", words: BYPASSES },
  notStoredReasons: { kind: "not stored", style: "unstored", words: NOT_STORED },
  errorReasons: { kind: "error", style: "errors", words: {} },
};

/** Adds the reasons of some routes up. */
export function summed(routes) {
  const sums = new Map();
  const add = (group, token, number) => {
    const key = group + " " + token;
    const one = sums.get(key) || { key, group, token, number: 0 };
    one.number += number;
    sums.set(key, one);
  };
  for (const route of routes) {
    for (const group of Object.keys(KINDS)) {
      Object.entries(route[group]).forEach(([token, number]) => add(group, token, number));
    }
    if (route.collapsed) {
      add("missCauses", "collapsed", route.collapsed);
    }
  }
  return [...sums.values()].sort((a, b) => b.number - a.number || a.key.localeCompare(b.key));
}

export function explainToken(group, token) {
  return KINDS[group].words[token] || "";
}

/** Ranks the reasons of one route, or of all. */
export function showReasons(routes, chosen) {
  const some = chosen ? routes.filter((route) => route.name === chosen) : routes;
  const requests = some.reduce((sum, route) => sum + route.requests, 0);
  const hits = some.reduce((sum, route) => sum + route.hits + route.stale, 0);
  const reasons = summed(some);
  const most = reasons.length ? reasons[0].number : 1;
  say(
    byId("why-of"),
    requests
      ? `${chosen ? "Route " + chosen : "All routes"}, since the start: ${count(requests)} requests, of which ${count(hits)} (${percent(hits, requests)}) came from the store. What is not stored is counted beside why it was looked for.`
      : "No requests yet.",
  );
  keyed(
    byId("reasons"),
    reasons,
    (reason) => reason.key,
    (reason) =>
      el(
        "li",
        { "data-reason": reason.token, "data-group": reason.group },
        el("span", { class: "kind " + KINDS[reason.group].style }, KINDS[reason.group].kind),
        el("strong", {}, reason.token),
        el("span", { class: "number" }),
        el("progress", { class: KINDS[reason.group].style, max: 1, "aria-hidden": "true" }),
        el("span", { class: "words" }, explainToken(reason.group, reason.token)),
      ),
    (item, reason) => {
      item.dataset.value = reason.number;
      say(item.querySelector(".number"), `${count(reason.number)} · ${percent(reason.number, requests)}`);
      item.querySelector("progress").value = reason.number / most;
    },
  );
}
