// The questionnaire page of one item: everything typed goes into the outbox first, then to the server.
import { toast } from "../toast.js";
import { Conflicts } from "./conflicts.js";
import { Fields } from "./fields.js";
import { followFiles } from "./file_counts.js";
import { listenForKeys } from "./keys.js";
import { Notices } from "./notices.js";
import { Outbox, same } from "./outbox.js";
import { Rungs } from "./rungs.js";
import { SaveState } from "./save_state.js";
import { ask, readJson, Sender } from "./sender.js";
import { offerShortcut } from "./shortcut.js";
import { showStanding } from "./standing.js";
import { fill } from "./words.js";

const facts = JSON.parse(document.getElementById("questionnaire").textContent);
const { item_code: item, words } = facts;
const LOOK_EVERY = 30_000;
const LEFT_ALONE = 5 * 60_000; // then looking stops: it must not keep a forgotten session alive
let lastTouch = Date.now();
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => (lastTouch = Date.now()), { passive: true });

const outbox = new Outbox(facts.person, facts.assessment);
const fields = new Fields(document, facts.values);
const rungs = new Rungs(document.querySelector("[data-ladder]"), words);
const notices = new Notices(document.querySelector("[data-notices]"), words, facts);
const state = new SaveState(document.querySelector("[data-save-state]"), words, facts.sign_in);
const conflicts = new Conflicts(document.getElementById("conflict-dialog"), words, settleConflict);
let version = facts.version;
const addressOf = (code) => facts.address.replace(`/items/${item}/`, `/items/${code}/`);

const sender = new Sender({
  outbox,
  item,
  address: addressOf,
  person: facts.person,
  answered: (code, status, body, sent) => (code === item ? answered(status, body, sent) : answeredElsewhere(code, status, body, sent)),
  changed: (kind, detail) => state.show(kind, detail),
});

// -- typing
function typed(path, from, to, pause, half) {
  for (const [other, entry] of outbox.of(item))
    if (entry.state === "refused") outbox.mark(item, other, entry.to, { state: "waiting" });
  outbox.put(item, path, from, to, half ? "half" : "waiting");
  fields.mark(path, "waiting");
  if (half) fields.problem(path, words.incomplete_rule);
  else if (fields.byPath.get(path)?.half === false) fields.problem(path, "");
  if (path.startsWith("clauses.")) rungs.sign(path, to);
  if (!half) sender.soon(pause);
}

// -- what the server said
function answered(status, body, sent) {
  if (status === 200 || status === 409 || status === 422) {
    for (const path of body.applied) if (sent.has(path)) outbox.settle(item, path, sent.get(path).to, body.values[path] ?? null);
    for (const { path, message } of body.problems) outbox.mark(item, path, sent.get(path)?.to, { state: "refused", message });
    for (const conflict of body.conflicts) outbox.mark(item, conflict.path, sent.get(conflict.path)?.to, { state: "conflict", conflict });
    bringIn(body, sent);
    for (const path of body.applied) fields.problem(path, "");
    for (const { path, message } of body.problems)
      if (!fields.problem(path, message)) notices.say("problem", message);
    for (const { path, message } of body.contradictions) if (!waiting().has(path)) fields.problem(path, message);
    showConflicts();
    const held = [...waiting().values()];
    const refused = held.filter((entry) => entry.state === "refused").length;
    if (held.some((entry) => entry.state === "conflict")) return; // what asks for a choice stays in sight
    if (refused) state.show("refused", { n: refused });
    else if (!held.some((entry) => entry.state === "waiting")) state.show("saved", { time: body.saved_at });
    return;
  }
  state.show("blocked");
  fields.close();
  notices.unsent(body.message, [...waiting()].map(([path, entry]) => [fields.label(path), textOf(path, entry.to)]));
}

function answeredElsewhere(code, status, body, sent) {
  for (const path of body.applied ?? []) if (sent.has(path)) outbox.settle(code, path, sent.get(path).to, null);
  for (const { path } of body.problems ?? []) outbox.mark(code, path, sent.get(path)?.to, { state: "refused" });
  for (const { path } of body.conflicts ?? []) outbox.mark(code, path, sent.get(path)?.to, { state: "conflict" });
  tellElsewhere();
}

