// How many cases the choice comes to, and choosing all or none at once.
const form = document.querySelector("[data-plan]");
const words = form.querySelector("[data-plan-count]");
const tools = form.querySelector("[data-plan-tools]");
const boxes = [...form.querySelectorAll("input[name=items]")];

function count() {
  const chosen = boxes.filter((box) => box.checked).length;
  const each = Number(form.querySelector("#per_item").value) || 0;
  words.textContent = words.dataset.template.replace("%1", String(chosen)).replace("%2", String(chosen * each));
}

function all(checked) {
  for (const box of boxes) box.checked = checked;
  count();
}

tools.hidden = false;
form.addEventListener("input", count);
form.querySelector("[data-plan-all]").addEventListener("click", () => all(true));
form.querySelector("[data-plan-none]").addEventListener("click", () => all(false));
count();
