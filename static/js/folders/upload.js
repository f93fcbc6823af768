// A folder or zip, dropped or chosen: packed if it is a folder, sent with progress; then the report's page.
import { csrfToken } from "../csrf.js";
import { pack } from "./pack.js";

const LITTER = /(^|\/)(\.|~\$|__MACOSX\/|thumbs\.db$|desktop\.ini$)/i;
const MOST = 4 * 2 ** 30 - 2 ** 24; // a plain zip counts in 32 bits

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

function note(zone, text) {
  const row = document.createElement("div");
  row.className = "drop-note";
  const words = document.createElement("span");
  words.textContent = text;
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", text);
  row.append(words, bar);
  zone.querySelector("[data-folder-notes]").replaceChildren(row);
  return {
    say: (said, share) => {
      words.textContent = said;
      bar.value = 100 * share;
    },
    fail: (said) => {
      bar.remove();
      row.classList.add("is-refused");
      words.textContent = said;
    },
  };
}

function send(zone, body, name, told) {
  const form = new FormData();
  form.append("name", name);
  form.append("folder", body, "folder.zip");
  const request = new XMLHttpRequest();
  request.open("POST", zone.action);
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.setRequestHeader("X-Requested-With", "attachments");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) told.say(zone.dataset.sending, event.loaded / event.total);
  });
  request.addEventListener("load", () => {
    if (request.status === 200) {
      window.location.assign(JSON.parse(request.responseText).address);
      return;
    }
    const plain = (request.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    told.fail(plain ? request.responseText : document.body.dataset.failedText);
  });
  request.addEventListener("error", () => told.fail(zone.dataset.offline));
  request.send(form);
}

async function bring(zone, files, name) {
  const told = note(zone, zone.dataset.packing);
  const wanted = files.filter(({ path }) => !LITTER.test(path));
  if (!wanted.length) return told.fail(zone.dataset.empty);
  if (wanted.length === 1 && /\.zip$/i.test(wanted[0].path)) {
    return send(zone, wanted[0].file, wanted[0].file.name, told);
  }
  if (wanted.reduce((sum, { file }) => sum + file.size, 0) > MOST) return told.fail(zone.dataset.tooLarge);
  let packed;
  try {
    packed = await pack(wanted, (done, of) => told.say(`${zone.dataset.packing} ${done}/${of}`, done / of));
  } catch {
    return told.fail(zone.dataset.unreadable);
  }
  return send(zone, packed, name, told);
}

for (const zone of document.querySelectorAll("[data-folder-drop]")) {
  zone.querySelector("[data-with-script]").hidden = false;
  zone.querySelector("[data-without-script]").hidden = true;
  for (const field of zone.querySelectorAll("input[type=file]")) {
    field.addEventListener("change", () => {
      const files = [...field.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
      if (files.length) bring(zone, files, files[0].path.split("/")[0]);
      field.value = "";
    });
  }
  zone.addEventListener("submit", (event) => event.preventDefault());
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const found = [];
    for (const entry of entries) await filesOf(entry, "", found);
    if (found.length) bring(zone, found, entries[0].name);
  });
}
