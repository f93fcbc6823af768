// Lists of hospitals with boxes: all of a page at once, and how many are chosen.
for (const all of document.querySelectorAll("[data-check-all]")) {
  const boxes = [...document.querySelectorAll(`input[type="checkbox"][name="${all.dataset.checkAll}"]`)];
  const told = document.querySelector("[data-chosen]");
  const before = told?.textContent;

  function show() {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    if (told) told.textContent = chosen ? told.dataset.chosenText.replace("%n", chosen) : before;
  }

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
