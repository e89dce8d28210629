// The stream of exchanges, and what to do when it breaks.

import { byId } from "./dom.js";

const RETRY = 2000;

function show(state, text) {
  const status = byId("connection");
  status.dataset.state = state;
  if (status.textContent !== text) status.textContent = text;
}

/** Follows the server. `anew` is called when all that is kept follows, `exchange` for each one. */
export function follow({ anew, exchange, opened }) {
  const source = new EventSource("/live/events");
  source.onopen = () => {
    show("open", "Connected");
    opened();
  };
  source.addEventListener("anew", anew);
  source.addEventListener("exchange", (event) => exchange(JSON.parse(event.data)));
  source.onerror = async () => {
    // The browser tries again by itself, except where the server answered something else than a stream.
    const closed = source.readyState === EventSource.CLOSED;
    const stranger = closed && (await refused());
    show("lost", stranger ? "The server was started anew: open the address that it printed" : "Connection lost, trying again");
    if (closed) setTimeout(() => follow({ anew, exchange, opened }), RETRY);
  };
}

async function refused() {
  try {
    return (await fetch("/live/state")).status === 403;
  } catch {
    return false;
  }
}
