// What can be said of an exchange in plain words.

/** The target as a person reads it: without the base path, escapes undone. */
export function readable(target, basePath) {
  const [path, query] = split(target);
  const below = path === basePath || path.startsWith(`${basePath}/`) ? path.slice(basePath.length) || "/" : path;
  return { path: decoded(below), query: query === undefined ? "" : `?${decoded(query.replaceAll("+", " "))}` };
}

function split(target) {
  const at = target.indexOf("?");
  return at < 0 ? [target] : [target.slice(0, at), target.slice(at + 1)];
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const THINGS = { Users: "user", Groups: "group", Roles: "role", Entitlements: "entitlement" };
const DISCOVERY = ["ServiceProviderConfig", "ResourceTypes", "Schemas"];

/** What the request is about, in two or three words; empty where it is not plain. */
export function label(exchange, basePath) {
  const [path, query = ""] = split(exchange.target);
  if (path !== basePath && !path.startsWith(`${basePath}/`)) return "outside the base path";
  const segments = path.slice(basePath.length).split("/").filter(Boolean);
  const [endpoint = "", id] = segments;
  if (segments.at(-1) === ".search") return `search ${THINGS[endpoint] ?? "resource"}s`;
  if (endpoint === "" && exchange.method === "GET") return listing(query, "resource");
  if (endpoint === "Bulk") return "bulk";
  if (DISCOVERY.includes(endpoint)) return exchange.method === "GET" ? "discovery" : "";
  const thing = endpoint === "Me" ? "own user" : THINGS[endpoint];
  if (thing === undefined) return "";
  switch (exchange.method) {
    case "GET":
      return id || endpoint === "Me" ? `read ${thing}` : listing(query, thing);
    case "POST":
      return id ? "" : `create ${thing}`;
    case "PUT":
      return parsed(exchange)?.active === false ? "replace, inactive" : `replace ${thing}`;
    case "PATCH":
      return patch(parsed(exchange)) || `change ${thing}`;
    case "DELETE":
      return `delete ${thing}`;
    default:
      return "";
  }
}

function listing(query, thing) {
  const parameters = new URLSearchParams(query);
  const filter = /^\s*([\w.:-]+)\s+eq\s/i.exec(parameters.get("filter") ?? "");
  if (filter) return `lookup by ${filter[1]}`;
  if (parameters.has("filter")) return `search ${thing}s`;
  return `list ${thing}s`;
}

function parsed(exchange) {
  try {
    return JSON.parse(exchange.request.body);
  } catch {
    return undefined;
  }
}

function patch(body) {
  const operations = Array.isArray(body?.Operations) ? body.Operations : [];
  const words = [...new Set(operations.map(operation))];
  return words.includes("") || words.length > 2 ? "" : words.join(", ");
}

function operation(given) {
  const op = String(given?.op).toLowerCase();
  const path = String(given?.path ?? "").toLowerCase();
  const active = path === "active" ? given.value : path === "" ? given?.value?.active : undefined;
  if (active !== undefined) return String(active).toLowerCase() === "true" ? "activate" : "deactivate";
  if (path.endsWith("password")) return "set password";
  if (path.startsWith("members")) {
    if (op === "replace") return "replace members";
    const many = Array.isArray(given.value) && given.value.length > 1;
    return `${op} ${many ? "members" : "member"}`;
  }
  if (path === "displayname" || given?.value?.displayName !== undefined) return "rename";
  return path && path.length < 24 ? `${op} ${given.path}` : "";
}

/** Whether the directory may be another one afterwards. */
export const changes = (exchange) =>
  !["GET", "HEAD", "OPTIONS"].includes(exchange.method) && (exchange.answer?.status ?? 200) < 300;

/** The time of day at the browser, to the millisecond. */
export function clock(started) {
  const date = new Date(started);
  const two = (number) => String(number).padStart(2, "0");
  const seconds = `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`;
}

/** A duration in the unit that suits it. */
export function duration(micros) {
  if (micros < 1000) return `${micros} µs`;
  if (micros < 1_000_000) return `${(micros / 1000).toFixed(micros < 10_000 ? 1 : 0)} ms`;
  return `${(micros / 1_000_000).toFixed(1)} s`;
}

/** Everything in it as one text in lower case, to search in. */
export function searchable(exchange, words, basePath) {
  const messages = [exchange.request, exchange.answer].filter(Boolean);
  const texts = messages.flatMap((message) => [...message.headers.map((pair) => pair.join(": ")), message.body]);
  const { path, query } = readable(exchange.target, basePath);
  const status = exchange.answer ? String(exchange.answer.status) : "no answer";
  return [exchange.method, exchange.target, path + query, status, words, ...texts].join("\n").toLowerCase();
}
