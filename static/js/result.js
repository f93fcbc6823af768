// The result page: filters and order of the item table, kept in the address; the panel that explains a score.
import { toast } from "./toast.js";

const section = document.querySelector("[data-items]");
if (section) itemTable(section);
whyPanel(document.querySelector("[data-why-panel]"));

function itemTable(root) {
  const form = root.querySelector("[data-filters]");
  const body = root.querySelector("tbody");
  const rows = [...body.rows];
  const heads = [...root.querySelectorAll("th[data-sort]")];
  const none = root.querySelector("[data-none]");
  const count = root.querySelector("[data-count]");
  const given = new URLSearchParams(window.location.search);
  let [sortBy, descending] = [given.get("sort") ?? "code", given.get("order") === "down"];
  if (!heads.some((head) => head.dataset.sort === sortBy)) [sortBy, descending] = ["code", false];

  form.hidden = false;
  for (const field of form.elements) {
    if (!field.name || !given.has(field.name)) continue;
    if (field.type === "checkbox") field.checked = given.get(field.name) === field.value;
    else field.value = given.get(field.name);
    if (field.selectedIndex === -1) field.value = "";
  }

  const number = (text) => (Number.isNaN(Number.parseFloat(text)) ? -1 : Number.parseFloat(text));
  const key = (row) => row.dataset[sortBy];
  const compare = (a, b) =>
    sortBy === "code" ? key(a).localeCompare(key(b))
      : sortBy === "passes" ? key(a).localeCompare(key(b)) || a.dataset.code.localeCompare(b.dataset.code)
        : number(key(a)) - number(key(b)) || a.dataset.code.localeCompare(b.dataset.code);

  function apply() {
    const wanted = [...new FormData(form)].filter(([, value]) => value);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !wanted.every(([name, value]) => row.dataset[name] === value);
      if (!row.hidden) shown += 1;
    }
    body.append(...[...rows].sort((a, b) => (descending ? -1 : 1) * compare(a, b)));
    for (const head of heads) {
      if (head.dataset.sort === sortBy) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
    count.textContent = root.dataset.countText.replace("{n}", shown).replace("{of}", rows.length);
    none.hidden = shown > 0;
  }

  function remember() {
    const query = new URLSearchParams(window.location.search);
    for (const field of form.elements) if (field.name) query.delete(field.name);
    for (const [name, value] of new FormData(form)) if (value) query.set(name, value);
    query.delete("sort");
    query.delete("order");
    if (sortBy !== "code" || descending) query.set("sort", sortBy);
    if (descending) query.set("order", "down");
    const text = query.toString();
    history.replaceState(history.state, "", `${window.location.pathname}${text && `?${text}`}${window.location.hash}`);
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    apply();
    remember();
  });
  form.addEventListener("reset", () => setTimeout(() => {
    apply();
    remember();
  }));
  for (const head of heads) {
    head.querySelector("button").addEventListener("click", () => {
      if (sortBy === head.dataset.sort) descending = !descending;
      else [sortBy, descending] = [head.dataset.sort, head.dataset.sort !== "code"];
      apply();
      remember();
    });
  }
  root.querySelector("[data-copy-items]").addEventListener("click", async () => {
    const lines = [root.querySelector("thead tr"), ...[...body.rows].filter((row) => !row.hidden)].map((row) =>
      [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, " ").trim()).join("\t"));
    try {
      await navigator.clipboard.writeText(lines.join("\n"));
    } catch {
      const field = document.createElement("textarea");
      field.value = lines.join("\n");
      field.className = "visually-hidden";
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    toast(root.dataset.copied, "success");
  });
  apply();
}

function whyPanel(panel) {
  if (!panel) return;
  let opener = null;

  const remember = (subject) => {
    const query = new URLSearchParams(window.location.search);
    if (subject) query.set("why", subject);
    else query.delete("why");
    const text = query.toString();
    history.replaceState(history.state, "", `${window.location.pathname}${text && `?${text}`}`);
  };
  const close = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    remember("");
    opener?.focus();
  };

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-why]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    opener = link;
    await window.htmx.ajax("GET", link.href, { target: panel, swap: "innerHTML" });
    panel.hidden = false;
    panel.scrollTop = 0;
    remember(link.dataset.why);
    panel.querySelector("#why-title")?.focus({ preventScroll: true });
  });
  panel.addEventListener("click", (event) => {
    if (event.target.closest("[data-why-close]")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
}
