// The frame of every page: menus, the navigation sheet of phones, theme, search key, dialogs, htmx header.
import { csrfToken } from "./csrf.js";
import "./table-cards.js";
import { toast } from "./toast.js";

const words = document.body.dataset;

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // nothing depends on it
  }
}

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// -- theme
function switchTheme() {
  const root = document.documentElement;
  const next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
  root.setAttribute("data-bs-theme", next);
  keep("theme", next);
  document.dispatchEvent(new CustomEvent("theme-changed", { detail: next }));
}
for (const part of document.querySelectorAll("[data-theme-toggle]")) part.addEventListener("click", switchTheme);

// -- menus: one open at a time, closed by a click elsewhere or Escape
const menus = [...document.querySelectorAll("details[data-menu]")];
document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});

// -- the navigation sheet of phones
const sheet = document.getElementById("sidebar");
const shade = document.querySelector(".sheet-shade");
const opener = document.querySelector("[data-sheet-open]");

function showSheet(open) {
  if (!sheet || !opener) return;
  const wasOpen = sheet.classList.contains("is-open");
  sheet.classList.toggle("is-open", open);
  shade.hidden = !open;
  document.body.classList.toggle("sheet-open", open);
  opener.setAttribute("aria-expanded", String(open));
  for (const part of document.querySelectorAll(".page, .topbar")) part.inert = open;
  if (open) sheet.focus();
  else if (wasOpen) opener.focus();
}

opener?.addEventListener("click", () => showSheet(true));
for (const part of document.querySelectorAll("[data-sheet-close]")) part.addEventListener("click", () => showSheet(false));
matchMedia("(min-width: 992px)").addEventListener("change", () => showSheet(false));

// -- the right column
const contextToggle = document.querySelector("[data-context-toggle]");
function showContext(open) {
  document.body.classList.toggle("context-closed", !open);
  contextToggle.setAttribute("aria-expanded", String(open));
}
if (contextToggle) {
  showContext(kept("context") !== "closed");
  contextToggle.addEventListener("click", () => {
    const open = document.body.classList.contains("context-closed");
    showContext(open);
    keep("context", open ? "open" : "closed");
  });
}

// -- keys
const typing = (node) => node.closest("input, textarea, select, [contenteditable='true']") !== null;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = menus.find((one) => one.open);
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (sheet?.classList.contains("is-open")) showSheet(false);
  }
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
    const field = document.querySelector("[data-slash-focus]");
    if (field && field.offsetParent) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  }
});

// -- everything that may also arrive later, inside a part fetched by htmx
document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest("[data-message]")?.remove();
  const open = event.target.closest("[data-dialog-open]");
  if (open) document.getElementById(open.dataset.dialogOpen)?.showModal();
  const close = event.target.closest("[data-dialog-close]");
  if (close) close.closest("dialog")?.close();
  const copy = event.target.closest("[data-copy]");
  if (copy) copyText(copy.dataset.copy, copy.dataset.copied);
  const print = event.target.closest("[data-print]");
  if (print) window.print();
});

async function copyText(text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // without HTTPS browsers offer only the old way
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  if (done) toast(done, "success");
}

// a form is sent once, however often its button is pressed
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-many")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  setTimeout(() => {
    if (!event.defaultPrevented) form.dataset.sent = "yes";
  });
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// a select or a box that stands for its form: <select data-autosubmit>
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
});

// -- a strip of gates wider than its place shows the gate that blocks
function showBlockingGate(root) {
  for (const cell of root.querySelectorAll(".gate-frame .is-first")) {
    const place = cell.closest(".gate-frame");
    const head = place.querySelector(".gate-corner").offsetWidth;
    if (cell.offsetLeft + cell.offsetWidth > place.clientWidth) {
      place.scrollLeft = cell.offsetLeft - head - (place.clientWidth - head - cell.offsetWidth) / 2;
    }
  }
}
showBlockingGate(document);
document.addEventListener("htmx:load", (event) => showBlockingGate(event.target));

// -- htmx
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:responseError", (event) => {
  const type = event.detail.xhr.getResponseHeader("Content-Type") ?? "";
  const sentence = type.startsWith("text/plain") ? event.detail.xhr.responseText : "";
  toast(sentence || words.failedText, "error");
});
document.addEventListener("htmx:sendError", () => toast(words.offlineText, "error"));

// -- a table wider than its frame is scrolled with the keyboard too
function makeScrollable(root) {
  for (const frame of root.querySelectorAll(".table-frame")) {
    if (frame.scrollWidth <= frame.clientWidth || frame.hasAttribute("tabindex")) continue;
    const section = frame.closest("section, .card, main");
    const heading = section?.querySelector("h1, h2, h3, .card-title");
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", heading?.textContent.trim() || document.title);
  }
}
makeScrollable(document);
document.addEventListener("htmx:load", (event) => makeScrollable(event.target));
