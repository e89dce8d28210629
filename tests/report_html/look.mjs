// Opens a report in a browser, and fails at the first sign that something in it acts, is cut off or can't be read.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { close, fitsIn, look, watched } from "./browser.mjs";

const task = JSON.parse(process.argv[2]);
const address = pathToFileURL(task.file).href;

/** A page, and what went wrong with it. */
async function open(browser, options, fragment = "") {
  const { page, wrong } = await watched(browser, options, () => true);
  page.on("request", (request) => request.url().split("#")[0] === address || wrong.push(`asked for ${request.url()}`));
  page.on("framenavigated", (frame) => frame.url().split("#")[0] === address || wrong.push(`went to ${frame.url()}`));
  await page.goto(address + fragment);
  return { page, wrong };
}

/** What is on the page, whoever wrote it. */
const seen = () => {
  const all = [...document.querySelectorAll("*")];
  const names = new Set(all.map((one) => one.localName));
  const handlers = all.filter((one) => [...one.attributes].some((own) => own.name.startsWith("on") || own.name === "style"));
  const anchors = [...document.querySelectorAll("a")].map((one) => one.getAttribute("href"));
  return {
    names: [...names],
    handlers: handlers.map((one) => one.outerHTML.slice(0, 200)),
    elsewhere: anchors.filter((href) => !href.startsWith("#")),
    astray: anchors.filter((href) => href.startsWith("#") && !document.getElementById(href.slice(1))),
    ids: all.filter((one) => one.id).map((one) => one.id),
    body: [...document.body.children].map((one) => one.localName),
    sections: [...document.querySelector("main").children].map((one) => one.id),
    headings: [...document.querySelectorAll("h1, h2, h3, h4")].map((one) => Number(one.localName[1])),
    title: document.title,
    text: document.body.textContent,
  };
};

/** Texts whose contrast with what is behind them is below what WCAG asks for at level AA. */
const faint = () => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (colour) => {
    if (known.has(colour)) return known.get(colour);
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    return known.get(colour);
  };
  const light = ([r, g, b]) => {
    const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgba("white");
  };
  const found = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const [one, other] = [light(rgba(style.color)), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.add(`${element.localName}.${element.className} ${style.color}: ${ratio.toFixed(2)}`);
  }
  return [...found];
};

const openAll = () => document.querySelectorAll("details").forEach((one) => (one.open = true));

async function stands(browser) {
  const { page, wrong } = await open(browser, {});
  const found = await page.evaluate(seen);
  const known =
    "html head meta title style body a header p h1 bdi nav ul ol li main section div h2 span b table caption thead tr th tbody td svg rect dl dt dd code q h3 h4 small details summary article br pre mark i footer";
  assert.deepEqual(found.names.filter((name) => !known.split(" ").includes(name)), [], "elements that are not ours");
  assert.deepEqual(found.handlers, []);
  const places = ["https://www.rfc-editor.org/", "https://developer.okta.com/", "https://github.com/"];
  assert.deepEqual(found.elsewhere.filter((href) => !places.some((place) => href.startsWith(place))), []);
  assert.deepEqual(found.astray, [], "links that lead nowhere");
  assert.equal(new Set(found.ids).size, found.ids.length, "an id twice");
  assert.deepEqual(found.body, ["a", "header", "main", "footer"]);
  const sections = ["summary", "coverage", "findings", "waived", "latency", "dialogues"];
  assert.deepEqual(found.sections, sections.filter((id) => found.sections.includes(id)));
  for (const id of ["summary", "findings", "dialogues"]) assert.ok(found.sections.includes(id), id);
  assert.equal(found.headings[0], 1);
  found.headings.forEach((level, at) => at === 0 || assert.ok(level > 1 && level - found.headings[at - 1] <= 1, "headings in order"));
  assert.ok(found.title.startsWith("SCIM provisioning report: "), found.title);
  for (const word of task.words) assert.ok(found.text.includes(word), `${word} is on the page`);
  await page.keyboard.press("Tab");
  const focused = await page.evaluate(() => [document.activeElement.className, document.activeElement.getBoundingClientRect().top >= 0]);
  assert.deepEqual(focused, ["skip", true], "the first stop of the keyboard is the skip link, and it is seen");
  await close({ page, wrong });
}

async function fits(browser) {
  const sights = [
    ["light", { colorScheme: "light" }],
    ["dark", { colorScheme: "dark" }],
    ["narrow", { colorScheme: "light", viewport: { width: 390, height: 844 } }],
    ["narrow-dark", { colorScheme: "dark", viewport: { width: 390, height: 844 } }],
    ["tablet", { colorScheme: "light", viewport: { width: 800, height: 1000 } }],
  ];
  const papers = new Set();
  for (const [name, options] of sights) {
    const { page, wrong } = await open(browser, options);
    const clip = { x: 0, y: 0, width: page.viewportSize().width, height: 4000 };
    await page.screenshot({ path: `${task.pictures}/${task.name}-${name}.png`, clip, fullPage: true });
    for (const opened of [false, true]) {
      if (opened) await page.evaluate(openAll);
      await fitsIn(page, name);
      assert.deepEqual(await page.evaluate(faint), [], `${name}: texts that are too faint`);
    }
    papers.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await close({ page, wrong });
  }
  assert.equal(papers.size, 2, "light and dark differ");
}

/** A link to a dialogue opens it; on paper the folds of findings are open. */
async function unfolds(browser) {
  const { page } = await open(browser, {}, "#s1");
  assert.ok(await page.evaluate(() => document.getElementById("s1").checkVisibility()), "the dialogue is open");
  await page.emulateMedia({ media: "print" });
  const shut = await page.evaluate(() => [...document.querySelectorAll(".finding:not(.waived) > details > *")].filter((one) => !one.checkVisibility({ contentVisibilityAuto: true })).length);
  assert.equal(shut, 0, "folds of findings that paper does not show");
  await page.pdf({ path: `${task.pictures}/${task.name}.pdf`, format: "A4", printBackground: false });
  await page.context().close();
}

await look(task.chromium, [stands, fits, unfolds], 120_000);
