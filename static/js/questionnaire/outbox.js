/**
 * What was typed and is not acknowledged yet. One entry per field in localStorage, so that it survives
 * reload, a closed tab and a power cut, and so that two windows of one browser do not overwrite each
 * other. The key names the person: entries are never sent under another account.
 */
export class Outbox {
  constructor(person, assessment) {
    this.prefix = `zhiping:unsent:${person}:${assessment}:`;
    this.memory = new Map();
    this.durable = works();
  }

  /** Entries of an item: path -> {from, to, at, state, message, conflict}. */
  of(item) {
    const found = new Map();
    for (const [key, text] of this.#entries()) {
      const [code, path] = split(key.slice(this.prefix.length));
      if (code !== item) continue;
      try {
        found.set(path, JSON.parse(text));
      } catch {
        this.#drop(key);
      }
    }
    return found;
  }

  /** Codes of all items of the assessment that have entries. */
  items() {
    return [...new Set(this.#entries().map(([key]) => split(key.slice(this.prefix.length))[0]))].sort();
  }

  get(item, path) {
    const text = this.#read(this.#key(item, path));
    return text ? JSON.parse(text) : undefined;
  }

  /** Remember a value; what it replaces stays what the page first showed. */
  put(item, path, from, to, state = "waiting") {
    const before = this.get(item, path);
    const entry = { from: before ? before.from : from, to, at: Date.now(), state };
    this.#write(this.#key(item, path), JSON.stringify(entry));
    return entry;
  }

  /** Change how an entry stands, unless something else was typed in the meantime. */
  mark(item, path, sent, changes) {
    const now = this.get(item, path);
    if (!now || !same(now.to, sent)) return;
    this.#write(this.#key(item, path), JSON.stringify({ ...now, ...changes }));
  }

  /** Take an acknowledged entry out; if more was typed since, it now replaces what was stored. */
  settle(item, path, sent, stored) {
    const now = this.get(item, path);
    if (!now) return;
    if (same(now.to, sent)) this.remove(item, path);
    else this.#write(this.#key(item, path), JSON.stringify({ ...now, from: stored, state: "waiting" }));
  }

  remove(item, path) {
    this.#drop(this.#key(item, path));
  }

  #key(item, path) {
    return `${this.prefix}${item}:${path}`;
  }

  #entries() {
    if (!this.durable) return [...this.memory];
    const found = [];
    for (let n = 0; n < localStorage.length; n += 1) {
      const key = localStorage.key(n);
      if (key.startsWith(this.prefix)) found.push([key, localStorage.getItem(key)]);
    }
    return [...found, ...this.memory];
  }

  #read(key) {
    return this.memory.get(key) ?? (this.durable ? localStorage.getItem(key) : null);
  }

  #write(key, text) {
    if (this.durable) {
      try {
        localStorage.setItem(key, text);
        this.memory.delete(key);
        return;
      } catch {
        // full: this entry lives in memory, and leaving the page asks first
      }
    }
    this.memory.set(key, text);
  }

  #drop(key) {
    this.memory.delete(key);
    if (this.durable) localStorage.removeItem(key);
  }
}

export const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

function split(rest) {
  const colon = rest.indexOf(":");
  return [rest.slice(0, colon), rest.slice(colon + 1)];
}

function works() {
  try {
    localStorage.setItem("zhiping:probe", "1");
    localStorage.removeItem("zhiping:probe");
    return true;
  } catch {
    return false;
  }
}
