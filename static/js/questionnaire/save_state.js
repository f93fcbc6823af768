/** The one place that says whether everything is saved. It keeps its size: nothing jumps. */
import { fill } from "./words.js";

const SIGN = { saved: "saved", saving: "saving", offline: "offline", failed: "trouble", refused: "trouble", conflict: "trouble", blocked: "trouble", "signed-out": "trouble", closed: "closed" };

export class SaveState {
  constructor(place, words, signIn) {
    this.place = place;
    this.text = place.querySelector("[data-save-words]");
    this.words = words;
    this.signIn = signIn;
    this.kind = place.dataset.state;
  }

  get troubled() {
    return !["saved", "saving", "closed"].includes(this.kind);
  }

  show(kind, detail = {}) {
    // a moment of sending does not hide what needs a person
    if (kind === "saving" && ["conflict", "blocked"].includes(this.kind)) return;
    this.kind = kind;
    this.place.dataset.state = SIGN[kind];
    if (kind === "closed") return;
    this.text.replaceChildren(this.#sentence(kind, detail));
    this.#action(kind, detail);
  }

  #sentence(kind, detail) {
    const { words } = this;
    if (kind === "saved") return detail.time ? fill(words.saved, detail) : words.idle;
    if (kind === "failed") return detail.reason ? fill(words.failed, detail) : words.server_failed;
    if (kind === "signed-out") return detail.reason;
    return fill(words[kind], detail);
  }

  #action(kind, detail) {
    if (kind === "signed-out") {
      const link = document.createElement("a");
      link.href = this.signIn;
      link.textContent = this.words.sign_in_again;
      this.text.append(" ", link);
    }
    if (kind === "conflict") {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "save-action";
      button.textContent = this.words.open_choice;
      button.addEventListener("click", detail.open);
      this.text.append(" ", button);
    }
  }
}
