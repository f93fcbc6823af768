// Everything without a mouse: tools by letter, adding in the middle, moving, sizing, deleting, undoing.
import { moved, pulled } from "./pointer.js";

const TOOLS = { v: "select", m: "box", a: "arrow", n: "number", c: "crop" };
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

export function listenForKeys(editor, stage) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || document.querySelector("dialog[open]")) return;
    const { marks } = editor;
    if (event.ctrlKey || event.metaKey) {
      if (typing(event.target) || event.key.toLowerCase() !== "z") {
        if (!typing(event.target) && event.key.toLowerCase() === "y") marks.redo();
        return;
      }
      event.preventDefault();
      if (event.shiftKey) marks.redo();
      else marks.undo();
      return;
    }
    if (typing(event.target)) return;
    const tool = TOOLS[event.key.toLowerCase()];
    if (tool) {
      event.preventDefault();
      editor.choose(tool);
      return;
    }
    if (!stage.contains(event.target)) return;
    if (event.key in STEPS && marks.find(marks.selected)) {
      event.preventDefault();
      const much = Math.max(1, Math.round(marks.width / 200));
      const [dx, dy] = STEPS[event.key].map((step) => step * much);
      const shape = { ...marks.find(marks.selected) };
      marks.remember();
      if (event.shiftKey && shape.kind !== "number") {
        const end = shape.kind === "arrow" ? { x: shape.x2 + dx, y: shape.y2 + dy } : { x: shape.x + shape.width + dx, y: shape.y + shape.height + dy };
        marks.update(shape.id, pulled(shape, shape.kind === "arrow" ? "point" : "se", end, marks));
      } else marks.update(shape.id, moved(shape, dx, dy, marks));
      marks.forgetIfSame();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      marks.remove(marks.selected);
    } else if (event.key === "Escape") marks.select(null);
    else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const on = event.target.dataset?.shape;
      if (on) marks.select(on === "crop" ? "crop" : Number(on));
      else editor.addInTheMiddle();
    }
  });
  stage.addEventListener("focusin", (event) => {
    const on = event.target.dataset?.shape;
    if (on && event.target.matches(":focus-visible")) editor.marks.select(on === "crop" ? "crop" : Number(on));
  });
}
