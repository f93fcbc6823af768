// What the installation's own reader found: asked for until it is there, offered, never applied by itself.

const EVERY = 1_500;
const LONGEST = 240_000; // then the person is told to look alone
const SHOWN = 40;

export class Proposals extends EventTarget {
  /** @param {HTMLElement} place with data-address and the sentences as data attributes */
  constructor(place, accept) {
    super();
    this.place = place;
    this.accept = accept;
    this.open = [];
    this.state = "waiting";
    this.began = Date.now();
    place.addEventListener("click", (event) => this.#clicked(event));
    for (const [kind, lit] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]])
      place.addEventListener(kind, (event) => this.#light(event, lit));
    this.#show();
    this.#ask();
  }

  take(indexes) {
    const taken = this.open.filter((_one, n) => indexes.includes(n));
    this.open = this.open.filter((_one, n) => !indexes.includes(n));
    if (taken.length) this.accept(taken);
    this.#show();
  }

  dismiss(indexes) {
    this.open = this.open.filter((_one, n) => !indexes.includes(n));
    this.#show();
  }

  async #ask() {
    try {
      const answer = await fetch(this.place.dataset.address, { headers: { "X-Requested-With": "attachments" } });
      if (answer.ok) {
        const { state, boxes } = await answer.json();
        if (state !== "waiting") {
          this.state = state;
          this.open = boxes;
          this.#show();
          return;
        }
      } else if (answer.status < 500) this.began = 0;
    } catch {
      // the network of the moment; asked again
    }
    if (Date.now() - this.began < LONGEST) setTimeout(() => this.#ask(), EVERY);
    else {
      this.state = "failed";
      this.#show();
    }
  }

  #clicked(event) {
    const button = event.target.closest("button[data-do]");
    if (!button) return;
    const all = this.open.map((_one, n) => n);
    const which = button.dataset.index === undefined ? all : [Number(button.dataset.index)];
    if (button.dataset.do === "take") this.take(which);
    else this.dismiss(which);
    (this.place.querySelector("li button") ?? this.place).focus({ preventScroll: true });
  }

  #light(event, lit) {
    const row = event.target.closest("li[data-index]");
    const one = row && this.open[Number(row.dataset.index)];
    if (!one || one.lit === lit) return;
    one.lit = lit;
    this.dispatchEvent(new Event("changed"));
  }

  #show() {
    const { dataset } = this.place;
    const words = this.place.querySelector("[data-proposals-state]");
    const list = this.place.querySelector("[data-proposals-list]");
    const count = this.open.length;
    this.place.dataset.state = this.state;
    if (this.state === "read" && count) words.textContent = dataset.found.replace("{n}", count);
    else if (this.state === "read") words.textContent = this.answered ? dataset.answered : dataset.none;
    else words.textContent = dataset[this.state];
    if (count) this.answered = true;
    this.place.querySelector("[data-proposals-all]").hidden = !count;
    list.replaceChildren(...this.open.slice(0, SHOWN).map((one, n) => this.#row(one, n)));
    this.dispatchEvent(new Event("changed"));
  }

  #row(one, index) {
    const row = this.place.querySelector("template").content.firstElementChild.cloneNode(true);
    row.dataset.index = index;
    row.querySelector("[data-reason]").textContent = one.reason;
    for (const button of row.querySelectorAll("button")) {
      button.dataset.index = index;
      button.setAttribute("aria-label", `${button.textContent.trim()} ${one.reason} ${index + 1}`);
    }
    return row;
  }
}
