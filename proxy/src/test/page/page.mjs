// Walks through the live page in a browser, as an operator does. Arguments: the folder with what npm has installed, the
// browser, and what runs as JSON. One line comes out for each test: pass or fail, its name, and what was wrong.

import fs from "node:fs";
import { Visitor, expect, figures, launch, live, metrics, open, run, same, tabTo, until } from "./browser.mjs";
import { faint, numberStops, stop, tooWide } from "./looks.mjs";

const [folder, executable, json] = process.argv.slice(2);
const { proxy, admin, guarded, token, rules, observing } = JSON.parse(json);

const HOSTILE = "%3Cimg%20src=x%20onerror=window.hacked=1%3E";

const browser = await launch(folder, executable);
if (!browser) {
  process.exit(0);
}
const visitor = new Visitor(proxy);
const { page, wrong } = await open(browser, admin);
await live(page);

/** What was counted outside, all together. */
const asked = () => Object.values(visitor.counted).reduce((sum, one) => sum + one, 0);

/** Asks until it is answered from the store. */
const stored = (path, fields) => until(`${path} is stored`, async () => (await visitor.ask("GET", path, fields)).how === "hit");

const sorted = (sums) => Object.entries(sums).sort();

/** Of the route that is chosen, or of all. */
const bypasses = () =>
  page.$$eval("#reasons li[data-group=bypassReasons]", (items) => Object.fromEntries(items.map((item) => [item.dataset.reason, Number(item.dataset.value)])));

const text = (selector) => page.locator(selector).innerText();

async function explained(target, words) {
  await page.fill("[name=target]", target);
  await page.press("[name=target]", "Enter");
  return until(`${target} is explained by ${words}`, async () => {
    const said = await text("#explained");
    expect(said.includes(words), said);
    return true;
  });
}

async function figuresEqualAnOutsideCountAndTheMetrics() {
  for (let i = 0; i < 10; i++) {
    await visitor.ask("GET", "/item/a");
  }
  for (let i = 0; i < 3; i++) {
    await visitor.ask("GET", "/item/a?debug=1");
  }
  await visitor.ask("PUT", "/item/a");
  await visitor.ask("GET", "/item/a");
  await visitor.ask("GET", "/elsewhere");
  const { hit, miss, bypass, write } = visitor.counted;
  expect(hit > 0 && miss > 1 && bypass === 4 && write === 1, "what the answers said: " + JSON.stringify(visitor.counted));
  const all = await until("all is counted on the page", async () => {
    const row = await figures(page, "");
    return row.requests === asked() && row;
  });
  same([all.hits, all.fetched, all.bypasses, all.writes, all.errors], [hit, miss, bypass, write, 0], "the page's sums");
  const told = await metrics(admin);
  for (const [route, by] of Object.entries(told)) {
    const row = await figures(page, route);
    const of = (...results) => results.reduce((sum, one) => sum + (by.results[one] || 0), 0);
    same(
      [row.hits, row.fetched, row.bypasses, row.writes, row.errors],
      [of("hit", "stale"), of("miss", "collapsed", "validated"), of("bypass"), of("write"), of("error", "refused")],
      "route " + route,
    );
  }
  for (const [route, by] of Object.entries(told)) {
    await page.selectOption("#route", route);
    same(sorted(await bypasses()), sorted(by.bypasses), "why requests were not looked up on route " + route);
  }
  await page.selectOption("#route", "");
  same(sorted(await bypasses()), sorted(visitor.bypassed), "why requests were not looked up, as the answers said");
  const ranked = await page.$$eval("#reasons li", (items) => items.map((item) => [item.dataset.reason, Number(item.dataset.value)]));
  const reasons = Object.fromEntries(ranked);
  same([reasons["unnamed-query-parameter"], reasons["no-route"], reasons.purged], [3, 1, 1], "reasons");
  expect(reasons["not-stored-before"] >= 1, "first ones");
  const values = ranked.map(([, value]) => value);
  same(values, [...values].sort((a, b) => b - a), "reasons are ranked");
  expect((await text("#reasons")).includes("neither names nor ignores"), "a reason is put in words");
}

