// The details of one exchange or one resource.

import { copy } from "./clipboard.js";
import { curl } from "./curl.js";
import { button, byId, element } from "./dom.js";
import { clock, duration, readable } from "./exchange.js";
import { json } from "./json.js";
import { statusBadge } from "./traffic.js";

const pane = byId("inspector");
let onClose = () => {};

/** Closes the pane and gives the focus back to the row that it belongs to. */
export function close() {
  if (pane.hidden) return;
  const held = pane.contains(document.activeElement);
  pane.hidden = true;
  pane.replaceChildren();
  onClose(held);
  onClose = () => {};
}

function open(title, actions, content, closed) {
  close();
  onClose = closed;
  const head = element("div", { className: "head" }, title, element("span", { className: "push" }), ...actions);
  head.append(button("Close", close, { "aria-keyshortcuts": "Escape" }));
  pane.replaceChildren(head, content);
  pane.hidden = false;
}

/** Shows request and answer side by side. */
export function showExchange(exchange, basePath, closed) {
  const command = curl(exchange, location.origin);
  const { path, query } = readable(exchange.target, basePath);
  const title = element(
    "h2",
    {},
    statusBadge(exchange.answer?.status),
    element("span", { className: "method", textContent: exchange.method }),
    element("bdi", { className: "mono", textContent: path + query }),
  );
  const time = element("span", { className: "quiet", textContent: `${clock(exchange.started)}, ${duration(exchange.micros)}` });
  const sides = element(
    "div",
    { className: "sides" },
    side("Request", exchange.request, "no body"),
    exchange.answer
      ? side("Answer", exchange.answer, "no body")
      : element("section", { className: "side" }, element("h3", { textContent: "No answer" }), quiet("The client went away before there was one.")),
  );
  const line = folded("As curl", element("pre", { className: "command", tabIndex: 0, textContent: command }));
  const actions = [time, button("Copy as curl", () => copyCommand(exchange, command))];
  open(title, actions, element("div", { className: "content" }, sides, line), closed);
}

function copyCommand(exchange, command) {
  copy(command, exchange.request.cut ? "the curl line; its body is cut, as the kept one is" : "the curl line");
}

function side(title, message, none) {
  const bytes = message.length ? `${message.length.toLocaleString("en")} bytes` : none;
  const note = message.cut ? `${bytes}, cut after 64 kB` : bytes;
  return element(
    "section",
    { className: "side", "aria-label": title },
    element("h3", {}, title, " ", element("span", { className: "quiet", textContent: note })),
    folded(`Headers (${message.headers.length})`, headers(message)),
    message.body ? json(message.body) : undefined,
  );
}

function headers(message) {
  const list = element("dl", { className: "headers" });
  for (const [name, value] of message.headers) {
    list.append(element("dt", { textContent: name }), element("dd", { textContent: value }));
  }
  return list;
}

/** Shows a resource as clients see it. */
export function showResource(name, resource, seeExchanges, closed) {
  const text = JSON.stringify(resource, null, 2);
  const title = element("h2", {}, element("bdi", { textContent: name }));
  const actions = [button("Its exchanges", seeExchanges), button("Copy JSON", () => copy(text, "the JSON"))];
  open(title, actions, element("div", { className: "content" }, json(text)), closed);
}

const quiet = (text) => element("p", { className: "quiet", textContent: text });

function folded(summary, content) {
  return element("details", {}, element("summary", { textContent: summary }), content);
}
