// Data files, folders or a zip dropped or chosen: one request per drop, with progress; a refusal is one sentence that stays.
import { csrfToken } from "../csrf.js";

async function filesOf(entry, folder, found) {
  if (entry.isFile) {
    const file = await new Promise((done, failed) => entry.file(done, failed));
    found.push({ file, path: folder + file.name });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const entries = await new Promise((done, failed) => reader.readEntries(done, failed));
    if (!entries.length) return;
    for (const inner of entries) await filesOf(inner, `${folder}${entry.name}/`, found);
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  const found = [];
  const single = entries.length === 1 && entries[0].isDirectory;
  for (const entry of entries) {
    if (!single) await filesOf(entry, "", found);
    else {
      const inside = [];
      await filesOf(entry, "", inside);
      const skip = entry.name.length + 1;
      found.push(...inside.map(({ file, path }) => ({ file, path: path.slice(skip) })));
    }
  }
  return found;
}

function note(zone, text, kind) {
  const row = document.createElement("div");
  row.className = `drop-note${kind ? ` is-${kind}` : ""}`;
  const words = document.createElement("span");
  words.textContent = text;
  row.append(words);
  zone.querySelector("[data-bundle-notes]").append(row);
  return { row, words };
}

function send(zone, files) {
  if (!files.length) return;
  const { row, words } = note(zone, `${zone.dataset.sending} (${files.length})`);
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", zone.dataset.sending);
  row.append(bar);
  const body = new FormData();
  for (const { file, path } of files) {
    body.append("files", file, file.name);
    body.append("paths", path);
  }
  if (zone.querySelector("[name=run_after]")?.checked) body.append("run_after", "1");
  for (const name of ["clause", "replaces", "title"]) {
    const given = zone.querySelector(`[name=${name}]`);
    if (given?.value) body.append(name, given.value);
  }
  const request = new XMLHttpRequest();
  request.open("POST", zone.action);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.setRequestHeader("X-Requested-With", "attachments");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  request.addEventListener("load", () => {
    bar.remove();
    if (request.status === 200) {
      words.textContent = JSON.parse(request.responseText).sentence;
      if (zone.dataset.then) window.location.assign(zone.dataset.then);
      else window.location.reload();
    } else {
      row.classList.add("is-refused");
      const plain = (request.getResponseHeader("Content-Type") || "").startsWith("text/plain");
      words.textContent = plain ? request.responseText : document.body.dataset.failedText;
    }
  });
  request.addEventListener("error", () => {
    bar.remove();
    row.classList.add("is-refused");
    words.textContent = zone.dataset.offline;
  });
  request.send(body);
}

for (const zone of document.querySelectorAll("[data-bundle-drop]")) {
  const field = zone.querySelector("input[type=file]");
  field.addEventListener("change", () => {
    send(zone, [...field.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
    field.value = "";
  });
  zone.addEventListener("submit", (event) => event.preventDefault());
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    send(zone, await dropped(event.dataTransfer));
  });
}
