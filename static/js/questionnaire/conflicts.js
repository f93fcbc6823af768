/** Two people changed one field: both values, who and when; nobody is overwritten unasked. */
import { fill } from "./words.js";

export class Conflicts {
  constructor(dialog, words, settle) {
    this.dialog = dialog;
    this.words = words;
    this.settle = settle;
    this.rows = [];
    this.list = dialog.querySelector("[data-conflict-list]");
    this.sample = document.getElementById("conflict-row");
    for (const button of dialog.querySelectorAll("[data-all]"))
      button.addEventListener("click", () => {
        for (const conflict of [...this.rows]) this.#pick(conflict, button.dataset.all);
      });
    dialog.addEventListener("keydown", (event) => this.#keepInside(event));
  }

  /** Opens by itself when there is something new to decide; "later" keeps it in the save state. */
  show(conflicts) {
    const known = new Set(this.rows.map((row) => row.path));
    const fresh = conflicts.some((conflict) => !known.has(conflict.path));
    this.rows = conflicts;
    this.list.replaceChildren(...conflicts.map((conflict) => this.#row(conflict)));
    if (!conflicts.length) this.dialog.close();
    else if (fresh) this.open();
  }

  open() {
    if (!this.dialog.open) this.dialog.showModal();
    this.list.querySelector("button")?.focus();
  }

  #row(conflict) {
    const row = this.sample.content.firstElementChild.cloneNode(true);
    row.querySelector(".conflict-label").textContent = conflict.label;
    const [mine, theirs] = row.querySelectorAll(".conflict-choice");
    mine.querySelector(".conflict-value").textContent = conflict.yours_text;
    theirs.querySelector(".conflict-value").textContent = conflict.theirs_text;
    theirs.querySelector(".conflict-who").textContent = conflict.by
      ? fill(this.words.theirs, { name: conflict.by, at: conflict.at_text })
      : this.words.theirs_unknown;
    mine.addEventListener("click", () => this.#pick(conflict, "yours"));
    theirs.addEventListener("click", () => this.#pick(conflict, "theirs"));
    return row;
  }

  #pick(conflict, pick) {
    this.rows = this.rows.filter((row) => row.path !== conflict.path);
    this.list.replaceChildren(...this.rows.map((row) => this.#row(row)));
    if (!this.rows.length) this.dialog.close();
    else this.list.querySelector("button").focus();
    this.settle(conflict, pick);
  }

  /** Tab goes round inside; the browser's own chrome is no place to get lost in. */
  #keepInside(event) {
    if (event.key !== "Tab") return;
    const stops = [...this.dialog.querySelectorAll("button")];
    const [first, last] = [stops[0], stops[stops.length - 1]];
    if (event.shiftKey && document.activeElement === first) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first.focus();
    }
  }
}
