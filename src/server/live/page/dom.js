// Building blocks. Whatever comes from outside gets onto the page as text, never as markup.

export const byId = (id) => document.getElementById(id);

/** An element with properties (`aria-*`, `data-*` and the like as attributes) and children: elements or text. */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== undefined && child !== null));
  return node;
}

/** A button that does something. */
export const button = (text, onclick, properties = {}) =>
  element("button", { type: "button", className: "plain", textContent: text, onclick, ...properties });

/** Says something in passing, to eyes and to screen readers. */
export function notify(text) {
  const notice = byId("notice");
  notice.textContent = text;
  notice.classList.add("shown");
  clearTimeout(notify.timer);
  notify.timer = setTimeout(() => notice.classList.remove("shown"), 2500);
}

/** Runs a function once calls have ceased for a while, and at the latest after ten times as long. */
export function debounced(milliseconds, run) {
  let timer;
  let first = 0;
  return () => {
    const now = performance.now();
    if (timer === undefined) first = now;
    clearTimeout(timer);
    const rest = Math.max(0, first + 10 * milliseconds - now);
    timer = setTimeout(() => {
      timer = undefined;
      run();
    }, Math.min(milliseconds, rest));
  };
}

/** Arrow keys, Home and End move between the rows of a list. */
export function walkable(list) {
  list.addEventListener("keydown", (event) => {
    const rows = [...list.querySelectorAll("li:not([hidden]) > button")];
    const at = rows.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    rows[to]?.focus();
  });
}
