/** The fields of the page by path: reading what is typed, showing what is stored, problems beside them. */
import { IndexField } from "./index_field.js";
import { same } from "./outbox.js";

const TYPING = 700;
const CHOOSING = 120;

class ChoiceField {
  constructor(place, read, write) {
    this.place = place;
    this.radios = [...place.querySelectorAll("input[type=radio][data-control]")];
    this.clear = place.querySelector("[data-clear]");
    this.fromText = read;
    this.toText = write;
    this.pause = CHOOSING;
  }

  listen(changed) {
    let before = null;
    const remember = () => {
      before = this.radios.find((radio) => radio.checked)?.value ?? null;
    };
    for (const radio of this.radios) {
      const label = radio.closest("label");
      label.addEventListener("pointerdown", remember);
      radio.addEventListener("change", () => {
        before = null;
        changed();
      });
      // a second click on the chosen sign takes it back
      radio.addEventListener("click", () => {
        if (radio.checked && before === radio.value) {
          radio.checked = false;
          before = null;
          changed();
        }
      });
    }
    this.clear?.addEventListener("click", () => {
      for (const radio of this.radios) radio.checked = false;
      changed();
      this.radios[0].focus();
    });
  }

  read() {
    return this.fromText(this.radios.find((radio) => radio.checked)?.value ?? null);
  }

  show(value) {
    const text = this.toText(value);
    for (const radio of this.radios) radio.checked = radio.value === text;
    this.afterwards();
  }

  afterwards() {
    if (this.clear) this.clear.hidden = !this.radios.some((radio) => radio.checked);
  }

  focused() {
    return false;
  }

  controls() {
    return this.radios;
  }
}

class TextField {
  constructor(place, empty) {
    this.place = place;
    this.input = place.querySelector("[data-control]");
    this.empty = empty;
    this.pause = TYPING;
    this.later = undefined;
  }

  listen(changed) {
    this.input.addEventListener("input", () => {
      this.later = undefined;
      changed();
    });
    this.input.addEventListener("change", () => changed(0));
    this.input.addEventListener("blur", () => {
      if (this.later !== undefined) this.input.value = this.later;
      this.later = undefined;
    });
  }

  read() {
    return this.input.value.trim() === "" ? this.empty : this.input.value;
  }

  /** Not under the fingers of somebody typing: then it waits until the field is left. */
  show(value) {
    const text = value === null || value === undefined ? "" : String(value);
    if (this.focused() && this.input.value.trim() !== text) this.later = text;
    else if (this.input.value !== text) this.input.value = text;
  }

  afterwards() {}

  focused() {
    return document.activeElement === this.input;
  }

  controls() {
    return [this.input];
  }
}

export class Fields {
  constructor(root, stored) {
    this.stored = new Map(Object.entries(stored));
    this.byPath = new Map();
    for (const place of root.querySelectorAll("[data-path]")) this.byPath.set(place.dataset.path, fieldOf(place));
  }

  /** Calls ``typed(path, from, to, pause, half)`` for every change a person makes. */
  listen(typed) {
    for (const [path, field] of this.byPath) {
      field.listen((pause = field.pause) => {
        field.afterwards();
        typed(path, this.value(path), field.read(), pause, Boolean(field.half));
      });
    }
  }

  value(path) {
    return this.stored.has(path) ? this.stored.get(path) : emptyOf(path);
  }

  label(path) {
    return this.byPath.get(path)?.place.dataset.label ?? path;
  }

  shown(path) {
    return this.byPath.get(path)?.read();
  }

  show(path, value) {
    this.byPath.get(path)?.show(value ?? emptyOf(path));
  }

  /** Take over what is stored, except where something typed is still waiting. Returns changed paths. */
  take(values, waiting) {
    const next = new Map(Object.entries(values));
    const changed = [];
    for (const path of this.byPath.keys()) {
      const value = next.has(path) ? next.get(path) : emptyOf(path);
      if (!same(value, this.value(path))) changed.push(path);
      if (!waiting.has(path)) this.show(path, value);
    }
    this.stored = next;
    return changed;
  }

  problem(path, sentence) {
    const field = this.byPath.get(path) ?? this.byPath.get(nearest(path, this.byPath));
    if (!field) return false;
    const place = field.place.querySelector("[data-problem]");
    place.textContent = sentence;
    place.hidden = !sentence;
    field.place.classList.toggle("has-problem", Boolean(sentence));
    for (const control of field.controls()) {
      control.setAttribute("aria-invalid", sentence ? "true" : "false");
      control.classList.toggle("is-invalid", Boolean(sentence) && control.type !== "radio");
    }
    return true;
  }

  mark(path, state) {
    const place = this.byPath.get(path)?.place;
    if (place) place.dataset.unsent = state;
  }

  close() {
    for (const field of this.byPath.values()) for (const control of field.controls()) control.disabled = true;
  }
}

export function emptyOf(path) {
  if (path.startsWith("clauses.")) return "not_answered";
  return path === "note" || path === "no_such_service" ? "" : null;
}

/** A contradiction of a level's clauses or of a denominator the page does not offer stands nearby. */
function nearest(path, known) {
  const level = path.split(".")[1];
  return ["numerators", "clauses"].map((kind) => `${kind}.${level}`).find((one) => known.has(one)) ?? "denominator";
}

function fieldOf(place) {
  const path = place.dataset.path;
  if (path.startsWith("clauses."))
    return new ChoiceField(place, (text) => text ?? "not_answered", (value) => value);
  if (path === "in_use")
    return new ChoiceField(place, (text) => (text === null ? null : text === "true"), (value) => String(value));
  if (path.startsWith("data_quality.")) return new IndexField(place, TYPING);
  return new TextField(place, emptyOf(path));
}