async function whatTheRequestsOfAWindowComeToIsWhatWasSent() {
  await page.selectOption("#counted", "window");
  await page.selectOption("#window", "600");
  await until("the window holds them all", async () => (await figures(page, "")).requests === asked());
  await page.selectOption("#counted", "start");
}

async function expiredFetchesAreValuedByRoute() {
  await visitor.ask("GET", "/soon/1");
  await until("it has expired", async () => (await visitor.ask("GET", "/soon/1")).how === "miss");
  await until("its route is named", async () => (await text("#gains")).includes("soon"));
  const row = page.locator('#gains tr[data-route="soon"]');
  same(await row.locator('[data-figure="expired"]').getAttribute("data-value"), "1", "fetches of what had expired");
  expect(Number(await row.locator('[data-figure="saved"]').getAttribute("data-value")) > 0, "what could be saved");
  await page.locator("#lifetimes summary").click();
  expect((await text("#lifetimes details")).includes("times the mean time"), "it says how that is computed");
}

async function aRequestIsExplained() {
  await page.fill("#explain-form [name=host]", "courses.test");
  await explained("/item/a?debug=1", "unnamed-query-parameter: A query parameter that the rule neither names nor ignores");
  await stored("/item/a");
  await explained("/item/a", "It would be a hit");
  await explained("/item/never", "It would be a miss: nothing is stored");
  await visitor.ask("PUT", "/item/a");
  await explained("/item/a", "It would be a miss: what was stored has been made invalid by a purge");
  await explained("/nowhere", "no-route: No route of the rules matches");
}

async function whatAWriteMadeInvalidIsTold() {
  await visitor.ask("PUT", "/item/told");
  await until("the write is told", async () => {
    const first = await page.locator("#events > li").first().innerText();
    return first.includes("PUT /item/told") && first.includes("by rule item-changed") && first.includes("item where id=told");
  });
}

async function searchFindsAKeyAndShowsItAsText() {
  await stored(`/item/${HOSTILE}`);
  await visitor.ask("GET", "/item/<b>raw</b>");
  await visitor.ask("PUT", "/item/<svg/onload=window.hacked=1>");
  await page.fill("[name=match]", "onerror");
  await page.press("[name=match]", "Enter");
  await until("one is found", async () => (await page.locator("#found tbody tr").count()) === 1);
  await page.locator("#found tbody button").click();
  await until("it is shown", async () => (await text("#stored")).includes("It is fresh"));
  await page.locator("#stored summary").nth(0).click();
  await page.locator("#stored summary").nth(1).click();
  const shown = await text("#stored");
  expect(shown.includes("<script>window.hacked=1</script>"), "the body is text: " + shown);
  expect(shown.includes("x-told: <b onclick=alert(1)>bold</b>"), "fields are text: " + shown);
  await page.fill("[name=match]", "nothing-like-this");
  await page.press("[name=match]", "Enter");
  await until("nothing is found", async () => (await text("#found-text")).startsWith("Nothing among"));
  await explained("/<img/src=x/onerror=window.hacked=1>", "backend");
  const made = await page.evaluate(() => [window.hacked, document.querySelectorAll("main img, main b, main script, main svg[onload]").length]);
  same(made, [null, 0], "markup from visitors");
}

async function aPurgeIsPreviewedAndOrderedByTheKeyboard() {
  await stored("/item/kept-1");
  await stored("/item/kept-2");
  await page.evaluate(() => document.querySelector("#purge-form [name=kind]").focus());
  await page.keyboard.press("ArrowDown");
  same(await page.inputValue("#purge-form [name=kind]"), "glob", "what is purged");
  await tabTo(page, "#purge-form [name=text]");
  await page.keyboard.type("item:id:kept-*");
  expect(await page.locator("#purge-now").isDisabled(), "nothing is purged that was not previewed");
  await page.keyboard.press("Enter");
  await until("the preview is there", async () => (await text("#purged")).includes("would be purged"));
  const preview = await text("#purged");
  expect(preview.includes("item:id:kept-1") && preview.includes("item:id:kept-2"), preview);
  await page.keyboard.type("x");
  expect(await page.locator("#purge-now").isDisabled(), "what is typed after the preview needs another");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await until("the preview is there again", async () => (await text("#purged")).includes("would be purged"));
  await tabTo(page, "#purge-now");
  await page.keyboard.press("Enter");
  await until("it is purged", async () => (await text("#purged")).startsWith("Purged:"));
  same((await visitor.ask("GET", "/item/kept-1")).how, "miss", "what was purged");
  await until("it is told", async () => (await page.locator("#events > li").first().innerText()).includes("api: 127.0.0.1"));
}

