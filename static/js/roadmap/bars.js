// Bars of the Gantt table. A bar is dragged along its row, or moved with the arrow keys; the quarter it would start in
// is framed in the head and said aloud. Dropping it, or Enter, asks for the plan with that start; Escape gives up.

const NEAR = 6; // pixels a pointer may tremble before it drags

export function attachBars(table, { said, open, move }) {
  const heads = [...table.querySelectorAll("[data-quarter]")];
  const movable = table.hasAttribute("data-movable");
  const place = (key) => heads.findIndex((head) => head.dataset.quarter === key);
  let aimed = -1;

  function aim(at) {
    if (at === aimed) return;
    heads[aimed]?.classList.remove("is-aimed");
    aimed = at;
    heads[aimed]?.classList.add("is-aimed");
    if (said) said.textContent = aimed < 0 ? "" : table.dataset.proposed.replace("{quarter}", heads[aimed].dataset.words);
  }
  const nearest = (left) => {
    const far = heads.map((head) => Math.abs(head.getBoundingClientRect().left - left)); // columns differ in width
    return far.indexOf(Math.min(...far));
  };
  const within = (at) => Math.max(0, Math.min(heads.length - 1, at));

  for (const bar of table.querySelectorAll("[data-bar]")) {
    const start = place(bar.dataset.start);
    let held = null; // where the pointer took the bar
    let dragged = false;

    bar.addEventListener("click", () => {
      if (!dragged) open(bar);
      dragged = false;
    });
    if (!movable || start < 0) continue;

    bar.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      held = event.clientX;
      dragged = false;
      bar.setPointerCapture(event.pointerId);
    });
    bar.addEventListener("pointermove", (event) => {
      if (held === null) return;
      const way = event.clientX - held;
      if (!dragged && Math.abs(way) < NEAR) return;
      dragged = true;
      bar.classList.add("is-held");
      aim(nearest(heads[start].getBoundingClientRect().left + way));
    });
    const drop = (event) => {
      if (held === null) return;
      held = null;
      bar.classList.remove("is-held");
      const at = aimed;
      aim(-1);
      if (event.type === "pointerup" && dragged && at >= 0 && at !== start) move(bar, heads[at].dataset.quarter);
    };
    bar.addEventListener("pointerup", drop);
    bar.addEventListener("pointercancel", drop);

    bar.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        event.preventDefault();
        aim(within((aimed < 0 ? start : aimed) + (event.key === "ArrowLeft" ? -1 : 1)));
      } else if (event.key === "Escape") {
        aim(-1);
      } else if (event.key === "Enter" && aimed >= 0) {
        event.preventDefault();
        const at = aimed;
        aim(-1);
        if (at !== start) move(bar, heads[at].dataset.quarter);
      }
    });
    bar.addEventListener("blur", () => {
      if (held === null) aim(-1);
    });
  }
}
