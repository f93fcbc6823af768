// What is marked on the picture, in its pixels, with every step back.

const MOST_STEPS = 100;
let lastId = 0;

export class Marks extends EventTarget {
  /** @param {string[]} earlier lines of numbers that are in the picture already */
  constructor(width, height, earlier) {
    super();
    this.width = width;
    this.height = height;
    this.earlier = [...earlier];
    this.crop = null;
    this.shapes = []; // {id, kind: "box" | "arrow" | "number", …}
    this.selected = null;
    this.steps = [];
    this.undone = [];
    this.saved = this.#copy();
  }

  of(kind) {
    return this.shapes.filter((shape) => shape.kind === kind);
  }

  find(id) {
    return id === "crop" ? this.crop && { id: "crop", kind: "crop", ...this.crop } : this.shapes.find((shape) => shape.id === id);
  }

  get changed() {
    return this.#copy() !== this.saved;
  }

  /** Call before anything changes: one step of undoing. */
  remember() {
    this.#push(this.#copy());
  }

  /** Drops the last remembered step when nothing came of it. */
  forgetIfSame() {
    if (this.steps.at(-1) === this.#copy()) this.steps.pop();
    this.tell();
  }

  undo() {
    this.#swap(this.steps, this.undone);
  }

  redo() {
    this.#swap(this.undone, this.steps);
  }

  add(shape) {
    this.remember();
    return this.insert(shape);
  }

  /** Without a step: several at once are one step of their own. */
  insert(shape) {
    const made = { id: ++lastId, ...shape };
    this.shapes.push(made);
    this.selected = made.id;
    this.tell();
    return made;
  }

  update(id, fields) {
    if (id === "crop") this.crop = { ...this.crop, ...fields };
    else Object.assign(this.find(id), fields);
    this.tell();
  }

  remove(id) {
    if (!this.find(id)) return;
    this.remember();
    if (id === "crop") this.crop = null;
    else this.shapes = this.shapes.filter((shape) => shape.id !== id);
    if (this.selected === id) this.selected = null;
    this.tell();
  }

  select(id) {
    if (this.selected === id) return;
    this.selected = id;
    this.tell();
  }

  /** The words of a number or of an earlier line; typing is no step of its own. */
  write(place, text) {
    if (place < this.earlier.length) this.earlier[place] = text;
    else this.of("number")[place - this.earlier.length].text = text;
    this.tell("words-changed");
  }

  /** As the server takes it. */
  get asJson() {
    const numbers = this.of("number");
    return {
      crop: this.crop,
      boxes: this.of("box").map(({ x, y, width, height }) => ({ x, y, width, height })),
      arrows: this.of("arrow").map(({ x1, y1, x2, y2 }) => ({ x1, y1, x2, y2 })),
      numbers: numbers.map(({ x, y }) => ({ x, y })),
      legend: [...this.earlier, ...numbers.map(({ text }) => text)],
    };
  }

  tell(kind = "marks-changed") {
    this.dispatchEvent(new Event(kind));
  }

  #copy() {
    return JSON.stringify([this.crop, this.shapes, this.earlier]);
  }

  #push(copy) {
    this.steps.push(copy);
    if (this.steps.length > MOST_STEPS) this.steps.shift();
    this.undone = [];
  }

  #swap(from, to) {
    const copy = from.pop();
    if (copy === undefined) return;
    to.push(this.#copy());
    [this.crop, this.shapes, this.earlier] = JSON.parse(copy);
    if (!this.find(this.selected)) this.selected = null;
    this.tell();
  }
}

/** A box from two corners, inside the picture. */
export function boxBetween(one, other, { width, height }) {
  const inside = (value, most) => Math.min(Math.max(value, 0), most);
  const [x1, x2] = [inside(one.x, width), inside(other.x, width)].sort((a, b) => a - b);
  const [y1, y2] = [inside(one.y, height), inside(other.y, height)].sort((a, b) => a - b);
  return { x: Math.round(x1), y: Math.round(y1), width: Math.round(x2 - x1), height: Math.round(y2 - y1) };
}