async function aSearchedKeyCanBePurged() {
  await stored("/item/searched");
  await stored("/item/keep");
  await page.fill("[name=match]", "item:id:searched");
  await page.press("[name=match]", "Enter");
  await until("it is found", async () => (await page.locator("#found tbody tr").count()) === 1);
  await page.locator("#found tbody button").click();
  await page.locator("#stored > p > button").last().click();
  await until("its preview is there", async () => (await text("#purged")).includes("1 stored response would be purged"));
  await page.locator("#purge-now").click();
  await until("it is purged", async () => (await text("#purged")).startsWith("Purged:"));
  same((await visitor.ask("GET", "/item/searched")).how, "miss", "what was purged");
  same((await visitor.ask("GET", "/item/keep")).how, "hit", "what was not");
}

async function keysThatAreAskedForMostAreListed() {
  for (let i = 0; i < 200; i++) {
    await visitor.ask("GET", "/item/hot");
  }
  await until("the hottest is there", async () => (await text("#hottest li:first-child")).includes("item:id:hot"));
}

async function aClickOnAKeyOrARouteLeadsToAnExplanation() {
  await page.locator("#hottest button", { hasText: "item:id:hot" }).click();
  await until("a request is made of the key", async () => (await page.inputValue("[name=target]")) === "/item/hot");
  await until("it is explained", async () => (await text("#explained")).includes("It would be a hit"));
  await stored("/mine/7", { Cookie: "sid=seven" });
  await page.fill("[name=match]", "mine:");
  await page.press("[name=match]", "Enter");
  await until("the visitor's is found", async () => (await page.locator("#found tbody tr").count()) === 1);
  await page.locator("#found tbody button").click();
  await until("it is shown", async () => (await text("#stored")).includes("It is fresh"));
  await page.locator("#stored > p > button").first().click();
  await until("a request is made of the visitor's", async () => (await page.inputValue("[name=target]")) === "/mine/7");
  const explanation = await text("#explained");
  expect(explanation.includes("It would be a hit") && explanation.includes("mine:id:7"), explanation);
  expect((await page.inputValue("#explain-form [name=as]")).startsWith("id: "), "with the visitor of the key");
  await page.locator('#routes tr[data-route="item"] button').click();
  await page.locator("#explain-route").click();
  same(await page.inputValue("[name=target]"), "/item/{id}", "the route's template");
  await page.selectOption("#route", "");
  await page.locator("#explain-form").evaluate((form) => form.reset());
}

async function aQuarantinedRouteIsSaidWithItsReasonAndLifted() {
  await stored("/hello/1");
  await until("it is quarantined", async () => (await visitor.ask("GET", "/hello/1", { Cookie: "sid=7" })).said.includes("quarantine"));
  await until("that is in full view", async () => (await text("#modes")).includes("Route hello: quarantined"));
  await until("its reason is there", async () => (await text("#quarantined")).includes("access: public"));
  await until("and the difference", async () => (await text("#differences")).includes("hello:id:1"));
  await page.locator("#quarantined button.code").click();
  await until("its key is explained", async () => (await page.inputValue("[name=target]")) === "/hello/1");
  page.once("dialog", (dialog) => dialog.accept());
  await page.locator("#quarantined > li > button:not(.code)").click();
  await until("it is lifted", async () => (await text("#modes")) === "");
  expect((await text("#lifted")).includes("Lifted: route hello"), await text("#lifted"));
}

