// Pages that save by themselves: every change travels with what it replaces, waits in this browser until the
// server has it, and comes back with both values when somebody else was faster.
import { csrfToken } from "./csrf.js";

const root = document.querySelector("[data-autosave]");
const words = root.dataset;
const KEPT = `zhiping-unsaved-${words.person}-${words.kept}-`;
const DELAY = 600;
const RETRY = [2000, 5000, 15000, 30000];

const fields = new Map([...root.querySelectorAll("[data-path]")].map((field) => [field.dataset.path, field]));
const stored = new Map(); // path -> value the server has, as this page knows it
const waiting = new Map(); // path -> value to send
const stopped = new Set(); // paths in conflict or refused: not sent until the person acts
let sending = false;
let timer = null;
let failures = 0;
let closed = false; // the server said no for good: nothing more is sent

const read = (field) => {
  if (field.dataset.kind === "choice") return field.querySelector("input:checked")?.value ?? "not_answered";
  const text = field.value.trim();
  if (field.dataset.kind === "number") return text === "" ? null : text;
  return text;
};

const write = (field, value) => {
  if (field.dataset.kind === "choice") {
    for (const one of field.querySelectorAll("input")) one.checked = one.value === value;
  } else field.value = value ?? "";
};

const same = (a, b) => String(a ?? "").replaceAll(",", "") === String(b ?? "").replaceAll(",", "");

for (const [path, field] of fields) stored.set(path, read(field));

// -- what is not saved yet stays in this browser, field by field, so that two open pages keep out of each other's way
function keep(path) {
  try {
    if (waiting.has(path)) localStorage.setItem(KEPT + path, JSON.stringify([stored.get(path), waiting.get(path)]));
    else localStorage.removeItem(KEPT + path);
  } catch {
    // private windows may refuse; the page still holds everything
  }
}

function kept() {
  const found = [];
  try {
    for (const path of fields.keys()) {
      const entry = localStorage.getItem(KEPT + path);
      if (entry) found.push([path, ...JSON.parse(entry)]);
    }
  } catch {
    // nothing can be read back; the server's values stand
  }
  return found;
}

function restore() {
  for (const [path, before, to] of kept()) {
    const field = fields.get(path);
    if (!field || field.disabled || field.closest("fieldset:disabled") || same(stored.get(path), to)) {
      waiting.delete(path);
      keep(path);
      continue;
    }
    write(field, to);
    stored.set(path, before);
    waiting.set(path, to);
  }
  if (waiting.size) {
    say("waiting", words.wordsRestored);
    soon(0);
  }
}

// -- what the page says
function say(state, text) {
  for (const place of root.querySelectorAll("[data-save-state]")) {
    place.dataset.saveState = state;
    place.querySelector("[data-save-words]").textContent = text;
  }
}

function settle() {
  if (closed) return;
  if (waiting.size) say("waiting", words.wordsWaiting);
  else say("saved", words.wordsSaved);
}

const notes = (path) => root.querySelector(`[data-notes="${CSS.escape(path)}"]`);

function clear(path) {
  notes(path)?.replaceChildren();
  fields.get(path)?.classList.remove("has-problem");
  stopped.delete(path);
}

function problem(path, sentence) {
  const row = document.createElement("p");
  row.className = "field-note is-problem";
  row.textContent = sentence;
  notes(path)?.replaceChildren(row);
  fields.get(path)?.classList.add("has-problem");
}

