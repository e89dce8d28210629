// The clipboard, also where the page came over plain http from another machine.

import { element, notify } from "./dom.js";

/** Copies a text and says so. */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
  notify(`Copied ${what}`);
}

function copyBySelection(text) {
  const field = element("textarea", { value: text, className: "unseen" });
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  focused?.focus();
}
