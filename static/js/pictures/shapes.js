// Draws the marks over the picture. The server draws the same into the stored one (assessments/pictures/drawing.py).

const SVG = "http://www.w3.org/2000/svg";

export function element(name, attributes = {}, ...inside) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

/** Width of a line in pixels of the picture. */
export const unitOf = ({ width, height }) => Math.max(2, Math.min(12, Math.max(width, height) / 400));

function arrowPoints({ x1, y1, x2, y2 }, unit, grown) {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [ax, ay] = [(x2 - x1) / length, (y2 - y1) / length];
  const head = Math.min(length, unit * 5);
  const [nx, ny] = [x2 - ax * head, y2 - ay * head];
  const half = unit / 2 + grown;
  const wing = unit * 2.2 + grown * 1.6;
  const at = (x, y, back, side) => `${x - ax * back - ay * side},${y - ay * back + ax * side}`;
  return [
    at(x1, y1, grown, half), at(nx, ny, 0, half), at(nx, ny, grown, wing), at(x2, y2, -grown * 1.8, 0),
    at(nx, ny, grown, -wing), at(nx, ny, 0, -half), at(x1, y1, grown, -half),
  ].join(" ");
}

function arrow(shape, unit) {
  return [
    element("line", { x1: shape.x1, y1: shape.y1, x2: shape.x2, y2: shape.y2, class: "mark-reach", "stroke-width": unit * 8 }),
    element("polygon", { points: arrowPoints(shape, unit, unit / 2), class: "mark-paper" }),
    element("polygon", { points: arrowPoints(shape, unit, 0), class: "mark-ink" }),
  ];
}

function number({ x, y }, value, unit) {
  const radius = unit * 4.5;
  return [
    element("circle", { cx: x, cy: y, r: radius + unit / 2, class: "mark-paper" }),
    element("circle", { cx: x, cy: y, r: radius, class: "mark-ink" }),
    element("text", { x, y, class: "mark-number", "font-size": radius * (value < 10 ? 1.35 : 1.1), "text-anchor": "middle", dy: "0.36em" }, String(value)),
  ];
}

const frame = (box, names, extra = {}) => element("rect", { x: box.x, y: box.y, width: box.width, height: box.height, class: names, ...extra });

/** Corners and ends that are pulled; ``grip`` pixels of the picture in radius. */
function handles(shape, grip) {
  const spots =
    shape.kind === "arrow"
      ? { tail: [shape.x1, shape.y1], point: [shape.x2, shape.y2] }
      : shape.kind === "number"
        ? {}
        : {
            nw: [shape.x, shape.y], ne: [shape.x + shape.width, shape.y],
            sw: [shape.x, shape.y + shape.height], se: [shape.x + shape.width, shape.y + shape.height],
          };
  return Object.entries(spots).flatMap(([name, [cx, cy]]) => [
    element("circle", { cx, cy, r: grip, class: "mark-grip", "data-handle": name }),
    element("circle", { cx, cy, r: grip * 0.55, class: "mark-handle" }),
  ]);
}

/** @param words names of the kinds, for screen readers */
export function draw(svg, marks, proposals, words, grip) {
  const unit = unitOf(marks.crop ?? marks);
  const focused = svg.contains(document.activeElement) ? document.activeElement.dataset.shape : null;
  const shapes = [];
  let count = 0;
  // boxes beneath everything else, as the server burns them
  for (const shape of [...marks.shapes].sort((one, other) => (other.kind === "box") - (one.kind === "box"))) {
    const parts =
      shape.kind === "box" ? [frame(shape, "mark-box")] : shape.kind === "arrow" ? arrow(shape, unit) : number(shape, marks.earlier.length + ++count, unit);
    const label = shape.kind === "number" ? `${words.number} ${marks.earlier.length + count}` : words[shape.kind];
    shapes.push(element("g", { class: `mark${marks.selected === shape.id ? " is-selected" : ""}`, tabindex: 0, role: "button", "aria-label": label, "data-shape": shape.id }, ...parts));
  }
  const open = proposals.map((one, n) => {
    const text = element("text", { "aria-hidden": "true", x: one.x, y: Math.max(one.y - unit * 1.5, unit * 5), class: "proposal-word", "font-size": Math.max(unit * 5, grip * 1.6) }, one.reason);
    return element("g", { class: `proposal${one.lit ? " is-lit" : ""}`, "data-proposal": n }, frame(one, "proposal-box", { "stroke-width": Math.max(unit * 0.8, grip / 4) }), text);
  });
  const crop = marks.crop;
  const outside = crop
    ? [
        element("path", {
          class: "crop-outside", "fill-rule": "evenodd",
          d: `M0 0H${marks.width}V${marks.height}H0ZM${crop.x} ${crop.y}v${crop.height}h${crop.width}v${-crop.height}Z`,
        }),
        element("g", { class: `mark${marks.selected === "crop" ? " is-selected" : ""}`, tabindex: 0, role: "button", "aria-label": words.crop, "data-shape": "crop" }, frame(crop, "crop-frame")),
      ]
    : [];
  const chosen = marks.find(marks.selected);
  svg.replaceChildren(...open, ...shapes, ...outside, ...(chosen ? handles(chosen, grip) : []));
  if (focused) svg.querySelector(`[data-shape="${focused}"]`)?.focus({ preventScroll: true });
}