async function whatObservingHasFoundIsShown() {
  const other = await open(browser, observing.admin);
  await live(other.page);
  const outside = new Visitor(observing.proxy);
  await until("it would have been a hit", async () => (await outside.ask("GET", "/item/seen")).said.includes("observing:hit"));
  outside.end();
  await until("the mode is in full view", async () => (await other.page.locator("#modes").innerText()).includes("only observes"));
  const would = other.page.locator('#compared tr[data-route="item"] [data-figure="would"]');
  await until("what would have been hits is counted", async () => Number(await would.getAttribute("data-value")) >= 1);
  same(other.wrong, [], "what went wrong while observing");
  await other.close();
}

async function aSidecarThatDoesNotAnswerIsSaidInFullViewUntilItDoes() {
  const { page: other, close } = await open(browser, admin);
  await live(other);
  await other.context().setOffline(true);
  await until("it is said", async () => (await other.locator("#modes").innerText()).includes("not answering; all figures are from"));
  same(await other.locator("#live").getAttribute("data-state"), "away", "the mark in the head");
  await other.context().setOffline(false);
  await live(other);
  await until("nothing is said any more", async () => (await other.locator("#modes").innerText()) === "");
  await close();
}

async function theRulesInForceAreShownAndReloaded() {
  const before = fs.readFileSync(rules, "utf8");
  const fingerprint = () => page.locator("#card-rules dl div").first().locator("dd").innerText();
  const old = await fingerprint();
  same(old, (await (await fetch(`http://${admin}/api/rules`)).json()).fingerprint, "the fingerprint");
  fs.writeFileSync(rules, before.replace("ttl: 5m", "ttl: 6m"));
  await page.locator("#card-rules button").focus();
  await page.keyboard.press("Enter");
  await until("another fingerprint is shown", async () => (await fingerprint()) !== old);
  same(await text("#card-rules .state"), "reloaded", "the state of the rules");
  fs.writeFileSync(rules, "version: 1\nroutes: [");
  await page.locator("#card-rules button").click();
  await until("the refused file is shown", async () => (await text("#verdict")).includes("changed and refused"));
  expect((await text("#card-rules .list")).includes("rules.yaml:"), "with what is wrong in it");
  fs.writeFileSync(rules, before);
  await page.locator("#card-rules button").click();
  await until("all is well again", async () => (await text("#verdict")).includes("All is well"));
}

async function theCacheIsSwitchedOffAndOnAgain() {
  const button = page.locator("#card-switch button");
  page.once("dialog", (dialog) => dialog.dismiss());
  await button.focus();
  await page.keyboard.press("Enter");
  await stored("/item/switched");
  page.once("dialog", (dialog) => dialog.accept());
  await page.keyboard.press("Enter");
  await until("it is off", async () => (await text("#modes")).includes("The cache is switched off"));
  same((await visitor.ask("GET", "/item/switched")).how, "bypass", "with the cache switched off");
  await until("the button turns", async () => (await button.innerText()) === "Switch it on");
  await page.locator("#modes button").focus();
  await page.keyboard.press("Enter");
  await until("it is on", async () => (await text("#verdict")).includes("All is well"));
  await stored("/item/switched");
}

async function chartsCanBeReadByTheKeyboard() {
  const chart = page.locator("svg.chart").first();
  await chart.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  const readout = page.locator(".readout").first();
  const one = await readout.innerText();
  expect(/^\d\d:\d\d:\d\d: from the store /.test(one), one);
  await page.keyboard.press("ArrowLeft");
  expect((await readout.innerText()) !== one, "the mark moves");
  await page.keyboard.press("Escape");
  await until("the mark is gone", async () => (await readout.innerText()).startsWith("Last:"));
}

async function theKeyboardReachesEverythingInOrderAndVisibly() {
  const { page: fresh, close } = await open(browser, admin);
  await live(fresh);
  await until("the routes are there", () => fresh.locator("#routes tbody tr").count());
  await fresh.locator("#pause").focus();
  await fresh.keyboard.press("Space");
  await fresh.reload();
  await live(fresh);
  await fresh.evaluate(() => document.getElementById("pause").click());
  await fresh.evaluate(() => document.activeElement.blur());
  const stops = await fresh.evaluate(numberStops);
  const reached = [];
  for (let i = 0; i < stops + 40; i++) {
    await fresh.keyboard.press("Tab");
    const at = await fresh.evaluate(stop);
    if (!at) {
      break;
    }
    expect(at.name, `${at.tag} has a name`);
    expect(at.visible, `that ${at.tag} “${at.name}” has focus can be seen`);
    if (at.number >= 0) {
      reached.push(at.number);
    }
  }
  same(reached, Array.from({ length: stops }, (_, i) => i), "the stops of the keyboard");
  expect(stops > 30, stops + " stops");
  await close();
}

