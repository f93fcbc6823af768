// Marks beside the clauses: the count of looked-at clauses follows the marks.
const progress = document.querySelector("[data-mark-progress]");

function count() {
  const of = Number(progress.dataset.claims);
  const done = document.querySelectorAll('[data-mark][data-claimed="1"]:not(.is-unmarked)').length;
  const figures = progress.querySelector(".progress-figures")?.firstChild;
  if (figures) figures.textContent = String(done);
  if (of) progress.querySelector(".progress-done")?.setAttribute("width", String((100 * done) / of));
}

if (progress) document.body.addEventListener("htmx:load", (event) => event.target.closest("[data-mark]") && count());
