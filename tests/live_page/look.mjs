// Opens the live page in a browser, lets a client speak to the server, and looks at what the page makes of it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import readline from "node:readline";
import { close, fitsIn, look, watched } from "./browser.mjs";

const task = JSON.parse(process.argv[2]);
const CORE = "urn:ietf:params:scim:schemas:core:2.0";
const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const IMAGE = "<img src=x onerror=alert(1)>";
const SCRIPT = "</script><script>alert(2)</script>";

const said = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const order = async (word) => {
  console.log(word);
  assert.equal((await said.next()).value, "done");
};

const scim = async (base, method, path, body) => {
  const headers = { Authorization: `Bearer ${task.token}`, "User-Agent": "Okta SCIM Client 1.0.0" };
  if (body) headers["Content-Type"] = "application/scim+json; charset=utf-8";
  const response = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
};

const person = (userName, given, family) => ({
  schemas: [`${CORE}:User`],
  userName,
  name: { givenName: given, familyName: family },
  emails: [{ primary: true, value: `${given}@example.com`.toLowerCase(), type: "work" }],
  displayName: `${given} ${family}`,
  locale: "en-US",
  externalId: "00u4k2v9tQ7bXrLmP5d7",
  groups: [],
  password: "q7Zt2mKp",
  active: true,
});

/** What a provider says in its first minutes, with two people whose names are markup. */
async function conversation(base) {
  const ask = (...args) => scim(base, ...args);
  await ask("GET", "/Users?startIndex=1&count=2");
  await ask("GET", "/Groups?startIndex=1&count=100");
  await ask("GET", `/Users?filter=${encodeURIComponent('userName eq "maya@example.com"')}&startIndex=1&count=100`);
  const maya = (await ask("POST", "/Users", person("maya@example.com", "Maya", "Ortiz"))).body;
  const image = (await ask("POST", "/Users", person(IMAGE, "Imago", "O'Neil"))).body;
  await ask("POST", "/Users", person(SCRIPT, "Scripta", "Manent"));
  const members = [{ value: maya.id, display: "maya@example.com" }];
  const crew = (await ask("POST", "/Groups", { schemas: [`${CORE}:Group`], displayName: "Ground crew", members })).body;
  const change = (path, ...Operations) => ask("PATCH", path, { schemas: [PATCH], Operations });
  await change(`/Groups/${crew.id}`, { op: "add", path: "members", value: [{ value: image.id, display: "Imago" }] });
  await change(`/Users/${image.id}`, { op: "replace", value: { active: false } });
  await ask("GET", `/Users/${maya.id}`);
  await ask("PUT", `/Users/${maya.id}`, { ...person("maya@example.com", "Maya", "Ortiz-Lund"), id: maya.id });
  await ask("GET", "/Users/00000000-0000-4000-8000-000000000404");
  return { maya, image, crew };
}

/** A page that fails the test at the first sign that something got past it. */
async function open(browser, options, url) {
  const heard = (message) => ["error", "warning"].includes(message.type());
  const { context, page, wrong } = await watched(browser, { viewport: { width: 1280, height: 800 }, ...options }, heard);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  page.on("requestfailed", (request) => wrong.push(`${request.url()}: ${request.failure()?.errorText}`));
  const origin = new URL(url).origin;
  page.on("request", (request) => request.url().startsWith(origin) || wrong.push(`asked elsewhere: ${request.url()}`));
  await page.goto(url);
  await page.getByText("Connected", { exact: true }).waitFor();
  return { page, wrong };
}

const picture = (page, name) => page.screenshot({ path: `${task.pictures}/${name}.png` });
const rows = (page) => page.locator("#exchanges li:not([hidden])");
const count = async (locator, number) => {
  await locator.nth(number - 1).waitFor();
  await locator.nth(number).waitFor({ state: "detached" });
};

