/** The ladder: opening rungs, the clause signs on them, and one rung at a time on a phone. */
export class Rungs {
  constructor(ladder, words) {
    this.ladder = ladder;
    this.all = [...ladder.querySelectorAll("[data-rung]")];
    this.steps = [...document.querySelectorAll("[data-step-to]")];
    for (const rung of this.all)
      rung.querySelector("[data-toggle]")?.addEventListener("click", () => this.open(rung, !isOpen(rung)));
    const every = document.querySelector("[data-open-all]");
    every?.addEventListener("click", () => {
      const open = every.getAttribute("aria-pressed") !== "true";
      every.setAttribute("aria-pressed", String(open));
      every.textContent = open ? words.close_all : words.open_all;
      for (const rung of this.all) this.open(rung, open);
    });
    ladder.querySelector("[data-unfold]")?.addEventListener("click", () => this.#unfold(true));
    for (const step of this.steps) step.addEventListener("click", () => this.show(this.at(step.dataset.stepTo)));
    for (const button of document.querySelectorAll("[data-step]"))
      button.addEventListener("click", () => this.#turn(Number(button.dataset.step)));
    this.show(ladder.querySelector(".is-shown") ?? this.all.find((rung) => rung.dataset.kind === "asked"), false);
    this.#follow();
    window.addEventListener("hashchange", () => this.#follow());
  }

  at(level) {
    return this.all.find((rung) => rung.dataset.rung === String(level));
  }

  open(rung, open) {
    const toggle = rung.querySelector("[data-toggle]");
    if (!toggle) return;
    if (open && rung.matches(".is-beyond")) this.#unfold();
    toggle.setAttribute("aria-expanded", String(open));
    rung.classList.toggle("is-open", open);
    rung.querySelector(".rung-body").hidden = !open;
  }

  /** Phones: this rung and no other; wide screens show all of them anyway. */
  show(rung, scroll = true) {
    if (!rung) return;
    for (const one of this.all) one.classList.toggle("is-shown", one === rung);
    for (const step of this.steps) {
      if (step.dataset.stepTo === rung.dataset.rung) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    if (scroll && matchMedia("(max-width: 767px)").matches) this.ladder.closest("section").scrollIntoView({ block: "start" });
  }

  clauses() {
    return [...this.ladder.querySelectorAll("[data-clause]")];
  }

  /** Goes to a clause: opens its rung and takes the focus there. */
  visit(clause) {
    const rung = clause.closest("[data-rung]");
    this.open(rung, true);
    this.show(rung, false);
    clause.focus({ preventScroll: true });
    clause.scrollIntoView({ block: "nearest" });
  }

  sign(path, state) {
    const sign = this.ladder.querySelector(`[data-sign="${path}"]`);
    if (!sign) return;
    sign.setAttribute("class", `sign state-${state}`);
    sign.firstElementChild.setAttribute("href", `#state-${state}`);
  }

  standing(level, standing, blocks) {
    const rung = this.at(level);
    rung.dataset.standing = standing;
    if (standing === "current" && rung.matches(".is-beyond")) this.#unfold();
    rung.toggleAttribute("data-blocks", blocks);
    const step = this.steps.find((one) => one.dataset.stepTo === String(level));
    if (step) step.dataset.standing = standing;
  }

  /** Levels above the target stand folded until somebody wants them. */
  #unfold(focus = false) {
    if (!this.ladder.matches(".is-folded")) return;
    this.ladder.classList.remove("is-folded");
    this.ladder.querySelector("[data-unfold]").remove();
    if (focus) this.ladder.querySelector(".is-beyond [data-toggle]")?.focus({ preventScroll: true });
  }

  #turn(by) {
    const asked = this.all.filter((rung) => rung.dataset.kind !== "undefined");
    const now = asked.findIndex((rung) => rung.classList.contains("is-shown"));
    this.show(asked[Math.max(0, Math.min(asked.length - 1, now + by))]);
  }

  /** #level-4 or #c-01.01.4-2 in the address. */
  #follow() {
    const name = decodeURIComponent(location.hash.slice(1));
    if (!name) return;
    const target = document.getElementById(name);
    if (target?.dataset.rung) {
      this.open(target, true);
      this.show(target, false);
      target.scrollIntoView({ block: "start" });
    } else if (target?.dataset.clause) this.visit(target);
  }
}

export const isOpen = (rung) => rung.querySelector("[data-toggle]")?.getAttribute("aria-expanded") === "true";
