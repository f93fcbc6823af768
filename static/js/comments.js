// Mentions: "@" opens the list of members, arrows choose, Enter takes. The chosen ids travel as hidden fields.
const MOST_SHOWN = 8;

function parts(text) {
  const form = text.closest("[data-comment-form]");
  return { form, list: form.querySelector(".mention-list") };
}

/** What stands between the last "@" and the caret, or null when nobody is being mentioned. */
function wanted(text) {
  const before = text.value.slice(0, text.selectionStart);
  const at = before.lastIndexOf("@");
  if (at < 0) return null;
  const typed = before.slice(at + 1);
  return /[\s@，。；、]/.test(typed) || typed.length > 30 ? null : { at, typed };
}

function close(list, text) {
  list.hidden = true;
  text.removeAttribute("aria-activedescendant");
}

function mark(list, text, index) {
  const shown = [...list.children].filter((one) => !one.hidden);
  shown.forEach((one, place) => one.setAttribute("aria-selected", String(place === index)));
  list.dataset.index = index;
  if (shown[index]) {
    text.setAttribute("aria-activedescendant", shown[index].id);
    shown[index].scrollIntoView({ block: "nearest" });
  }
}

function offer(text) {
  const { list } = parts(text);
  const asked = wanted(text);
  if (!asked) return close(list, text);
  let shown = 0;
  for (const one of list.children) {
    const fits = one.dataset.name.toLowerCase().includes(asked.typed.toLowerCase()) && shown < MOST_SHOWN;
    one.hidden = !fits;
    if (fits) shown += 1;
  }
  list.hidden = shown === 0;
  if (shown) mark(list, text, 0);
}

function take(text, member) {
  const { form, list } = parts(text);
  const asked = wanted(text);
  if (!asked || !member) return;
  const after = text.value.slice(text.selectionStart);
  const name = `@${member.dataset.name} `;
  text.value = text.value.slice(0, asked.at) + name + after;
  text.selectionStart = text.selectionEnd = asked.at + name.length;
  if (!form.querySelector(`input[name="mentions"][value="${member.dataset.member}"]`)) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = "mentions";
    field.value = member.dataset.member;
    form.append(field);
  }
  close(list, text);
  text.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-comment-text]")) offer(event.target);
});

document.addEventListener("keydown", (event) => {
  const text = event.target;
  if (!text.matches?.("[data-comment-text]")) return;
  const { form, list } = parts(text);
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (list.hidden) return;
  const shown = [...list.children].filter((one) => !one.hidden);
  const index = Number(list.dataset.index ?? 0);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    mark(list, text, (index + (event.key === "ArrowDown" ? 1 : shown.length - 1)) % shown.length);
  } else if (event.key === "Enter" || event.key === "Tab") {
    event.preventDefault();
    take(text, shown[index]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    close(list, text);
  }
});

// pointerdown, so that the text keeps the caret
document.addEventListener("pointerdown", (event) => {
  const member = event.target.closest?.(".mention-list [data-member]");
  if (!member) return;
  event.preventDefault();
  take(member.closest("[data-comment-form]").querySelector("[data-comment-text]"), member);
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-comment-text]")) close(parts(event.target).list, event.target);
});
