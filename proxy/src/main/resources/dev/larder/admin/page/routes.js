// What has come of requests, route by route, and what a longer lifetime would save.

import { byId, el, figure, keyed, say, count, rate, bytes, millis, percent } from "./dom.js";

const NONE = "-";

export function nameOf(route) {
  return route === NONE ? "no route" : route;
}

const HEADS = ["Route", "Requests", "Hit ratio", "From store", "From backend", "Bypassed", "Writes", "Errors", "Store, mean", "Backend, mean", "Sent"];

export function header(table, names) {
  const head = byId(table).tHead;
  if (!head.rows.length) {
    head.append(el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name))));
  }
}

/** Puts new cells in place of those whose figure has changed. */
export function renew(row, cells, names) {
  cells.forEach((cell, i) => {
    cell.dataset.label = names[i + 1];
    const before = row.cells[i + 1];
    if (!before) {
      row.append(cell);
    } else if (before.textContent !== cell.textContent || before.dataset.value !== cell.dataset.value) {
      before.replaceWith(cell);
    }
  });
}

function inWindow(route, series, length) {
  const of = (name) => series.sum(name, length, route.name);
  return {
    requests: of("requests"),
    hits: of("hits"),
    lookups: of("lookups"),
    bypasses: of("bypasses"),
    writes: of("writes"),
    errors: of("errors"),
    bytes: of("bytes"),
    cachedMillis: route.cachedMillis,
    uncachedMillis: route.uncachedMillis,
  };
}

function sinceStart(route) {
  return {
    ...route,
    hits: route.hits + route.stale,
    lookups: route.hits + route.stale + route.validated + route.misses + route.collapsed,
  };
}

function cells(of, length) {
  const per = length ? ` (${rate(of.requests / length)}/s)` : "";
  return [
    figure("requests", of.requests, count(of.requests) + per),
    figure("ratio", of.lookups ? of.hits / of.lookups : "", percent(of.hits, of.lookups)),
    figure("hits", of.hits, count(of.hits)),
    figure("fetched", of.lookups - of.hits, count(of.lookups - of.hits)),
    figure("bypasses", of.bypasses, count(of.bypasses)),
    figure("writes", of.writes, count(of.writes)),
    figure("errors", of.errors, count(of.errors)),
    figure("cachedMillis", "", millis(of.cachedMillis)),
    figure("uncachedMillis", "", millis(of.uncachedMillis)),
    figure("bytes", of.bytes, bytes(of.bytes)),
  ];
}

function sumOf(routes) {
  const sum = { name: "", get: "", requests: 0, hits: 0, lookups: 0, bypasses: 0, writes: 0, errors: 0, bytes: 0, cachedMillis: null, uncachedMillis: null };
  for (const one of routes) {
    for (const name of ["requests", "hits", "lookups", "bypasses", "writes", "errors", "bytes"]) {
      sum[name] += one[name];
    }
  }
  return sum;
}

/**
 * The table of routes.
 *
 * @param length seconds to count, 0 since the start
 * @param choose is called with a route's name, or nothing for all
 */
export function showRoutes(routes, series, length, chosen, choose) {
  header("routes", HEADS);
  const rows = routes.map((route) => ({
    name: route.name,
    get: route.get,
    ttl: route.ttl,
    of: length ? inWindow(route, series, length) : sinceStart(route),
  }));
  if (rows.length > 1) {
    rows.push({ name: "", get: null, of: sumOf(rows.map((row) => row.of)) });
  }
  keyed(
    byId("routes").tBodies[0],
    rows,
    (row) => row.name,
    (row) =>
      el(
        "tr",
        { "data-route": row.name },
        el(
          "th",
          { scope: "row" },
          el("button", { type: "button", class: "plain", onclick: () => choose(row.name) }, row.name ? nameOf(row.name) : "all routes"),
          el("span", { class: "muted template" }),
        ),
      ),
    (tr, row) => {
      tr.querySelector("button").setAttribute("aria-pressed", String(row.name === chosen));
      tr.classList.toggle("idle", row.of.requests === 0);
      say(tr.querySelector(".template"), row.get ? row.get : "");
      renew(tr, cells(row.of, length), HEADS);
    },
  );
}

const GAINS = ["Route", "Lifetime now", "Fetches of what had expired", "Backend's time for each", "Could be saved", "Of all its fetches"];

/** The routes by what fetching expired responses has cost. */
export function showGains(routes) {
  header("gains", GAINS);
  const rows = routes
    .filter((route) => route.get !== null)
    .map((route) => ({ ...route, fetches: route.misses + route.validated }))
    .sort((a, b) => b.expiredMillis - a.expiredMillis || b.expired - a.expired);
  const some = rows.filter((row) => row.expired > 0);
  const body = byId("gains").tBodies[0];
  keyed(
    body,
    some.length ? some : [{ name: "-", empty: true }],
    (row) => (row.empty ? "-" : "route " + row.name),
    (row) =>
      row.empty
        ? el("tr", {}, el("td", { colspan: GAINS.length, class: "muted" }, "Nothing has been fetched because it had expired. A longer lifetime would save nothing so far."))
        : el("tr", { "data-route": row.name }, el("th", { scope: "row" }, row.name)),
    (tr, row) => {
      if (!row.empty) {
        const each = row.expiredMillis / row.expired;
        renew(
          tr,
          [
            figure("ttl", row.ttl, row.ttl === "origin" ? "as the backend says" : row.ttl),
            figure("expired", row.expired, count(row.expired)),
            figure("each", "", millis(each)),
            figure("saved", row.expiredMillis, millis(row.expiredMillis)),
            figure("share", "", percent(row.expired, row.fetches)),
          ],
          GAINS,
        );
      }
    },
  );
}
