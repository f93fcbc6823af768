// The planning page: every decision fetches the board again (htmx); bars are moved by hand or by key; an item opens
// in a dialog. Without this module each form still works as a page of its own.
import { attachBars } from "./bars.js";

const dialog = document.getElementById("plan-item");
const body = document.getElementById("plan-item-body");
let opener = null; // code of the item whose dialog was opened: its link gets the focus back

function openItem(address, code) {
  opener = code;
  window.htmx.ajax("GET", address, { target: body, swap: "innerHTML" });
}

function send(values) {
  const board = document.getElementById("plan-board");
  window.htmx.ajax("POST", board.dataset.change, {
    target: "#plan-board",
    swap: "outerHTML",
    values: { ...values, answers: board.dataset.answers },
  });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-plan-item]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !dialog) return;
  event.preventDefault();
  openItem(link.href, link.closest("tr")?.querySelector("[data-bar]")?.dataset.item ?? "");
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === body && !dialog.open) dialog.showModal();
});
const decides = (event) => event.detail.requestConfig.verb === "post"; // the other plans are fetched beside it
document.addEventListener("htmx:beforeRequest", (event) => {
  if (decides(event)) document.getElementById("plan-board")?.classList.add("is-busy");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!decides(event)) return;
  document.getElementById("plan-board")?.classList.remove("is-busy");
  if (!event.detail.successful) return;
  if (dialog?.open) dialog.close();
  attach();
  const bar = opener && document.querySelector(`[data-bar][data-item="${CSS.escape(opener)}"]`);
  if (bar) bar.focus({ preventScroll: true });
  opener = null;
  document.querySelector(".plan-news > *")?.scrollIntoView({ block: "nearest" });
});

function attach() {
  const table = document.getElementById("gantt");
  if (!table) return;
  attachBars(table, {
    said: document.getElementById("gantt-said"),
    open: (bar) => openItem(bar.dataset.url, bar.dataset.item),
    move: (bar, quarter) => {
      opener = bar.dataset.item;
      send({ what: "start_at", item: bar.dataset.item, quarter });
    },
  });
}
attach();
