// The people and groups as they are.

import { byId, debounced, element, notify, walkable } from "./dom.js";

const TITLES = { User: "People", Group: "Groups", Role: "Roles", Entitlement: "Entitlements" };

/** The pane. `select` is called with a name, a resource and a function to call when it is no longer shown. */
export class Directory {
  list = byId("resources");
  search = byId("directory-search");
  kind = "User";
  open = undefined;
  asked = 0;

  constructor({ select, learned }) {
    this.select = select;
    this.learned = learned;
    /** Fetches the state soon. */
    this.refresh = debounced(150, () => this.load());
    walkable(this.list);
    this.search.addEventListener("input", this.refresh);
  }

  async load() {
    const number = ++this.asked;
    const query = new URLSearchParams({ kind: this.kind, search: this.search.value });
    let state;
    try {
      const response = await fetch(`/live/state?${query}`);
      if (!response.ok) return;
      state = await response.json();
    } catch {
      return;
    }
    // A later question has been asked: its answer counts.
    if (number === this.asked) this.show(state);
  }

  show(state) {
    this.learned(state);
    this.showKinds(state.counts);
    const held = this.list.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
    this.list.replaceChildren(...state.shown.map((resource) => this.item(resource)));
    this.list.hidden = state.shown.length === 0;
    if (held) this.control(held)?.focus();
    byId("directory-note").textContent = this.note(state);
    this.explain(state);
  }

  showKinds(counts) {
    const tabs = byId("kinds");
    if (tabs.childElementCount !== counts.length) {
      tabs.replaceChildren(...counts.map(({ kind }) => this.tab(kind)));
    }
    counts.forEach(({ kind, total }, at) => {
      const tab = tabs.children[at];
      tab.setAttribute("aria-pressed", String(kind === this.kind));
      tab.lastChild.textContent = total.toLocaleString("en");
    });
  }

  tab(kind) {
    const choose = () => {
      this.kind = kind;
      this.load();
    };
    const count = element("span", { className: "count" });
    return element("button", { type: "button", onclick: choose }, `${TITLES[kind] ?? kind} `, count);
  }

  note(state) {
    const number = (value) => value.toLocaleString("en");
    const cut = state.matching > state.shown.length ? `, latest ${state.shown.length} shown` : "";
    if (this.search.value.trim()) return `${number(state.matching)} found${cut}`;
    return (state.kind === "User" ? `${number(state.active)} active` : "") + cut;
  }

  item(resource) {
    const about = [resource.display !== resource.name && resource.display, resource.email !== resource.name && resource.email];
    const members = resource.members === null ? undefined : `${resource.members} ${resource.members === 1 ? "member" : "members"}`;
    const detail = members ?? about.filter(Boolean).join(" · ");
    const inactive = resource.active === false;
    const control = element(
      "button",
      { type: "button", className: "resource", "data-id": resource.id, "aria-controls": "inspector", "aria-expanded": String(this.open === resource.id) },
      element("span", { className: "dot", "data-active": inactive ? "no" : "yes", "aria-hidden": "true" }),
      element("bdi", { className: "name", textContent: resource.name ?? resource.id }),
      inactive ? element("span", { className: "tag", textContent: "inactive" }) : undefined,
      element("bdi", { className: "detail quiet", textContent: detail || resource.id }),
    );
    control.onclick = () => this.toggle(resource);
    return element("li", {}, control);
  }

  control(id) {
    return this.list.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  async toggle({ id, name }) {
    if (this.open === id) return this.select();
    const query = new URLSearchParams({ kind: this.kind, id });
    const response = await fetch(`/live/resource?${query}`).catch(() => undefined);
    if (!response?.ok) {
      notify("It is not there any more");
      return this.load();
    }
    this.select(name ?? id, await response.json(), (focus) => {
      this.open = undefined;
      const control = this.control(id);
      control?.setAttribute("aria-expanded", "false");
      if (focus) control?.focus();
    });
    this.open = id;
    this.control(id)?.setAttribute("aria-expanded", "true");
  }

  explain(state) {
    const empty = byId("directory-empty");
    empty.hidden = state.shown.length > 0;
    const none = state.kind === "Group" ? "No groups yet." : state.kind === "User" ? "Nobody is here yet." : "Nothing is here yet.";
    const found = "Nothing matches the search.";
    const hint = "What the client creates appears here.";
    const searched = this.search.value.trim() !== "";
    empty.replaceChildren(
      element("p", { textContent: searched ? found : none }),
      element("p", { className: "quiet", textContent: searched ? "" : hint }),
    );
  }
}
