// A browser for the tests of the live page, what they count outside of it, and how they say what came of them.

import { createRequire } from "node:module";
import http from "node:http";

const PATIENCE_MILLIS = 60_000;

/** What a test found otherwise than it should be. */
class Wrong extends Error {}

export function expect(holds, what) {
  if (!holds) {
    throw new Wrong(what);
  }
}

export function same(is, wanted, what) {
  expect(JSON.stringify(is) === JSON.stringify(wanted), `${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(wanted)}`);
}

/** Waits for what is asked for again and again, however long that takes a busy machine. */
export async function until(what, asked) {
  const end = Date.now() + PATIENCE_MILLIS;
  let last = null;
  for (;;) {
    try {
      const found = await asked();
      if (found) {
        return found;
      }
      last = null;
    } catch (problem) {
      last = problem;
    }
    if (Date.now() > end) {
      throw new Wrong(`not within a minute: ${what}${last ? ": " + last.message : ""}`);
    }
    await new Promise((then) => setTimeout(then, 100));
  }
}

export function say(kind, name, text = "") {
  process.stdout.write([kind, name, text.replace(/\s+/g, " ")].join("\t") + "\n");
}

/** Runs one after the other, and goes on after a failure. */
export async function run(tests) {
  for (const [name, test] of tests) {
    try {
      await test();
      say("pass", name);
    } catch (problem) {
      say("fail", name, problem instanceof Wrong ? problem.message : problem.stack);
    }
  }
}

// ---- outside of the browser -------------------------------------------------------------------------------------------

/** Requests, one after the other, counted by what the answers say of themselves. */
export class Visitor {
  constructor(address) {
    this.address = address;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.counted = {};
    this.bypassed = {};
  }

  async ask(method, path, fields = {}) {
    const [host, port] = this.address.split(":");
    const answer = await new Promise((then, fail) => {
      const request = http.request({ host, port, method, path, agent: this.agent, headers: { Host: "courses.test", ...fields } }, (response) => {
        response.resume();
        response.on("end", () => then(response));
      });
      request.on("error", fail);
      request.end();
    });
    const said = answer.headers["cache-status"] || "";
    const how = said.includes("; hit") ? "hit" : said.includes("fwd=bypass") ? "bypass" : said.includes("fwd=method") ? "write" : "miss";
    this.counted[how] = (this.counted[how] || 0) + 1;
    if (how === "bypass") {
      const why = /detail="?([a-z-]+)/.exec(said)[1];
      this.bypassed[why] = (this.bypassed[why] || 0) + 1;
    }
    return { status: answer.statusCode, said, how };
  }

  end() {
    this.agent.destroy();
  }
}

/** Requests by route and result, and those that were not looked up by route and reason. */
export async function metrics(address) {
  const text = await (await fetch(`http://${address}/metrics`)).text();
  const routes = {};
  for (const [, tags, value] of text.matchAll(/^larder_requests_total\{(.*)\} (\S+)$/gm)) {
    const tag = (name) => new RegExp(name + '="([^"]*)"').exec(tags)[1];
    const of = (routes[tag("route")] ||= { results: {}, bypasses: {} });
    const add = (sums, name) => (sums[name] = (sums[name] || 0) + Number(value));
    add(of.results, tag("result"));
    if (tag("result") === "bypass") {
      add(of.bypasses, tag("detail"));
    }
  }
  return routes;
}

// ---- the browser --------------------------------------------------------------------------------------------------------

/** A browser, or null where none starts here, after having said so. */
export async function launch(folder, executablePath) {
  const { chromium } = createRequire(folder + "/")("playwright-core");
  try {
    return await chromium.launch({
      executablePath,
      timeout: 120_000,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
    });
  } catch (problem) {
    say("unavailable", "browser", problem.message.split("\n")[0]);
    return null;
  }
}

/** A page, and all that goes wrong in it: errors of its scripts, and requests to anybody but the admin address. */
export async function open(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
  context.setDefaultTimeout(PATIENCE_MILLIS);
  const page = await context.newPage();
  const wrong = [];
  const base = `http://${address}/`;
  page.on("pageerror", (error) => wrong.push("error: " + error.message));
  page.on("console", (message) => {
    if (message.type() === "error") {
      wrong.push("console: " + message.text());
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) {
      wrong.push("request: " + request.url());
    }
  });
  await page.goto(base);
  return { page, wrong, close: () => context.close() };
}

export function live(page) {
  return page.waitForFunction(() => document.getElementById("live").dataset.state === "live");
}

/** The figures of a row, as numbers. */
export function figures(page, route) {
  return page.evaluate((name) => {
    const row = document.querySelector(`#routes tr[data-route="${name}"]`);
    const cells = row ? [...row.querySelectorAll("td[data-figure]")] : [];
    return Object.fromEntries(cells.map((cell) => [cell.dataset.figure, Number(cell.dataset.value)]));
  }, route);
}

/** Goes on by the keyboard until what is wanted has focus. */
export async function tabTo(page, selector) {
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) {
      return;
    }
  }
  throw new Wrong(`the keyboard does not reach ${selector}`);
}
