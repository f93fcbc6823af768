// The editor of one screenshot: tools, picture, proposals, legend, saving.
import { csrfToken } from "../csrf.js";
import { toast } from "../toast.js";
import { listenForKeys } from "./keys.js";
import { Legend } from "./legend.js";
import { Marks } from "./marks.js";
import { Pointer } from "./pointer.js";
import { Proposals } from "./proposals.js";
import { draw } from "./shapes.js";

const facts = JSON.parse(document.getElementById("picture-draft").textContent);
const root = document.querySelector("[data-picture-editor]");
const stage = root.querySelector("[data-stage]");
const canvas = root.querySelector("[data-canvas]");
const svg = root.querySelector("svg[data-marks]");
const names = facts.words;
const marks = new Marks(facts.width, facts.height, facts.earlier);
let tool = "box";
let offered = null;
let zoom = 0; // 0: fits
let leaving = false;

const editor = {
  marks,
  most: facts.most_numbers,
  get tool() {
    return tool;
  },
  choose(name) {
    tool = name;
    for (const button of root.querySelectorAll("button[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === name));
    stage.dataset.tool = name;
    root.querySelector("[data-hint]").textContent = names[`hint_${name}`];
  },
  offer(shape) {
    offered = shape;
    paint();
  },
  taken() {
    const was = offered;
    offered = null;
    return was;
  },
  accept(n) {
    proposals.take([n]);
  },
  full() {
    toast(names.full, "warning");
  },
  /** What a pointer would draw, where somebody without one wants to begin. */
  addInTheMiddle() {
    const { width, height } = marks;
    const [x, y, w, h] = [width * 0.4, height * 0.45, width * 0.2, Math.max(height * 0.06, 12)].map(Math.round);
    if (tool === "box") marks.add({ kind: "box", x, y, width: w, height: h });
    else if (tool === "arrow") marks.add({ kind: "arrow", x1: x, y1: y, x2: x + w, y2: y + h });
    else if (tool === "number" && marks.earlier.length + marks.of("number").length < editor.most) marks.add({ kind: "number", x: width / 2, y: height / 2, text: "" });
    else if (tool === "crop") {
      marks.remember();
      marks.crop = { x: 0, y: 0, width, height };
      marks.selected = "crop";
      marks.tell();
    }
    svg.querySelector(`[data-shape="${marks.selected}"]`)?.focus();
  },
};

const pointer = new Pointer(svg, editor);
const legend = new Legend(root.querySelector("[data-legend]"), marks, facts.longest_line);
const proposals = new Proposals(root.querySelector("[data-proposals]"), (taken) => {
  marks.remember();
  for (const { x, y, width, height } of taken) marks.insert({ kind: "box", x, y, width, height });
  marks.select(null);
});

function paint() {
  const shown = offered && offered.kind !== "crop" ? Object.create(marks, { shapes: { value: [...marks.shapes, { id: 0, text: "", ...offered }] } }) : marks;
  const cropping = offered?.kind === "crop" ? Object.create(marks, { crop: { value: offered } }) : shown;
  draw(svg, cropping, proposals?.open ?? [], names, pointer.grip);
  root.querySelector("[data-undo]").disabled = !marks.steps.length;
  root.querySelector("[data-redo]").disabled = !marks.undone.length;
  root.querySelector("[data-delete]").disabled = !marks.find(marks.selected);
  root.querySelector("[data-counts]").textContent = names.counts.replace("{boxes}", marks.of("box").length);
}

let numbers = 0;
marks.addEventListener("marks-changed", () => {
  paint();
  const now = marks.of("number").length;
  if (now > numbers && !pointer.going) legend.focusLast();
  numbers = now;
});
proposals.addEventListener("changed", paint);

// -- size on screen
function fit() {
  const room = stage.clientWidth;
  const tall = Math.max(window.innerHeight - stage.getBoundingClientRect().top - window.scrollY - 24, 320);
  const scale = zoom || Math.min(1.5, room / facts.width, window.innerWidth > 991 ? tall / facts.height : Infinity);
  canvas.style.width = `${Math.round(facts.width * scale)}px`;
  root.querySelector("[data-zoom-share]").textContent = `${Math.round(scale * 100)}%`;
  paint();
  return scale;
}
function scaleBy(factor) {
  const now = canvas.clientWidth / facts.width;
  const middle = [(stage.scrollLeft + stage.clientWidth / 2) / now, (stage.scrollTop + stage.clientHeight / 2) / now];
  zoom = factor ? Math.min(4, Math.max(0.1, now * factor)) : 0;
  const scale = fit();
  stage.scrollTo(middle[0] * scale - stage.clientWidth / 2, middle[1] * scale - stage.clientHeight / 2);
}
new ResizeObserver(() => fit()).observe(stage);

// -- buttons
root.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.tool) editor.choose(button.dataset.tool);
  else if ("undo" in button.dataset) marks.undo();
  else if ("redo" in button.dataset) marks.redo();
  else if ("delete" in button.dataset) marks.remove(marks.selected);
  else if (button.dataset.zoom) scaleBy(Number(button.dataset.zoom));
});

// -- saving
const form = root.querySelector("[data-save-form]");
const dialog = document.getElementById("open-proposals");
async function save() {
  const body = new FormData(form);
  body.set("marks", JSON.stringify(marks.asJson));
  body.set("unmasked", "yes"); // asked already, when anything was open
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  let sentence = root.dataset.failed;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "attachments" } });
    if (answer.ok) {
      leaving = true;
      window.location.assign((await answer.json()).address);
      return;
    }
    if ((answer.headers.get("Content-Type") ?? "").startsWith("text/plain")) sentence = await answer.text();
  } catch {
    // said below; the marks stay on the page
  }
  button.disabled = false;
  toast(sentence, "error");
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const open = proposals.open.length;
  if (!open) return save();
  dialog.querySelector("[data-open-count]").textContent = names.open.replace("{n}", open);
  dialog.showModal();
  return undefined;
});
dialog.querySelector("[data-save-anyway]").addEventListener("click", () => {
  dialog.close();
  save();
});
for (const other of document.querySelectorAll("[data-give-up]")) other.addEventListener("submit", () => (leaving = true));
window.addEventListener("beforeunload", (event) => {
  if (!leaving && marks.changed) event.preventDefault();
});

listenForKeys(editor, stage);
editor.choose("box");
fit();
