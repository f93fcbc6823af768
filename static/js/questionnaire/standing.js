/** Shows how the item and the hospital stand after a save. Every figure is the server's. */
import { fill } from "./words.js";

const grouped = new Intl.NumberFormat(document.documentElement.lang);

export function showStanding(body, rungs, words) {
  const { item, hospital } = body;
  put("function_level", fill(words.level, { level: item.function_level }));
  put("score", item.score);
  put("formula", item.formula);
  put("hospital_level", hospital.level_text);
  put("hospital_total", hospital.total);
  showProgress(body.progress);
  const trail = document.querySelector("[data-trail-level]");
  if (trail) {
    trail.hidden = item.current === null;
    trail.textContent = fill(words.level, { level: item.current });
  }
  for (const [level, standing] of Object.entries(item.levels)) showLevel(rungs, level, standing, words);
  showOpen(body.open.item);
}

function put(name, text) {
  const place = document.querySelector(`[data-show="${name}"]`);
  if (place && place.textContent !== text) place.textContent = text;
}

function showLevel(rungs, level, standing, words) {
  const rung = rungs.at(level);
  if (!rung) return;
  rungs.standing(level, standing.standing, standing.blocks);
  text(rung, "[data-line]", standing.line);
  text(rung, "[data-count]", `${standing.done}/${standing.of}`);
  text(rung, "[data-denominator]", `/ ${standing.denominator === null ? "—" : grouped.format(standing.denominator)}`);
  const carried = rung.querySelector("[data-carried]");
  if (carried) {
    carried.hidden = standing.carried_from === null;
    carried.textContent = standing.carried_from === null ? "" : fill(words.carried, { level: standing.carried_from });
    rung.querySelector("[data-path^='numerators'] input").placeholder = standing.carried === null ? "" : grouped.format(standing.carried);
  }
  showBar(rung.querySelector('[data-bar="application"]'), standing.application);
  if (standing.quality) {
    showBar(rung.querySelector('[data-bar="quality"]'), standing.quality);
    text(rung, "[data-index-value]", standing.quality.text);
  }
}

function showBar(place, bar) {
  const figure = place.querySelector("[data-bar-text]");
  figure.textContent = bar.text;
  figure.dataset.verdict = bar.verdict;
  figure.classList.toggle("is-borderline", bar.borderline);
  place.querySelector("[data-bar-fill]").setAttribute("width", bar.width);
  const picture = place.querySelector("[data-bar-picture]");
  picture.setAttribute("aria-label", picture.getAttribute("aria-label").replace(/(\d\.\d\d|—)/, bar.text));
}

function showProgress({ done, of }) {
  const place = document.querySelector(".strip-progress");
  place.querySelector(".progress-done")?.setAttribute("width", of ? (done / of) * 100 : 0);
  const figures = place.querySelector(".progress-figures");
  if (figures) figures.firstChild.textContent = grouped.format(done);
}

/** The count of open clauses in the navigation. */
function showOpen(open) {
  const link = document.querySelector('[data-side-item][aria-current="page"]');
  if (!link) return;
  let count = link.querySelector(".side-count");
  if (!count && open) {
    count = document.createElement("span");
    count.className = "side-count";
    link.append(count);
  }
  if (count) count.textContent = open || "";
}

function text(place, selector, value) {
  const found = place.querySelector(selector);
  if (found && found.textContent !== value) found.textContent = value;
}
