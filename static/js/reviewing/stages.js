// Rows of the scheme form: one more, or one less. Without this module one empty row is always there.
const list = document.querySelector("[data-stages]");
const add = document.querySelector("[data-stage-add]");

if (list && add) {
  const most = Number(list.dataset.most);
  const rows = () => [...list.querySelectorAll("[data-stage]")];

  // Fields carry the number of their row, so that an empty one stays in its place.
  const number = () => {
    rows().forEach((row, n) => {
      row.querySelector(".stage-n").textContent = n + 1;
      for (const field of row.querySelectorAll("[name]")) field.name = field.name.replace(/-\d+$/, `-${n}`);
      for (const field of row.querySelectorAll("[id]")) field.id = field.id.replace(/-\d+$/, `-${n}`);
      for (const label of row.querySelectorAll("label[for]")) label.htmlFor = label.htmlFor.replace(/-\d+$/, `-${n}`);
      row.querySelector("[data-stage-remove]").hidden = rows().length < 2;
    });
    add.hidden = rows().length >= most;
  };

  add.addEventListener("click", () => {
    const row = rows().at(-1).cloneNode(true);
    for (const field of row.querySelectorAll("input, select")) {
      if (field.type === "checkbox") field.checked = false;
      else field.value = field.name.startsWith("reviewers") ? "1" : "";
    }
    list.append(row);
    number();
    row.querySelector("select").focus();
  });

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-stage-remove]");
    if (!button) return;
    button.closest("[data-stage]").remove();
    number();
  });

  number();
}
