// On a page with files: a pasted, dropped or chosen screenshot becomes a draft, and its editor opens.
import { csrfToken } from "../csrf.js";

const TAKEN = ["image/png", "image/jpeg", "image/webp"];
let sending = false;

function refuse(section, sentence) {
  const notes = section.querySelector("[data-attachment-notes]");
  const row = document.createElement("div");
  row.className = "attachment-note is-refused";
  const words = document.createElement("span");
  words.className = "attachment-note-text";
  words.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button icon-button-small";
  close.setAttribute("aria-label", section.dataset.dismissLabel);
  close.textContent = "×";
  close.addEventListener("click", () => row.remove());
  row.append(words, close);
  notes.append(row);
  notes.scrollIntoView({ block: "nearest" });
}

async function begin(section, file, name = file.name) {
  if (sending) return;
  if (file.size > Number(section.dataset.mostBytes)) {
    refuse(section, section.dataset.tooLarge);
    return;
  }
  sending = true;
  const area = section.querySelector("[data-picture-area]");
  area.classList.add("is-busy");
  const form = section.querySelector("[data-attachment-form]");
  const body = new FormData();
  for (const name of ["item", "clause"]) {
    const field = form.querySelector(`[name="${name}"]`);
    if (field) body.append(name, field.value);
  }
  body.append("file", file, name);
  let sentence = section.dataset.failed;
  try {
    const answer = await fetch(area.dataset.address, { method: "POST", body, headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "attachments" } });
    if (answer.status === 201) {
      window.location.assign((await answer.json()).address);
      return;
    }
    if ((answer.headers.get("Content-Type") ?? "").startsWith("text/plain")) sentence = (await answer.text()) || sentence;
  } catch {
    // said below
  }
  sending = false;
  area.classList.remove("is-busy");
  refuse(section, sentence);
}

const place = () => document.querySelector("[data-picture-area]")?.closest("[data-attachments]");

document.addEventListener("paste", (event) => {
  const section = place();
  const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => TAKEN.includes(type));
  if (!section || !file) return;
  if (event.target.closest?.("input, textarea") && event.clipboardData.getData("text/plain")) return; // copied from a document: the text is meant
  event.preventDefault();
  const now = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString();
  begin(section, file, `screenshot-${now.slice(5, 19).replaceAll(/[-:]/g, "").replace("T", "-")}.png`); // all are called image.png
});
document.addEventListener("change", (event) => {
  const input = event.target.closest?.("[data-picture-file]");
  if (!input?.files.length) return;
  const [file] = input.files;
  input.value = "";
  begin(input.closest("[data-attachments]"), file);
});
document.addEventListener("drop", (event) => {
  const area = event.target.closest?.("[data-picture-area]");
  if (!area) return;
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) begin(area.closest("[data-attachments]"), file);
});
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.("[data-picture-area]")) event.preventDefault();
});
