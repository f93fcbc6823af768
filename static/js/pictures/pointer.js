// Mouse, pen and finger: drawing with the chosen tool, moving and pulling what is there.
import { boxBetween } from "./marks.js";
import { unitOf } from "./shapes.js";

const LEAST = 4; // pixels on screen: less is a click

export class Pointer {
  /** ``editor``: marks, tool, most (numbers), accept(n), offer (a started shape), full() */
  constructor(svg, editor) {
    this.svg = svg;
    this.editor = editor;
    this.going = null;
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#move(event));
    svg.addEventListener("pointerup", (event) => this.#up(event));
    svg.addEventListener("pointercancel", () => this.#stop());
  }

  /** Pixels of the picture under the pointer. */
  #at(event) {
    const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    const { width, height } = this.editor.marks;
    return { x: Math.min(Math.max(spot.x, 0), width), y: Math.min(Math.max(spot.y, 0), height) };
  }

  get #scale() {
    return this.svg.getScreenCTM().a;
  }

  #down(event) {
    if (event.button !== 0 || this.going) return;
    const { marks, tool } = this.editor;
    const handle = event.target.closest?.("[data-handle]")?.dataset.handle;
    const over = event.target.closest?.("[data-shape]")?.dataset.shape;
    const proposal = event.target.closest?.("[data-proposal]");
    const start = this.#at(event);
    const begin = (what) => {
      this.svg.setPointerCapture(event.pointerId);
      event.preventDefault();
      marks.remember();
      this.going = { start, from: [event.clientX, event.clientY], ...what };
    };
    if (handle) return begin({ doing: "pull", handle, id: marks.selected, was: { ...marks.find(marks.selected) } });
    const id = over === "crop" ? "crop" : Number(over);
    const kind = over && marks.find(id)?.kind;
    if (over && (tool === "select" || (kind !== "crop" && (kind === tool || marks.selected === id)))) {
      marks.select(id);
      return begin({ doing: "move", id, was: { ...marks.find(id) } });
    }
    if (tool === "select") {
      if (proposal) this.editor.accept(Number(proposal.dataset.proposal));
      else marks.select(null);
      return undefined;
    }
    return begin({ doing: "draw", proposal: proposal && Number(proposal.dataset.proposal) });
  }

  #move(event) {
    const going = this.going;
    if (!going) return;
    const { marks, tool } = this.editor;
    const now = this.#at(event);
    const far = Math.hypot(event.clientX - going.from[0], event.clientY - going.from[1]) >= LEAST;
    if (going.doing === "draw") {
      if (!far || tool === "number") return;
      going.drawn = true;
      if (tool === "arrow") this.editor.offer({ kind: "arrow", x1: going.start.x, y1: going.start.y, x2: now.x, y2: now.y });
      else this.editor.offer({ kind: tool, ...boxBetween(going.start, now, marks) });
    } else if (going.doing === "move") {
      if (far || going.moved) {
        going.moved = true;
        marks.update(going.id, moved(going.was, now.x - going.start.x, now.y - going.start.y, marks));
      }
    } else marks.update(going.id, pulled(going.was, going.handle, now, marks));
  }

  #up(event) {
    const going = this.going;
    if (!going) return;
    this.going = null;
    const { marks, tool } = this.editor;
    const offered = this.editor.taken();
    if (going.doing === "draw") {
      if (offered?.kind === "crop") {
        const { kind: _kind, ...crop } = offered;
        if (crop.width >= 40 && crop.height >= 40) Object.assign(marks, { crop, selected: "crop" });
      } else if (offered && (offered.kind === "arrow" || (offered.width > 1 && offered.height > 1))) marks.insert(offered);
      else if (!going.drawn && going.proposal !== null && going.proposal !== undefined && tool !== "arrow") {
        marks.steps.pop();
        this.editor.accept(going.proposal);
      } else if (!going.drawn && tool === "number") {
        if (marks.earlier.length + marks.of("number").length < this.editor.most) marks.insert({ kind: "number", text: "", ...this.#at(event) });
        else this.editor.full();
      } else if (!going.drawn) marks.select(null);
    }
    marks.forgetIfSame();
  }

  #stop() {
    if (!this.going) return;
    this.going = null;
    this.editor.taken();
    this.editor.marks.undo();
    this.editor.marks.undone.pop();
    this.editor.marks.tell();
  }

  /** Radius of a handle in pixels of the picture: large enough for a thumb where fingers are used. */
  get grip() {
    return (window.matchMedia("(pointer: coarse)").matches ? 16 : 9) / (this.#scale || 1);
  }
}

/** Fields of a shape moved by dx, dy, as far as it stays in the picture. */
export function moved(shape, dx, dy, { width, height }) {
  const within = (low, high, most, step) => Math.min(Math.max(step, -low), most - high);
  if (shape.kind === "arrow") {
    const x = within(Math.min(shape.x1, shape.x2), Math.max(shape.x1, shape.x2), width, dx);
    const y = within(Math.min(shape.y1, shape.y2), Math.max(shape.y1, shape.y2), height, dy);
    return { x1: shape.x1 + x, y1: shape.y1 + y, x2: shape.x2 + x, y2: shape.y2 + y };
  }
  const x = shape.x + within(shape.x, shape.x + (shape.width ?? 0), width, dx);
  const y = shape.y + within(shape.y, shape.y + (shape.height ?? 0), height, dy);
  return shape.kind === "number" ? { x, y } : { x: Math.round(x), y: Math.round(y) };
}

/** Fields of a shape whose handle is pulled to ``now``. */
export function pulled(shape, handle, now, marks) {
  if (handle === "tail" || handle === "point") {
    const fixed = handle === "tail" ? [shape.x2, shape.y2] : [shape.x1, shape.y1];
    if (Math.hypot(now.x - fixed[0], now.y - fixed[1]) < unitOf(marks) * 2) return {};
    return handle === "tail" ? { x1: now.x, y1: now.y } : { x2: now.x, y2: now.y };
  }
  const least = shape.kind === "crop" ? 40 : 3;
  const across = handle.includes("w") ? { x: shape.x + shape.width, to: Math.min(now.x, shape.x + shape.width - least) } : { x: shape.x, to: Math.max(now.x, shape.x + least) };
  const down = handle.includes("n") ? { y: shape.y + shape.height, to: Math.min(now.y, shape.y + shape.height - least) } : { y: shape.y, to: Math.max(now.y, shape.y + least) };
  return boxBetween({ x: across.x, y: down.y }, { x: across.to, y: down.to }, marks);
}
