// An exchange's request as a command for a POSIX shell. Every text of the client's is quoted: pasting it runs curl, and nothing else.

/** Headers that curl writes itself, or that belong to one connection or to a tunnel. */
const LEFT_OUT =
  /^(host|content-length|connection|keep-alive|transfer-encoding|te|expect|accept-encoding|accept-charset|user-agent|cookie|via|forwarded|x-forwarded-.*|x-real-ip|cf-.*|cdn-loop)$/;

/** The command, on several lines where it is long. */
export function curl(exchange, origin) {
  const parts = [command(exchange.method), quoted(origin + exchange.target)];
  for (const [name, value] of exchange.request.headers) {
    if (!LEFT_OUT.test(name)) parts.push(`-H ${header(name, value)}`);
  }
  if (exchange.request.body) parts.push(`--data-raw ${quoted(exchange.request.body)}`);
  return parts.join(" \\\n  ");
}

function command(method) {
  // Without globs, as brackets in a target mean themselves.
  if (method === "GET") return "curl -i -g";
  if (method === "HEAD") return "curl -I -g";
  return `curl -i -g -X ${/^[A-Z]+$/.test(method) ? method : quoted(method)}`;
}

function header(name, value) {
  if (name === "authorization" || name === "proxy-authorization") {
    // In double quotes, so that the shell puts the secret in.
    const scheme = /^(bearer|basic|digest) /i.exec(value)?.[0] ?? "";
    return `"${name}: ${scheme}$TOKEN"`;
  }
  return quoted(value === "" ? `${name};` : `${name}: ${value}`);
}

/** One word for the shell, whatever is in it. Control characters are written out, so that they do not reach the terminal. */
export function quoted(text) {
  if (!/[\u0000-\u001f\u007f-\u009f]/.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text.replace(/[\u0000-\u001f\u007f-\u009f'\\!]/g, (character) => {
    const bytes = new TextEncoder().encode(character);
    return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  });
  // Parted behind each escape: otherwise a digit after it could be read as a part of it.
  return escaped.split(/(?<=\\x[0-9a-f]{2})(?=[0-9a-fA-F])/).map((part) => `$'${part}'`).join("");
}
