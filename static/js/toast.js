const SECONDS = { success: 4, info: 6, warning: 10 };

/**
 * Shows a short sentence at the foot of the window; an error stays until it is closed.
 * @param {string} text
 * @param {"success"|"info"|"warning"|"error"} kind
 */
export function toast(text, kind = "info") {
  const place = document.getElementById("toasts");
  const box = document.createElement("div");
  box.className = `notice toast-note notice-${kind}`;
  const words = document.createElement("div");
  words.className = "notice-text";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button icon-button-small";
  close.setAttribute("aria-label", document.body.dataset.closeText);
  close.textContent = "×";
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  place.append(box);
  if (SECONDS[kind]) setTimeout(() => box.remove(), SECONDS[kind] * 1000);
}
