// Files dropped or chosen: one request each, with progress; every refusal is one sentence that stays until it is closed.
import { csrfToken } from "./csrf.js";

const listeners = new WeakSet();

function note(section, name, text, kind) {
  const row = document.createElement("div");
  row.className = `attachment-note${kind ? ` is-${kind}` : ""}`;
  const words = document.createElement("span");
  words.className = "attachment-note-text";
  words.textContent = text && name ? name + section.dataset.between + text : text || name;
  row.append(words);
  section.querySelector("[data-attachment-notes]").append(row);
  return { row, words };
}

function closable(section, row) {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button icon-button-small";
  close.setAttribute("aria-label", section.dataset.dismissLabel);
  close.textContent = "×";
  close.addEventListener("click", () => row.remove());
  row.append(close);
}

function refuse(section, name, sentence) {
  const { row } = note(section, name, sentence, "refused");
  closable(section, row);
}

/** The section as the server drew it, with the notes that are still open. */
function redraw(section, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-attachments]");
  if (!fresh) return section;
  const here = document.adoptNode(fresh);
  const notes = section.querySelector("[data-attachment-notes]");
  const place = section.querySelector("select[name=clause]");
  here.querySelector("[data-attachment-notes]")?.replaceWith(notes);
  const chosen = here.querySelector("select[name=clause]");
  if (place && chosen) chosen.value = place.value;
  section.replaceWith(here);
  prepare(here);
  for (const { textContent } of here.querySelectorAll("[data-attachment-warning]")) closable(here, note(here, "", textContent, "ask").row);
  here.dispatchEvent(new CustomEvent("attachments-changed", { bubbles: true }));
  return here;
}

function send(section, form, file) {
  const { row, words } = note(section, file.name, section.dataset.sending);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", file.name);
  const share = document.createElement("span");
  share.className = "attachment-share figures";
  row.append(bar, share);
  const body = new FormData();
  for (const name of ["item", "base", "clause"]) {
    const field = form.querySelector(`[name="${name}"]`); // form.elements.item is a method
    if (field) body.append(name, field.value);
  }
  body.append("file", file, file.name);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("X-Requested-With", "attachments");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = Math.round((event.loaded / event.total) * 100);
      share.textContent = `${bar.value}%`;
      if (event.loaded === event.total) words.textContent = file.name + section.dataset.between + section.dataset.checking;
    });
    const finish = () => {
      row.remove();
      let now = document.getElementById(section.id) ?? section;
      const type = request.getResponseHeader("Content-Type") ?? "";
      if (request.status === 201) now = redraw(now, request.responseText);
      else refuse(now, file.name, type.startsWith("text/plain") && request.responseText ? request.responseText : now.dataset.failed);
      done();
    };
    request.addEventListener("load", finish);
    request.addEventListener("error", finish);
    request.addEventListener("abort", finish);
    request.send(body);
  });
}

async function sendAll(id, files) {
  for (const file of files) {
    const section = document.getElementById(id);
    const form = section.querySelector("[data-attachment-form]");
    if (!form) return;
    if (file.size > Number(section.dataset.mostBytes)) refuse(section, file.name, section.dataset.tooLarge);
    else await send(section, form, file);
  }
}

const remove = (section, form) => (window.confirm(form.dataset.question) ? change(section, form, new FormData(form)) : undefined);

async function change(section, form, body, after = (here) => here.querySelector("input, a, button")) {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "attachments" },
    });
    const text = await answer.text();
    if (answer.ok) {
      const here = redraw(section, text);
      after(here)?.focus();
    } else refuse(section, "", (answer.headers.get("Content-Type") ?? "").startsWith("text/plain") ? text : section.dataset.failed);
  } catch {
    refuse(section, "", section.dataset.failed);
  }
}

function prepare(section) {
  if (listeners.has(section)) return;
  listeners.add(section);
  for (const form of section.querySelectorAll("[data-attachment-remove]"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      remove(section, form);
    });
  for (const form of section.querySelectorAll("[data-attachment-move]"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = new FormData(form, event.submitter);
      const to = body.get("to");
      change(section, form, body, (here) => {
        const own = here.querySelector(`[data-attachment-move][action="${form.getAttribute("action")}"]`);
        return own?.querySelector(`[value="${to}"]:not(:disabled)`) ?? own?.querySelector("button:not(:disabled)");
      });
    });
  const form = section.querySelector("[data-attachment-form]");
  if (!form) return;
  form.classList.add("has-script");
  const input = form.querySelector("input[name=file]");
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    sendAll(section.id, files);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  const area = form.querySelector("[data-drop-area]");
  for (const kind of ["dragenter", "dragover"])
    area.addEventListener(kind, (event) => {
      event.preventDefault();
      area.classList.add("is-over");
    });
  for (const kind of ["dragleave", "drop"]) area.addEventListener(kind, () => area.classList.remove("is-over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    sendAll(section.id, [...event.dataTransfer.files]);
  });
}

/** Call after new sections were put into the page by somebody else. */
export function prepareAttachments(root = document) {
  for (const section of root.querySelectorAll("[data-attachments]")) prepare(section);
}

// a file that misses the area must not replace the page
for (const kind of ["dragover", "drop"])
  window.addEventListener(kind, (event) => {
    if ([...(event.dataTransfer?.types ?? [])].includes("Files") && !event.target.closest?.("[data-drop-area]")) event.preventDefault();
  });
document.addEventListener("htmx:afterSettle", () => prepareAttachments());
prepareAttachments();
