// The clock of the visit's day. Where it stands is kept in this browser, so that a closed page goes on where it was.
const clock = document.querySelector("[data-day]");
const steps = [...document.querySelectorAll("[data-step]")];

if (clock && steps.length) {
  const key = `zhiping-day/${clock.dataset.day}`;
  const part = (name) => clock.querySelector(`[data-${name}]`);
  const blank = () => ({ at: 0, spent: {}, since: null });
  let state = read();

  function read() {
    try {
      return { ...blank(), ...JSON.parse(localStorage.getItem(key) ?? "{}") };
    } catch {
      return blank();
    }
  }
  function keep() {
    try {
      localStorage.setItem(key, JSON.stringify(state));
    } catch {
      // a browser that keeps nothing still shows the clock
    }
  }
  const clauseAt = (at) => steps[at].dataset.clause;
  const spentOn = (clause) =>
    (state.spent[clause] ?? 0) +
    (state.since !== null && clauseAt(state.at) === clause ? Math.max(0, Date.now() - state.since) : 0);
  const words = (ms) => {
    const seconds = Math.floor(Math.abs(ms) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };

  function settle() {
    state.spent[clauseAt(state.at)] = spentOn(clauseAt(state.at));
    if (state.since !== null) state.since = Date.now();
  }
  function go(at, { run } = {}) {
    settle();
    state.at = Math.max(0, Math.min(steps.length - 1, at));
    if (run) state.since = Date.now();
    keep();
    draw();
    steps[state.at].scrollIntoView({ block: "nearest" });
    part("status").textContent = clock.dataset.said.replace("%1", clauseAt(state.at));
  }
  function draw() {
    state.at = Math.max(0, Math.min(steps.length - 1, state.at));
    const running = state.since !== null;
    const elapsed = steps.reduce((sum, step) => sum + spentOn(step.dataset.clause), 0);
    part("elapsed").textContent = words(elapsed);
    part("start").hidden = running;
    part("pause").hidden = !running;
    part("next").disabled = state.at === steps.length - 1;
    part("back").disabled = state.at === 0;
    const planned = steps.slice(0, state.at).reduce((sum, step) => sum + Number(step.dataset.minutes) * 60000, 0);
    const own = spentOn(clauseAt(state.at));
    const behind = elapsed - own - planned + Math.max(0, own - Number(steps[state.at].dataset.minutes) * 60000);
    const pace = part("pace");
    pace.hidden = elapsed === 0;
    pace.classList.toggle("is-behind", behind >= 60000);
    pace.textContent =
      Math.abs(behind) < 60000
        ? clock.dataset.even
        : (behind > 0 ? clock.dataset.behind : clock.dataset.ahead).replace("%1", words(behind));
    steps.forEach((step, at) => {
      const spent = spentOn(step.dataset.clause);
      step.classList.toggle("is-now", at === state.at);
      step.classList.toggle("is-over", spent > Number(step.dataset.minutes) * 60000);
      step.toggleAttribute("aria-current", at === state.at);
      if (at === state.at) step.setAttribute("aria-current", "step");
      step.querySelector("[data-spent]").textContent = spent ? `${words(spent)} / ` : "";
    });
  }

  part("tools").hidden = false;
  part("start").addEventListener("click", () => {
    state.since = Date.now();
    keep();
    draw();
  });
  part("pause").addEventListener("click", () => {
    settle();
    state.since = null;
    keep();
    draw();
  });
  part("next").addEventListener("click", () => go(state.at + 1, { run: state.since !== null }));
  part("back").addEventListener("click", () => go(state.at - 1, { run: state.since !== null }));
  part("reset").addEventListener("click", () => {
    state = blank();
    keep();
    draw();
  });
  draw();
  setInterval(() => state.since !== null && draw(), 1000);
}