/** Values and standing as stored now; fields with something unsent keep what was typed. */
function bringIn(body, sent = new Map()) {
  const held = waiting();
  const changed = fields.take(body.values, held).filter((path) => !sent.has(path) && !held.has(path));
  version = body.version;
  for (const path of fields.byPath.keys()) {
    fields.mark(path, held.get(path)?.state ?? "");
    if (path.startsWith("clauses.")) rungs.sign(path, held.get(path)?.to ?? fields.value(path));
  }
  showStanding(body, rungs, words);
  return changed;
}

const waiting = () => outbox.of(item);

function textOf(path, value) {
  if (value === null || value === "") return words.empty;
  if (typeof value === "object") return JSON.stringify(value);
  return facts.states[value] ?? String(value);
}

// -- conflicts
function showConflicts() {
  const open = [...waiting()].filter(([, entry]) => entry.state === "conflict" && entry.conflict);
  conflicts.show(open.map(([, entry]) => entry.conflict));
  if (open.length) state.show("conflict", { n: open.length, open: () => conflicts.open() });
}

function settleConflict(conflict, pick) {
  const { path } = conflict;
  outbox.remove(item, path);
  if (pick === "yours") {
    outbox.put(item, path, conflict.theirs, conflict.yours);
    sender.soon(0);
  } else {
    fields.stored.set(path, conflict.theirs);
    fields.show(path, conflict.theirs);
    if (path.startsWith("clauses.")) rungs.sign(path, conflict.theirs);
    fields.mark(path, "");
    if (!waiting().size) state.show("saved", {});
  }
}

// -- what colleagues changed meanwhile
async function look() {
  if (document.visibilityState !== "visible" || Date.now() - lastTouch > LEFT_ALONE || sender.busy || sender.stopped || !navigator.onLine) return;
  let response;
  try {
    response = await ask(facts.address, facts.person);
  } catch {
    return;
  }
  const body = await readJson(response);
  if (!response.ok || body === null || sender.busy || body.version === version) return;
  const changed = bringIn(body);
  if (changed.length) toast(fill(words.brought_in, { name: body.by || words.someone }), "info");
}

// -- "no such service": the reason is the answer
const absent = document.querySelector("[data-absent]");
const reason = document.getElementById("absent-reason");
absent?.addEventListener("change", () => {
  reason.parentElement.hidden = !absent.checked;
  if (absent.checked) {
    fields.problem("no_such_service", reason.value.trim() ? "" : words.reason_needed);
    reason.focus();
  } else {
    fields.problem("no_such_service", "");
    if (reason.value.trim() || fields.value("no_such_service")) {
      reason.value = "";
      typed("no_such_service", fields.value("no_such_service"), "", 0);
    }
  }
});

// -- start
function tellElsewhere() {
  const others = outbox.items().filter((code) => code !== item);
  notices.elsewhere(others);
}

for (const [path, entry] of waiting()) {
  fields.show(path, entry.to);
  fields.mark(path, "waiting");
  if (path.startsWith("clauses.")) rungs.sign(path, entry.to);
  if (entry.state !== "half") outbox.mark(item, path, entry.to, { state: "waiting" });
}
for (const code of outbox.items())
  if (code !== item)
    for (const [path, entry] of outbox.of(code)) if (entry.state === "blocked") outbox.mark(code, path, entry.to, { state: "waiting" });
for (const { path, message } of facts.contradictions) fields.problem(path, message);
if (!outbox.durable) notices.say("memory", words.only_memory);
tellElsewhere();

if (facts.can_answer) {
  fields.listen(typed);
  offerShortcut({ fields, words, typed: (path, from, to) => typed(path, from, to, 60) });
  sender.wake();
  setInterval(look, LOOK_EVERY);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("focus", look);
  window.addEventListener("offline", () => state.show("offline"));
} else {
  state.show("closed");
  const held = [...waiting()].filter(([path, entry]) => !same(entry.to, fields.value(path)));
  if (held.length) notices.unsent("", held.map(([path, entry]) => [fields.label(path), textOf(path, entry.to)]));
}

window.addEventListener("pagehide", () => sender.flush());
window.addEventListener("beforeunload", (event) => {
  sender.flush();
  const risky = [...waiting().values()].some((entry) => entry.state !== "waiting") || !outbox.durable || outbox.memory.size > 0;
  if (waiting().size && facts.can_answer && (risky || !navigator.onLine || state.troubled)) event.preventDefault();
});

document.body.classList.add("is-ready"); // from here on every click is heard
followFiles(rungs.ladder);
listenForKeys({ rungs, fields, facts, can: facts.can_answer });
