// One line of text for each number in the picture.

export class Legend {
  /** @param {HTMLElement} place an <ol> with a template of one line */
  constructor(place, marks, longest) {
    this.place = place;
    this.marks = marks;
    this.longest = longest;
    this.list = place.querySelector("ol");
    this.empty = place.querySelector("[data-legend-empty]");
    marks.addEventListener("marks-changed", () => this.show());
    this.show();
  }

  show() {
    const { marks, list } = this;
    const numbers = marks.of("number");
    const rows = [
      ...marks.earlier.map((text) => ({ text, id: null })),
      ...numbers.map(({ text, id }) => ({ text, id })),
    ];
    this.empty.hidden = rows.length > 0;
    while (list.children.length > rows.length) list.lastElementChild.remove();
    rows.forEach((row, n) => {
      const line = list.children[n] ?? list.appendChild(this.#made(n));
      const field = line.querySelector("input");
      if (field.value !== row.text) field.value = row.text;
      const drop = line.querySelector("button");
      drop.hidden = row.id === null;
      drop.dataset.id = row.id ?? "";
      line.classList.toggle("is-selected", row.id !== null && row.id === marks.selected);
    });
  }

  focusLast() {
    this.list.lastElementChild?.querySelector("input").focus({ preventScroll: window.innerWidth > 991 });
  }

  #made(n) {
    const line = this.place.querySelector("template").content.firstElementChild.cloneNode(true);
    line.querySelector("[data-number]").textContent = String.fromCodePoint(0x2460 + n);
    const field = line.querySelector("input");
    field.maxLength = this.longest;
    field.setAttribute("aria-label", `${field.dataset.label} ${n + 1}`);
    field.addEventListener("input", () => this.marks.write(n, field.value));
    line.querySelector("button").addEventListener("click", (event) => this.marks.remove(Number(event.currentTarget.dataset.id)));
    return line;
  }
}