/** The copied command gives the status that the page shows. */
function replay(line, status) {
  let answer;
  try {
    answer = execFileSync("sh", ["-c", line], { env: { ...process.env, TOKEN: task.token }, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    if (error.status === 127) return console.log("no curl here: the copied line was not run");
    throw error;
  }
  assert.equal(answer.split(" ")[1], String(status), `${line}\n${answer}`);
}

async function copied(page, row) {
  await row.getByRole("button").click();
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await page.getByText("Copied the curl line").waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

async function watches(browser) {
  const { page, wrong } = await open(browser, { colorScheme: "light" }, task.locked.page);
  assert.equal(new URL(page.url()).search, "", "the key left the address");
  await page.getByText("Nothing has been asked yet").waitFor();
  await picture(page, "empty");
  const { maya, crew } = await conversation(task.locked.base);
  await count(rows(page), 12);
  await page.locator("#resources").getByText(IMAGE, { exact: true }).waitFor();
  await page.locator("#resources").getByText(SCRIPT, { exact: true }).waitFor();
  await page.locator("#resources .tag", { hasText: "inactive" }).first().waitFor();
  assert.equal(await page.locator("main img").count(), 0, "no markup of the client's became an element");
  assert.equal(await page.locator("script").count(), 1);
  const words = await page.locator("#exchanges .words").allTextContents();
  assert.deepEqual(words, [
    "list users", "list groups", "lookup by userName", "create user", "create user", "create user", "create group",
    "add member", "deactivate", "read user", "replace user", "read user",
  ]);
  await labels(page);
  await page.getByText('?filter=userName eq "maya@example.com"&startIndex=1&count=100').waitFor();
  await picture(page, "light");
  await opens(page);
  await searches(page, crew);
  await copies(page);
  await people(page, maya);
  await pauses(page);
  await close({ page, wrong });
}

async function opens(page) {
  const row = rows(page).filter({ hasText: "create user" }).nth(1);
  await row.getByRole("button").click();
  const inspector = page.locator("#inspector");
  await inspector.getByRole("region", { name: "Request" }).getByText(JSON.stringify(IMAGE)).waitFor();
  await inspector.getByRole("region", { name: "Request" }).getByText('"[masked]"').waitFor();
  await inspector.getByRole("region", { name: "Answer" }).getByText('"lastModified"').waitFor();
  assert.ok(!(await page.content()).includes("q7Zt2mKp"), "no password on the page");
  assert.ok(!(await page.content()).includes(task.token), "no token on the page");
  await picture(page, "light-open");
  await inspector.getByText(/^Headers/).first().click();
  await inspector.getByText("Bearer [masked]").waitFor();
  await page.keyboard.press("Escape");
  await inspector.waitFor({ state: "hidden" });
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  assert.match(await focused(), /create user/, "the focus is back where it was");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await inspector.getByText(JSON.stringify(SCRIPT)).first().waitFor();
  await page.keyboard.press("Escape");
}

async function searches(page, crew) {
  await page.keyboard.press("/");
  await page.keyboard.type(`patch "add" ${crew.id}`);
  await count(rows(page), 1);
  assert.equal(await page.locator("#traffic-note").textContent(), "1 of 12");
  await page.getByLabel("Search the exchanges").fill("nowhere to be found");
  await page.getByRole("button", { name: "Show all" }).click();
  await count(rows(page), 12);
}

async function copies(page) {
  for (const [text, status] of [["lookup by userName", 200], ["00000404", 404], ["O'Neil", 409]]) {
    await page.getByLabel("Search the exchanges").fill(text);
    const line = await copied(page, rows(page).first());
    assert.ok(line.startsWith("curl ") && line.includes("$TOKEN"), line);
    replay(line, status);
  }
  await page.keyboard.press("Escape");
  await page.getByLabel("Search the exchanges").fill("");
  await page.locator("#traffic-note", { hasText: /^1[45]$|^12$/ }).waitFor();
  await pastes(page);
  await prints(page);
}

/** Every endpoint has its words, and only what lies elsewhere is called that. */
async function labels(page) {
  const asked = [
    ["GET", "/scim/v2", "list resources"],
    ["GET", "/scim/v2/?filter=displayName+sw+%22a%22", "search resources"],
    ["POST", "/scim/v2/.search", "search resources"],
    ["POST", "/scim/v2/Groups/.search", "search groups"],
    ["GET", "/scim/v2/Roles/7", "read role"],
    ["GET", "/scim/v2/Entitlements", "list entitlements"],
    ["GET", "/scim/v2/Me", "read own user"],
    ["PUT", "/scim/v2/Me", "replace own user"],
    ["POST", "/scim/v2/Bulk", "bulk"],
    ["GET", "/scim/v2/Schemas", "discovery"],
    ["GET", "/scim/v2/Shoes", ""],
    ["GET", "/scim/v1/Users", "outside the base path"],
  ];
  const said = await page.evaluate(async (asked) => {
    const { label } = await import("/live/exchange.js");
    return asked.map(([method, target]) => label({ method, target, request: { body: "" } }, "/scim/v2"));
  }, asked);
  assert.deepEqual(said, asked.map(([, , words]) => words));
}

/** Whatever a client sends, the line is one command with these words. */
async function pastes(page) {
  const nasty = ["it's", "$(id)`id`\\", 'a"b', "!x", "a\nb\u001b[31m\u00e9\u009b", "@/etc/passwd", "x\u00071"];
  const quoted = await page.evaluate(async (texts) => {
    const { quoted } = await import("/live/curl.js");
    return texts.map(quoted);
  }, nasty);
  const shell = execFileSync("bash", ["-c", `printf '%s\\0' ${quoted.join(" ")}`], { encoding: "utf8" });
  assert.deepEqual(shell.split("\0").slice(0, -1), nasty);
}

/** Pretty JSON is the same JSON, and what was cut is shown as far as it goes. */
async function prints(page) {
  const texts = ['{"a":[1.0,{}],"b":[],"a":{"c":"x,y: {[\\""},"n":null}', "[]", '{"cut":["off, he', "[".repeat(60_000)];
  const shown = await page.evaluate(async (texts) => {
    const { pretty } = await import("/live/json.js");
    return texts.map(pretty);
  }, texts);
  const [whole, empty, cut, deep] = shown;
  const expected = ["{", '  "a": [', "    1.0,", "    {}", "  ],", '  "b": [],', '  "a": {', '    "c": "x,y: {[\\""', "  },", '  "n": null', "}"];
  assert.deepEqual(whole.split("\n"), expected);
  assert.equal(empty, "[]");
  assert.equal(cut, '{\n  "cut": [\n    "off, he');
  assert.ok(deep.length < 60_000 * 60);
}

async function people(page, maya) {
  await page.getByLabel("Search the directory").fill("MAYA@");
  await count(page.locator("#resources li"), 1);
  await page.locator("#resources button").click();
  const inspector = page.locator("#inspector");
  await inspector.getByText('"Ortiz-Lund"').waitFor();
  await inspector.getByText('"Ground crew"').waitFor();
  await inspector.getByRole("button", { name: "Its exchanges" }).click();
  assert.equal(await page.getByLabel("Search the exchanges").inputValue(), maya.id);
  await picture(page, "light-person");
  await page.keyboard.press("Escape");
  await page.getByLabel("Search the exchanges").fill("");
  await page.getByLabel("Search the directory").fill("");
  await page.getByRole("button", { name: /^Groups/ }).click();
  await page.locator("#resources").getByText("Ground crew").waitFor();
  await page.locator("#resources").getByText("2 members").first().waitFor();
  await page.getByRole("button", { name: /^People/ }).click();
}

async function pauses(page) {
  const before = await rows(page).count();
  await page.getByRole("button", { name: "Pause" }).click();
  await scim(task.locked.base, "GET", "/Groups");
  await page.locator("#traffic-note", { hasText: "paused, 1 waiting" }).waitFor();
  assert.equal(await rows(page).count(), before);
  await page.getByRole("button", { name: "Resume" }).click();
  await count(rows(page), before + 1);
  await page.getByRole("button", { name: "Clear view" }).click();
  await page.getByText("Nothing has been asked yet").waitFor();
}

/** The same page in other lights and sizes; what is kept comes with it. */
async function poses(browser) {
  const sights = [
    ["dark", { colorScheme: "dark" }, false],
    ["dark-open", { colorScheme: "dark" }, true],
    ["narrow", { colorScheme: "light", viewport: { width: 800, height: 1100 } }, false],
    ["narrow-open", { colorScheme: "light", viewport: { width: 800, height: 1100 } }, true],
  ];
  for (const [name, options, opened] of sights) {
    const { page, wrong } = await open(browser, options, task.locked.page);
    await rows(page).nth(11).waitFor();
    if (opened) {
      await rows(page).filter({ hasText: "add member" }).getByRole("button").click();
      await page.getByRole("region", { name: "Answer" }).waitFor();
    }
    await fitsIn(page, name);
    await picture(page, name);
    await close({ page, wrong });
  }
}

/** The server goes and comes back under the page. */
async function reconnects(browser) {
  const { page } = await open(browser, {}, task.open.page);
  await page.locator("#directory-empty").getByText("Nobody is here yet.").waitFor();
  await page.locator("#traffic-empty").getByText(task.open.base).waitFor();
  await scim(task.open.base, "GET", "/Users?startIndex=1&count=2");
  await count(rows(page), 1);
  await order("stop");
  await page.getByText("Connection lost, trying again").waitFor();
  await picture(page, "lost");
  await order("start");
  await page.getByText("Connected", { exact: true }).waitFor();
  await page.getByText("Nothing has been asked yet").waitFor();
  await scim(task.open.base, "POST", "/Users", person("back@example.com", "Back", "Again"));
  await page.locator("#resources").getByText("back@example.com").first().waitFor();
  await count(rows(page), 1);
  await page.context().close();
}

await look(task.chromium, [watches, poses, reconnects], 180_000);