async function bothThemesHaveContrastAndTheSwitchWins() {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.selectOption("#theme", "light");
  const bright = await ground();
  same(await page.evaluate(faint), [], "faint in the light");
  await page.selectOption("#theme", "dark");
  expect((await ground()) !== bright, "dark is another ground");
  same(await page.evaluate(faint), [], "faint in the dark");
  await page.selectOption("#theme", "auto");
  await page.emulateMedia({ colorScheme: "dark" });
  expect((await ground()) !== bright, "the system's choice counts");
  await page.emulateMedia({ colorScheme: "light" });
  same(await ground(), bright, "the system's other choice");
}

async function aSmallScreenShowsEverything() {
  await page.setViewportSize({ width: 360, height: 740 });
  await stored("/item/" + "very-long-".repeat(20));
  await page.fill("[name=match]", "");
  await page.press("[name=match]", "Enter");
  await until("something is found", () => page.locator("#found tbody tr").count());
  same(await page.evaluate(tooWide), [], "beyond the screen");
  await page.setViewportSize({ width: 1200, height: 800 });
}

async function theTokenIsAskedForAndKeptInTheTabAlone() {
  const { page: other, wrong: otherWrong, close } = await open(browser, guarded);
  await other.locator("#token-dialog").waitFor();
  // It is shown before it has the focus, and what is typed in between goes nowhere.
  await until("the field has the focus", () => other.locator("#token-form [name=token]").evaluate((field) => field === document.activeElement));
  await other.keyboard.type("another token, of sixteen");
  await other.keyboard.press("Enter");
  await until("it is asked for again", async () => (await other.locator("#token-why").innerText()).includes("not the admin-token"));
  await until("the dialog is open", () => other.locator("#token-dialog").evaluate((dialog) => dialog.open));
  await other.locator("#token-form [name=token]").focus();
  await other.keyboard.type(token);
  await other.keyboard.press("Enter");
  await live(other);
  const kept = await other.evaluate(() => [JSON.stringify({ ...localStorage }), document.cookie, location.href, JSON.stringify({ ...sessionStorage })]);
  same(kept.map((where) => where.includes(token)), [false, false, false, true], "where the token is");
  await other.reload();
  await live(other);
  same(otherWrong.filter((one) => !one.includes("401")), [], "what went wrong with a token");
  await close();
}

async function nothingWentWrongAndNobodyElseWasAsked() {
  same(wrong, [], "errors and requests");
}

await run(
  Object.entries({
    figuresEqualAnOutsideCountAndTheMetrics,
    whatTheRequestsOfAWindowComeToIsWhatWasSent,
    expiredFetchesAreValuedByRoute,
    aRequestIsExplained,
    whatAWriteMadeInvalidIsTold,
    searchFindsAKeyAndShowsItAsText,
    aPurgeIsPreviewedAndOrderedByTheKeyboard,
    aSearchedKeyCanBePurged,
    keysThatAreAskedForMostAreListed,
    aClickOnAKeyOrARouteLeadsToAnExplanation,
    aQuarantinedRouteIsSaidWithItsReasonAndLifted,
    whatObservingHasFoundIsShown,
    aSidecarThatDoesNotAnswerIsSaidInFullViewUntilItDoes,
    theRulesInForceAreShownAndReloaded,
    theCacheIsSwitchedOffAndOnAgain,
    chartsCanBeReadByTheKeyboard,
    theKeyboardReachesEverythingInOrderAndVisibly,
    bothThemesHaveContrastAndTheSwitchWins,
    aSmallScreenShowsEverything,
    theTokenIsAskedForAndKeptInTheTabAlone,
    nothingWentWrongAndNobodyElseWasAsked,
  }),
);
visitor.end();
await browser.close();
