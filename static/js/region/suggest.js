// Fields that suggest hospitals while somebody types: the names come from the server, the browser shows them.
const WAIT = 180;

for (const field of document.querySelectorAll("[data-suggest]")) {
  const list = document.getElementById(field.getAttribute("list"));
  let timer = 0;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const words = field.value.trim();
      if (!words || words === asked) return;
      asked = words;
      const response = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(words)}`);
      if (!response.ok || asked !== words) return;
      const { names } = await response.json();
      list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    }, WAIT);
  });
}
