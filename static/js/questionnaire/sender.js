/**
 * Sends what the outbox holds: one request at a time, the item on the page first, again with growing
 * pauses when the network or the server fails. What the server refuses is never retried by itself.
 */
import { csrfToken } from "../csrf.js";

const PAUSES = [2, 4, 8, 15, 30, 60];
const PATIENCE = 20_000;

export class Sender {
  /**
   * @param {{outbox, item: string, address: (item: string) => string, person: string,
   *   answered: (item: string, status: number, body: object, sent: Map) => void,
   *   changed: (state: string, detail?: object) => void}} options
   */
  constructor(options) {
    Object.assign(this, options);
    this.tries = 0;
    this.timer = null;
    this.busy = false;
    this.stopped = false;
    this.again = false;
    window.addEventListener("online", () => this.wake());
    window.addEventListener("focus", () => this.wake());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
  }

  /** Something was typed: send it after a short pause for more. */
  soon(milliseconds) {
    if (this.stopped) return;
    if (navigator.onLine) this.changed("saving");
    this.#later(milliseconds);
  }

  /** Try now, also when a retry is far off. */
  wake() {
    if (this.stopped || !this.#next()) return;
    this.tries = 0;
    this.#later(0);
  }

  /** The page is being left: hand over what is waiting without waiting for the answer. */
  flush() {
    if (this.stopped || this.busy || !navigator.onLine) return;
    const batch = this.#next();
    if (batch) this.#request(batch, { keepalive: true }).catch(() => {});
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  waiting() {
    return this.outbox.items().some((item) => [...this.outbox.of(item).values()].some((entry) => entry.state === "waiting"));
  }

  #later(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#send(), milliseconds);
  }

  /** The next item with something to send, the one on the page first. */
  #next() {
    const items = this.outbox.items();
    for (const item of [this.item, ...items.filter((one) => one !== this.item)]) {
      const sent = new Map([...this.outbox.of(item)].filter(([, entry]) => entry.state === "waiting"));
      if (sent.size) return { item, sent };
    }
    return null;
  }

  async #send() {
    if (this.busy) {
      this.again = true;
      return;
    }
    const batch = this.#next();
    if (!batch || this.stopped) return;
    this.busy = true;
    this.again = false;
    this.changed("saving");
    try {
      const response = await this.#request(batch, { signal: timeout() });
      const body = await readJson(response);
      this.#answered(batch, response.status, body);
    } catch {
      this.changed("offline");
      this.#retry();
    } finally {
      this.busy = false;
    }
    if (this.again) this.#later(0);
  }

  #answered(batch, status, body) {
    if (status >= 500 || status === 429 || body === null) {
      this.changed("failed", { reason: body?.message });
      this.#retry();
      return;
    }
    if (status === 401) {
      this.changed("signed-out", { reason: body.message, other: Boolean(body.other_person) });
      this.#retry();
      return;
    }
    this.tries = 0;
    if (status === 403 || status === 404 || status === 400) {
      if (batch.item === this.item) this.stop();
      for (const [path, entry] of batch.sent) this.outbox.mark(batch.item, path, entry.to, { state: "blocked" });
    }
    this.answered(batch.item, status, body, batch.sent);
    if (!this.stopped && this.#next()) this.#later(0);
  }

  #retry() {
    const pause = PAUSES[Math.min(this.tries, PAUSES.length - 1)];
    this.tries += 1;
    this.#later(pause * 1000);
  }

  #request(batch, options) {
    const changes = [...batch.sent].map(([path, entry]) => ({ path, from: entry.from, to: entry.to }));
    return ask(this.address(batch.item), this.person, {
      method: "PATCH",
      body: JSON.stringify({ changes, key: newKey() }),
      ...options,
    });
  }
}

/** A request of the page's own API, as this very person. */
export function ask(address, person, options = {}) {
  return fetch(address, {
    credentials: "same-origin",
    cache: "no-store",
    ...options,
    headers: {
      Accept: "application/json",
      "Content-Type": "application/json",
      "X-CSRFToken": tokenNow(),
      "X-Person": person,
    },
  });
}

export async function readJson(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** Signing in again in another window changes the cookie; the page's own token would be refused. */
function tokenNow() {
  const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/);
  return cookie ? decodeURIComponent(cookie[1]) : csrfToken();
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function timeout() {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), PATIENCE);
  return controller.signal;
}