function shown(field, value) {
  if (value === null || value === "") return words.wordsEmpty;
  if (field.dataset.kind === "choice")
    return { met: words.wordsMet, not_met: words.wordsNotMet, not_answered: words.wordsNotAnswered }[value] ?? value;
  const text = String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function conflict({ path, theirs, by }) {
  const field = fields.get(path);
  const row = document.createElement("div");
  row.className = "field-note is-conflict";
  const text = document.createElement("span");
  text.textContent = words.wordsConflict
    .replace("{by}", by || words.wordsSomebody)
    .replace("{theirs}", shown(field, theirs))
    .replace("{yours}", shown(field, waiting.get(path)));
  const choose = (label, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = label;
    button.addEventListener("click", () => {
      stored.set(path, theirs);
      clear(path);
      act();
      keep(path);
      field.querySelector?.("input")?.focus() ?? field.focus?.();
    });
    return button;
  };
  row.append(
    text,
    choose(words.wordsMine, () => soon(0)),
    choose(words.wordsTheirs, () => {
      write(field, theirs);
      waiting.delete(path);
      settle();
    }),
  );
  notes(path)?.replaceChildren(row);
}

function contradictions(byBase) {
  for (const [key, sentences] of Object.entries(byBase ?? {})) {
    const place = root.querySelector(`[data-contradictions="${CSS.escape(key)}"]`);
    place?.replaceChildren(
      ...sentences.map((sentence) => {
        const row = document.createElement("p");
        row.className = "field-problem";
        row.textContent = sentence;
        return row;
      }),
    );
  }
}

function figures({ filled, of }) {
  const place = root.querySelector("[data-autosave-filled]");
  if (place && of !== undefined) place.textContent = place.dataset.words.replace("{filled}", filled).replace("{of}", of);
}

// -- sending
function soon(delay = DELAY) {
  clearTimeout(timer);
  timer = setTimeout(send, delay);
}

function again() {
  failures += 1;
  soon(RETRY[Math.min(failures, RETRY.length) - 1]);
}

function stop(sentence) {
  closed = true;
  say("refused", sentence || words.wordsRefused);
}

async function send() {
  if (sending || closed) return;
  const batch = [...waiting].filter(([path]) => !stopped.has(path));
  if (!batch.length) return settle();
  sending = true;
  say("saving", words.wordsSaving);
  let answer;
  let body;
  try {
    answer = await fetch(words.address, {
      method: "PATCH",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), "X-Person": words.person },
      body: JSON.stringify({
        key: crypto.randomUUID?.() ?? String(Date.now()),
        changes: batch.map(([path, to]) => ({ path, from: stored.get(path), to })),
      }),
    });
    body = await answer.json();
  } catch {
    sending = false;
    say("offline", words.wordsOffline);
    return again();
  }
  sending = false;
  if ([401, 403, 404].includes(answer.status)) return stop(body.message);
  if (![200, 409, 422].includes(answer.status)) {
    say("waiting", body.message || words.wordsRefused);
    return again();
  }
  failures = 0;
  const sent = new Map(batch);
  for (const path of body.applied) {
    const now = body.values?.[path] ?? sent.get(path);
    stored.set(path, now);
    clear(path);
    const field = fields.get(path);
    if (same(waiting.get(path), sent.get(path))) {
      waiting.delete(path);
      keep(path);
      if (field !== document.activeElement) write(field, now);
    }
  }
  for (const { path, message } of body.problems) {
    stopped.add(path);
    problem(path, message);
  }
  for (const one of body.conflicts) {
    stopped.add(one.path);
    conflict(one);
  }
  contradictions(body.contradictions);
  figures(body);
  if ([...waiting.keys()].some((path) => !stopped.has(path))) soon();
  else if (body.problems.length || body.conflicts.length) say("refused", words.wordsRefused);
  else settle();
}

function changed(field, delay) {
  const path = field.dataset.path;
  const now = read(field);
  if (closed) return;
  if (waiting.has(path) && same(now, waiting.get(path))) {
    // leaving the field changes nothing: a conflict shown beside it stays until the person chooses
    if (!stopped.has(path)) soon(delay);
    return;
  }
  if (same(now, stored.get(path)) && !stopped.has(path)) waiting.delete(path);
  else waiting.set(path, now);
  if (stopped.has(path)) clear(path);
  keep(path);
  settle();
  if (waiting.size) soon(delay);
}

for (const field of fields.values()) {
  field.addEventListener("input", () => changed(field, field.dataset.kind === "choice" ? 0 : DELAY));
  field.addEventListener("change", () => changed(field, 0));
}

window.addEventListener("online", () => soon(0));
window.addEventListener("beforeunload", (event) => {
  if (waiting.size && !closed) {
    soon(0);
    event.preventDefault();
  }
});
restore();
