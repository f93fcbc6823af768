// The mark of a case: sent without losing what was typed when the network is gone, then on to the next case.
import { csrfToken } from "../csrf.js";

const form = document.querySelector("[data-case-form]");

function say(sentence) {
  const problem = form.querySelector("[data-case-problem]");
  problem.querySelector("span").textContent = sentence;
  problem.hidden = !sentence;
  if (sentence) problem.scrollIntoView({ block: "center", behavior: "instant" });
}

function sending(on) {
  for (const button of form.elements) if (button.name === "outcome") button.disabled = on;
}

async function send(body) {
  say("");
  sending(true);
  let answer;
  try {
    answer = await fetch(form.action, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "attachments" },
      body,
    });
  } catch {
    sending(false);
    say(form.dataset.offline);
    return;
  }
  const type = answer.headers.get("Content-Type") ?? "";
  if (answer.ok && type.startsWith("application/json")) {
    window.location.assign((await answer.json()).next);
    return;
  }
  const sentence = type.startsWith("text/plain") ? await answer.text() : "";
  sending(false);
  say(sentence || form.dataset.failed);
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const outcome = event.submitter?.value ?? "";
    const note = form.querySelector("#note");
    if (outcome === "failed" && !note.value.trim()) {
      say(form.dataset.needsNote);
      note.focus({ preventScroll: true });
      return;
    }
    const body = new FormData(form);
    body.set("outcome", outcome);
    send(body);
  });
  const photos = form.querySelector("[data-photos]");
  const words = form.querySelector("[data-photo-words]");
  const asked = words.textContent;
  photos.addEventListener("change", () => {
    words.textContent = photos.files.length ? words.dataset.chosen.replace("%1", String(photos.files.length)) : asked;
  });
}
