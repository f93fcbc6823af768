// The tick grid: counts per level beside the gate table while ticking. Without this module the server
// counts on submit and says the same.
const form = document.getElementById("flags");
const ticks = [...form.querySelectorAll("input[name=basic]")];
const heads = [...form.querySelectorAll("th[data-level]")];
const changedCount = form.querySelector("[data-changed-count]");
const restore = form.querySelector("[data-restore]");
const words = form.dataset;

function filled(pattern, n) {
  return pattern.replace("{n}", String(n));
}

function count() {
  let changed = 0;
  const basic = new Map();
  for (const tick of ticks) {
    if (tick.checked) basic.set(tick.dataset.level, (basic.get(tick.dataset.level) ?? 0) + 1);
    const differs = tick.checked !== (tick.dataset.working === "basic");
    tick.closest("td").classList.toggle("is-changed", differs);
    if (differs) changed += 1;
  }
  for (const head of heads) {
    const have = basic.get(head.dataset.level) ?? 0;
    const need = Number(head.dataset.need);
    head.querySelector("[data-have]").textContent = String(have);
    head.querySelector("[data-verdict]").textContent =
      have === need ? words.right : filled(have < need ? words.more : words.less, Math.abs(need - have));
    head.querySelector("output").classList.toggle("is-wrong", have !== need);
  }
  changedCount.textContent = filled(words.changed, changed);
  restore.hidden = changed === 0;
}

form.addEventListener("change", count);
restore.addEventListener("click", () => {
  for (const tick of ticks) tick.checked = tick.dataset.working === "basic";
  count();
});

// Arrow keys walk the grid as in a spreadsheet; the space bar ticks.
form.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("td.flag-cell");
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  if (!cell || !steps[event.key]) return;
  const [down, right] = steps[event.key];
  const rows = [...form.querySelectorAll("tbody tr:not(.grid-role)")];
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (;;) {
    row += down;
    column += right;
    const next = rows[row]?.cells[column];
    if (!next) return;
    const tick = next.querySelector("input");
    if (tick) {
      event.preventDefault();
      tick.focus();
      return;
    }
  }
});

document.getElementById("refusals")?.focus();
count();
