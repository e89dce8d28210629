// The list of exchanges, newest last.

import { button, byId, element, walkable } from "./dom.js";
import { clock, duration, label, readable, searchable } from "./exchange.js";

/** How many exchanges the page keeps; the server keeps as many. */
const KEPT = 500;

/** The status with the colour of its class. */
export function statusBadge(status) {
  const text = status === undefined ? "gone" : String(status);
  return element("span", { className: "status", "data-class": status === undefined ? "x" : text[0], textContent: text });
}

/** The pane. `select` is called with an exchange and a function to call when it is no longer shown. */
export class Traffic {
  list = byId("exchanges");
  search = byId("traffic-search");
  basePath = "";
  rows = [];
  waiting = [];
  following = true;
  /** How many have come since the list stopped to follow. */
  unseen = 0;
  paused = false;

  constructor(select) {
    this.select = select;
    walkable(this.list);
    this.search.addEventListener("input", () => this.refresh());
    this.list.addEventListener("scroll", () => this.scrolled());
    byId("follow").onclick = () => this.follow(!this.following);
    byId("pause").onclick = () => this.pause(!this.paused);
    byId("clear").onclick = () => this.clear();
    new ResizeObserver(() => this.keepUp()).observe(this.list);
  }

  /** Takes an exchange in; while the view is paused it waits. */
  add(exchange) {
    if (this.paused) {
      this.waiting.push(exchange);
      this.waiting.splice(0, this.waiting.length - KEPT);
    } else {
      this.show(exchange);
    }
    this.changed();
  }

  show(exchange) {
    const words = label(exchange, this.basePath);
    const row = { exchange, text: searchable(exchange, words, this.basePath), item: this.item(exchange, words) };
    this.rows.push(row);
    row.item.hidden = !this.matches(row);
    if (!this.following && !row.item.hidden) this.unseen += 1;
    this.list.append(row.item);
    for (const old of this.rows.splice(0, this.rows.length - KEPT)) old.item.remove();
  }

  item(exchange, words) {
    const { path, query } = readable(exchange.target, this.basePath);
    const control = element(
      "button",
      { type: "button", className: "exchange", "aria-controls": "inspector", "aria-expanded": "false" },
      element("time", { className: "quiet mono", textContent: clock(exchange.started), dateTime: exchange.started }),
      statusBadge(exchange.answer?.status),
      element("span", { className: "words", title: words, textContent: words }),
      element("span", { className: "method", "data-method": exchange.method, textContent: exchange.method }),
      element("bdi", { className: "target mono", title: path + query }, path, element("span", { className: "query", textContent: query })),
      element("span", { className: "took quiet mono", textContent: duration(exchange.micros) }),
    );
    control.onclick = () => this.toggle(exchange, control);
    return element("li", {}, control);
  }

  toggle(exchange, control) {
    const open = control.getAttribute("aria-expanded") === "true";
    this.select(open ? undefined : exchange, (focus) => {
      control.setAttribute("aria-expanded", "false");
      if (focus) control.focus();
      this.scrolled();
    });
    control.setAttribute("aria-expanded", String(!open));
    // The list stays where the eyes are, and gets lower when the details open.
    this.follow(false);
    control.scrollIntoView({ block: "nearest" });
  }

  matches(row) {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    return words.every((word) => row.text.includes(word));
  }

  /** Searches for a text. */
  seek(text) {
    this.search.value = text;
    this.refresh();
  }

  refresh() {
    for (const row of this.rows) row.item.hidden = !this.matches(row);
    this.changed();
  }

  follow(on) {
    this.following = on;
    if (on) this.unseen = 0;
    this.changed();
  }

  keepUp() {
    if (this.following) this.list.scrollTop = this.list.scrollHeight;
  }

  /** Whoever scrolls up wants to read; at the end the list follows again. */
  scrolled() {
    const end = this.list.scrollHeight - this.list.clientHeight - this.list.scrollTop < 4;
    if (end !== this.following) this.follow(end);
  }

  pause(on) {
    this.paused = on;
    byId("pause").setAttribute("aria-pressed", String(on));
    byId("pause").textContent = on ? "Resume" : "Pause";
    if (!on) for (const exchange of this.waiting.splice(0)) this.show(exchange);
    this.changed();
  }

  /** Forgets what is shown. The server keeps it: loading the page anew brings it back. */
  clear() {
    this.rows = [];
    this.waiting = [];
    this.unseen = 0;
    this.list.replaceChildren();
    this.changed();
  }

  /** Brings the rest of the pane up to date before the next picture; many exchanges may come at once. */
  changed() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.update();
    });
  }

  update() {
    const shown = this.rows.filter((row) => !row.item.hidden).length;
    const count = shown === this.rows.length ? String(shown) : `${shown} of ${this.rows.length}`;
    const waiting = this.paused ? `, paused, ${this.waiting.length} waiting` : "";
    byId("traffic-note").textContent = count + waiting;
    byId("follow").setAttribute("aria-pressed", String(this.following));
    byId("follow").textContent = this.unseen > 0 ? `Follow, ${this.unseen} new` : "Follow";
    this.list.hidden = shown === 0;
    this.explain(shown);
    this.keepUp();
  }

  explain(shown) {
    const empty = byId("traffic-empty");
    empty.hidden = shown > 0;
    if (shown > 0) return;
    if (this.rows.length > 0) {
      const all = button("Show all", () => this.seek(""));
      empty.replaceChildren(element("p", { textContent: "No exchange holds all these words." }), all);
      return;
    }
    empty.replaceChildren(
      element("p", { className: "big", textContent: "Nothing has been asked yet" }),
      element("p", {}, "Point your client at ", element("code", { textContent: location.origin + this.basePath }), this.token ?? "", "."),
      element("p", { className: "quiet", textContent: "Every request and its answer appears here as it happens." }),
    );
  }
}
