// What the tests that look at a page in a real browser share.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

/** A page in a window of its own, with a list of what goes wrong on it; `heard` says which messages of its console do. */
export async function watched(browser, options, heard) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const wrong = [];
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("console", (message) => heard(message) && wrong.push(message.text()));
  page.on("pageerror", (error) => wrong.push(String(error)));
  return { context, page, wrong };
}

/** The end of a page on which nothing went wrong. */
export async function close({ page, wrong }) {
  assert.deepEqual(wrong, []);
  await page.context().close();
}

/** Fails where the page is wider than its window. */
export async function fitsIn(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${name}: the page is ${wide} px too wide`);
}

/** Lets some looks happen in a browser, one after the other, and ends the process. */
export async function look(executablePath, looks, milliseconds) {
  setTimeout(() => {
    console.log("the browser took too long");
    process.exit(1);
  }, milliseconds).unref();
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  try {
    for (const one of looks) await one(browser);
  } finally {
    await browser.close();
  }
  // The pipe to the test would keep this process.
  process.exit(0);
}
