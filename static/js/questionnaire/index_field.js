/** The data-quality index of a level: one figure, figures per dimension, or counts per rule. */
export class IndexField {
  constructor(place, pause) {
    this.place = place;
    this.pause = pause;
    this.inputs = [...place.querySelectorAll("[data-control]")];
    this.modes = [...place.querySelectorAll("[data-mode-choice]")];
    this.rows = [...place.querySelectorAll("[data-rule]")];
    this.value = place.querySelector("[data-index-value]");
    for (const mode of this.modes) mode.addEventListener("change", () => this.#turn(mode.value));
  }

  listen(changed) {
    for (const input of this.inputs) {
      input.addEventListener("input", () => changed());
      input.addEventListener("change", () => changed(0));
    }
  }

  /** ``half`` is true while a rule has only one of its two counts: kept on this machine, not sent yet. */
  read() {
    const mode = this.place.dataset.mode;
    this.half = false;
    if (mode === "direct") return this.#text("[data-direct]") || null;
    if (mode === "dimensions") {
      const given = {};
      for (const input of this.place.querySelectorAll("[data-dimension]"))
        if (input.value.trim()) given[input.dataset.dimension] = input.value.trim();
      return Object.keys(given).length ? given : null;
    }
    const rules = {};
    for (const row of this.rows) {
      const [numerator, denominator] = ["numerator", "denominator"].map((part) => partOf(row, part).value.trim());
      if (Boolean(numerator) !== Boolean(denominator)) this.half = true;
      if (numerator || denominator) rules[row.dataset.rule] = { numerator, denominator };
    }
    return Object.keys(rules).length ? { rules } : null;
  }

  show(value) {
    if (this.focused()) return;
    const mode = value === null ? null : typeof value === "object" ? (value.rules ? "rules" : "dimensions") : "direct";
    if (mode && mode !== this.place.dataset.mode) {
      this.#turn(mode);
      for (const one of this.modes) one.checked = one.value === mode;
    }
    const direct = this.place.querySelector("[data-direct]");
    if (direct) direct.value = mode === "direct" ? value : "";
    for (const input of this.place.querySelectorAll("[data-dimension]"))
      input.value = mode === "dimensions" ? (value[input.dataset.dimension] ?? "") : "";
    for (const row of this.rows)
      for (const part of ["numerator", "denominator"])
        partOf(row, part).value = mode === "rules" ? (value.rules[row.dataset.rule]?.[part] ?? "") : "";
  }

  afterwards() {}

  focused() {
    return this.inputs.includes(document.activeElement);
  }

  controls() {
    return this.inputs;
  }

  #turn(mode) {
    this.place.dataset.mode = mode;
    for (const pane of this.place.querySelectorAll("[data-pane]")) pane.hidden = pane.dataset.pane !== mode;
  }

  #text(selector) {
    return this.place.querySelector(selector)?.value.trim() ?? "";
  }
}

const partOf = (row, part) => row.querySelector(`[data-part=${part}]`);
