/** "All met up to level N", with one way back. */
import { fill } from "./words.js";

export function offerShortcut({ fields, words, typed }) {
  const form = document.querySelector("[data-shortcut]");
  const bar = document.querySelector("[data-undo]");
  if (!form || !bar) return;
  const says = bar.querySelector("[data-undo-words]");
  const button = bar.querySelector("[data-undo-button]");
  let before = [];

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const top = Number(form.querySelector("select").value);
    before = [];
    for (const path of fields.byPath.keys()) {
      const [kind, level] = path.split(".");
      if (kind !== "clauses" || Number(level) > top) continue;
      const shown = fields.shown(path);
      if (shown !== "met") before.push([path, shown]);
    }
    for (const [path] of before) set(path, "met");
    says.textContent = before.length
      ? fill(words.shortcut_done, { n: before.length, level: top })
      : fill(words.shortcut_nothing, { level: top });
    button.hidden = !before.length;
    bar.hidden = false;
  });

  button.addEventListener("click", () => {
    for (const [path, state] of before) set(path, state);
    before = [];
    says.textContent = words.undone;
    button.hidden = true;
  });

  function set(path, state) {
    fields.show(path, state);
    typed(path, fields.value(path), state);
  }
}
