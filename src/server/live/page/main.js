// Puts the page together.

import { copy } from "./clipboard.js";
import { follow } from "./connection.js";
import { Directory } from "./directory.js";
import { byId } from "./dom.js";
import { changes } from "./exchange.js";
import { close, showExchange, showResource } from "./inspector.js";
import { Traffic } from "./traffic.js";

const traffic = new Traffic((exchange, closed) => {
  if (exchange) showExchange(exchange, traffic.basePath, closed);
  else close();
});

const directory = new Directory({
  learned,
  select(name, resource, closed) {
    if (resource) showResource(name, resource, () => traffic.seek(resource.id), closed);
    else close();
  },
});

/** What the page has to know about the server before it can tell anything. */
function learned(state) {
  traffic.basePath = state.base_path;
  traffic.token = state.credentials ? ", with the token that the server was started with" : "";
  byId("base").textContent = location.origin + state.base_path;
  traffic.changed();
}

function shortcuts(event) {
  const typing = event.target.matches("input, textarea");
  if (event.key === "Escape" && typing && event.target.value) return;
  if (event.key === "Escape") close();
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    byId("traffic-search").focus();
  }
}

byId("copy-base").onclick = () => copy(byId("base").textContent, "the base URL");
document.addEventListener("keydown", shortcuts);

await directory.load();
follow({
  anew: () => traffic.clear(),
  exchange(exchange) {
    traffic.add(exchange);
    if (changes(exchange)) directory.refresh();
  },
  opened: () => directory.refresh(),
});
