/** Sentences above the ladder: what could not be saved (with a copy), and what waits elsewhere. */
import { fill } from "./words.js";

export class Notices {
  constructor(place, words, facts) {
    this.place = place;
    this.words = words;
    this.facts = facts;
  }

  /** One sentence of a kind; a new one replaces it. */
  say(kind, sentence) {
    this.place.querySelector(`[data-notice="${kind}"]`)?.remove();
    if (!sentence) return;
    const box = document.createElement("div");
    box.className = "notice notice-warning";
    box.dataset.notice = kind;
    box.setAttribute("role", "alert");
    const text = document.createElement("div");
    text.className = "notice-text";
    text.append(sentence);
    box.append(text);
    this.place.append(box);
  }

  /** What the server does not take any more, so that it can be copied. ``rows``: [label, value]. */
  unsent(sentence, rows) {
    this.place.querySelector("[data-unsent-notice]")?.remove();
    const box = document.getElementById("unsent-notice").content.firstElementChild.cloneNode(true);
    box.setAttribute("role", "alert");
    box.querySelector("[data-unsent-title]").textContent = sentence;
    box.querySelector("[data-unsent-list]").replaceChildren(
      ...rows.map(([label, value]) => {
        const line = document.createElement("li");
        line.textContent = `${label}: ${value}`;
        return line;
      }),
    );
    box.querySelector("[data-unsent-copy]").dataset.copy = [
      document.title,
      ...rows.map(([label, value]) => `${label}\t${value}`),
    ].join("\n");
    this.place.append(box);
    box.scrollIntoView({ block: "nearest" });
  }

  /** Other items with entries that are not saved yet, as links. */
  elsewhere(items) {
    this.say("elsewhere", "");
    if (!items.length) return;
    const parts = fill(this.words.elsewhere, { items: "\u0000" }).split("\u0000");
    const text = document.createDocumentFragment();
    text.append(parts[0]);
    items.forEach((code, n) => {
      const link = document.createElement("a");
      link.href = this.facts.pages.replace(`/items/${this.facts.item_code}/`, `/items/${code}/`);
      link.textContent = code;
      text.append(n ? " " : "", link);
    });
    text.append(parts[1] ?? "");
    this.say("elsewhere", text);
  }
}
