// Choosing items: a role's box takes its items, the first box takes all; the bar says how many are chosen.
const form = document.querySelector("[data-assign-form]");
const count = form?.querySelector("[data-assign-count]");

const boxes = (within) => [...within.querySelectorAll('input[name="items"]')];

function state(box, all) {
  const on = all.filter((one) => one.checked).length;
  box.checked = all.length > 0 && on === all.length;
  box.indeterminate = on > 0 && on < all.length;
}

function show() {
  const chosen = boxes(form).filter((one) => one.checked).length;
  count.textContent = chosen ? count.dataset.some.replace("{n}", chosen) : count.dataset.none;
  for (const group of form.querySelectorAll("[data-check-group]")) state(group, boxes(group.closest("tbody")));
  const all = form.querySelector("[data-check-all]");
  if (all) state(all, boxes(form));
}

let last = null;
form?.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.name !== "items") return;
  if (event.shiftKey && last) {
    const all = boxes(form);
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) one.checked = box.checked;
  }
  last = box;
});

form?.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches("[data-check-group]")) for (const one of boxes(box.closest("tbody"))) one.checked = box.checked;
  if (box.matches("[data-check-all]")) for (const one of boxes(form)) one.checked = box.checked;
  if (count) show();
});

if (count) show();
