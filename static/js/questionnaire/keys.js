/** Keys for people who live in this page: 1 2 3 0 tick, j k walk, n p turn, o opens, / jumps, ? explains. */
import { toast } from "../toast.js";
import { isOpen } from "./rungs.js";
import { fill } from "./words.js";

const TICKS = { 1: "met", 2: "partly", 3: "not_met" };
const CODE = /^(\d\d\.\d\d)(?:\.(\d)(?:-(\d+))?)?$/;

export function listenForKeys({ rungs, fields, facts, can }) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const radio = event.target.matches("input[type=radio]");
    if (!radio && event.target.closest("input, textarea, select, [contenteditable=true]")) return;
    const done = act(event.key, event.target);
    if (done) event.preventDefault();
  });

  function act(key, target) {
    if (key === "j" || key === "k") return walk(target, key === "j" ? 1 : -1);
    if (target.matches("[data-clause]") && (key === "ArrowDown" || key === "ArrowUp")) return walk(target, key === "ArrowDown" ? 1 : -1);
    if (key === "n" || key === "p") {
      const link = document.querySelector(`[data-turn=${key === "n" ? "next" : "previous"}]`);
      link?.click();
      return Boolean(link);
    }
    if (key === "?") {
      document.getElementById("keys-dialog").showModal();
      return true;
    }
    if (key === "o") {
      const rung = target.closest("[data-rung]");
      if (rung) rungs.open(rung, !isOpen(rung));
      return Boolean(rung);
    }
    const clause = target.closest("[data-clause]");
    if (can && clause && (key in TICKS || key === "0" || key === "Delete")) return tick(clause, TICKS[key]);
    return false;
  }

  function walk(target, by) {
    const clauses = rungs.clauses();
    const now = clauses.indexOf(target.closest("[data-clause]"));
    let next = now + by;
    if (now < 0) next = clauses.findIndex((clause) => clause.closest("[data-rung]").matches(".is-open"));
    if (clauses[next]) rungs.visit(clauses[next]);
    return true;
  }

  function tick(clause, state) {
    const radios = clause.querySelectorAll("input[type=radio]");
    const wanted = state && [...radios].find((radio) => radio.value === state);
    if (wanted) {
      wanted.checked = true;
      wanted.dispatchEvent(new Event("change", { bubbles: true }));
    } else clause.querySelector("[data-clear]").click();
    clause.focus();
    return true;
  }

  // the search of the top bar takes a code straight to its place in this assessment
  document.querySelector("form.search")?.addEventListener("submit", (event) => {
    const typed = event.target.querySelector("input[name=q]").value.normalize("NFKC").trim();
    const match = CODE.exec(typed);
    if (!match) return;
    event.preventDefault();
    const [, item, level, n] = match;
    if (!facts.items.includes(item)) {
      toast(fill(facts.words.no_such_code, { code: typed }), "warning");
      return;
    }
    const hash = n ? `#c-${item}.${level}-${n}` : level ? `#level-${level}` : "";
    location.assign(facts.pages.replace(`/items/${facts.item_code}/`, `/items/${item}/`) + hash);
  });

  // a clause's paper clip turns the file panel to that clause
  for (const button of document.querySelectorAll("[data-files-of]"))
    button.addEventListener("click", () => {
      const part = document.querySelector("[data-files-part]");
      if (document.body.classList.contains("context-closed")) document.querySelector("[data-context-toggle]")?.click();
      const place = part.querySelector("select[name=clause]");
      if (place) place.value = button.dataset.filesOf;
      part.scrollIntoView({ block: "nearest" });
      (part.querySelector("input[type=file]") ?? part.querySelector("a"))?.focus();
    });
  return fields;
}
