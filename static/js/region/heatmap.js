// Thousands of hospitals by items: only the rows in sight are elements; others are fetched in blocks when they come
// into sight. Arrow keys move over the cells, a line below says what the cell is.
let ROW = 24; // height of a row, as in region.css; names of two lines need more
const SPARE = 8; // rows kept ready above and below
const BLOCK = 100;

const root = document.querySelector("[data-heatmap]");
if (root) heatmap(root);

function read(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function heatmap(root) {
  const total = Number(root.dataset.total);
  const scroll = root.querySelector("[data-heat-scroll]");
  const body = root.querySelector("[data-heat-body]");
  const says = root.querySelector("[data-heat-says]");
  const columns = read("heat-columns");
  const words = read("heat-words");
  const first = read("heat-first");
  const blocks = new Map([[0, first.rows]]);
  const asked = new Set([0]);
  const shown = new Map(); // row number -> element
  let active = null; // [row, column]

  // As wide as the longest name in sight needs, within two fifths of the table: names in English are long.
  function fitNames() {
    const pen = document.createElement("canvas").getContext("2d");
    const style = getComputedStyle(root.querySelector(".heat-name"));
    pen.font = `${style.fontSize} ${style.fontFamily}`;
    let widest = 0;
    for (const rows of blocks.values()) for (const row of rows) widest = Math.max(widest, pen.measureText(`${row[0]} 8→8`).width);
    const most = Math.floor(scroll.clientWidth * 0.4);
    const needed = Math.ceil(widest) + 30;
    ROW = needed > most ? 36 : 24;
    root.classList.toggle("is-tall", needed > most);
    root.style.setProperty("--heat-row", `${ROW}px`);
    body.style.height = `${total * ROW}px`;
    const whole = total * ROW + root.querySelector(".heat-head").offsetHeight + 20; // with a scroll bar below
    scroll.style.height = `min(68vh, ${whole}px)`;
    root.style.setProperty("--heat-names", `${Math.max(Math.min(needed, most), Math.min(116, most))}px`);
  }

  const rowAt = (number) => blocks.get(Math.floor(number / BLOCK))?.[number % BLOCK];
  const level = (digit) => words.level.replace("{n}", digit);

  async function fetchBlock(block) {
    if (asked.has(block)) return;
    asked.add(block);
    const from = block * BLOCK;
    const address = `${root.dataset.address}${root.dataset.address.length > 1 ? "&" : ""}from=${from}`;
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.status);
      blocks.set(block, (await response.json()).rows);
    } catch {
      asked.delete(block);
      says.textContent = words.failed;
      return;
    }
    for (const [number, element] of shown) {
      if (Math.floor(number / BLOCK) === block) {
        element.remove();
        shown.delete(number);
      }
    }
    draw();
  }

  function sentence(number, column) {
    const row = rowAt(number);
    if (!row) return words.loading;
    const [name, about, , , most, claimed, left] = row;
    const [code, item] = columns[column];
    let text = `${name}${about ? ` (${about})` : ""} · ${code} ${item}: ${words.claimed.replace("{level}", level(claimed[column] ?? "0"))}`;
    text += left ? words.left.replace("{level}", level(left[column])) : most === null ? words.unverified : "";
    return text;
  }

  function made(number) {
    const element = document.createElement("div");
    element.className = "heat-row";
    element.setAttribute("role", "row");
    element.setAttribute("aria-rowindex", String(number + 1));
    element.style.transform = `translateY(${number * ROW}px)`;
    const row = rowAt(number);
    const head = document.createElement(row && row[2] ? "a" : "span");
    head.className = "heat-name";
    head.setAttribute("role", "rowheader");
    if (!row) {
      head.textContent = words.loading;
      element.append(head);
      return element;
    }
    const [name, about, link, claimed, most, digits, left] = row;
    if (link) {
      head.href = link;
      head.tabIndex = -1;
    }
    head.title = `${name} ${about}`;
    const text = document.createElement("span");
    text.textContent = name;
    const levels = document.createElement("span");
    levels.className = "heat-levels";
    levels.textContent = most === null ? claimed : `${claimed}→${most}`;
    head.append(text, levels);
    element.append(head);
    columns.forEach(([, , starts], column) => {
      const cell = document.createElement("span");
      const up = digits[column] ?? "0";
      const down = left ? left[column] : "";
      cell.className = `heat-cell u${up}${down === "" ? "" : ` d${down}`}${starts ? " is-first" : ""}`;
      cell.id = `h${number}-${column}`;
      cell.dataset.at = `${number}-${column}`;
      cell.setAttribute("role", "gridcell");
      cell.setAttribute("aria-colindex", String(column + 1));
      cell.setAttribute("aria-label", sentence(number, column));
      cell.textContent = down === "" || down === up ? up : `${up}${down}`;
      if (down !== "" && down !== up) cell.classList.add("is-apart");
      element.append(cell);
    });
    return element;
  }

  function draw() {
    const top = Math.max(0, Math.floor(scroll.scrollTop / ROW) - SPARE);
    const end = Math.min(total, Math.ceil((scroll.scrollTop + scroll.clientHeight) / ROW) + SPARE);
    for (const [number, element] of shown) {
      if (number < top || number >= end) {
        element.remove();
        shown.delete(number);
      }
    }
    for (let number = top; number < end; number += 1) {
      if (shown.has(number)) continue;
      const element = made(number);
      shown.set(number, element);
      body.append(element);
      if (!rowAt(number)) fetchBlock(Math.floor(number / BLOCK));
    }
    mark();
  }

  function mark() {
    body.querySelector(".is-active")?.classList.remove("is-active");
    if (!active) return;
    const cell = document.getElementById(`h${active[0]}-${active[1]}`);
    cell?.classList.add("is-active");
    if (cell) scroll.setAttribute("aria-activedescendant", cell.id);
  }

  function go(number, column) {
    active = [Math.min(total - 1, Math.max(0, number)), Math.min(columns.length - 1, Math.max(0, column))];
    const y = active[0] * ROW;
    const head = root.querySelector(".heat-head").offsetHeight;
    if (y < scroll.scrollTop) scroll.scrollTop = y;
    else if (y + ROW > scroll.scrollTop + scroll.clientHeight - head) scroll.scrollTop = y + ROW - scroll.clientHeight + head;
    draw();
    const cell = document.getElementById(`h${active[0]}-${active[1]}`);
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
    says.textContent = sentence(...active);
  }

  scroll.addEventListener("scroll", () => window.requestAnimationFrame(draw), { passive: true });
  window.addEventListener("resize", () => {
    fitNames();
    for (const element of shown.values()) element.remove();
    shown.clear();
    draw();
  });
  scroll.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(scroll.clientHeight / ROW) - 2);
    const moves = {
      ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [page, 0], PageUp: [-page, 0],
      Home: [-total, 0], End: [total, 0],
    };
    if (event.key === "Enter" && active) {
      const link = rowAt(active[0])?.[2];
      if (link) window.location.assign(link);
      return;
    }
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    if (active) go(active[0] + move[0], active[1] + move[1]);
    else go(Math.floor(scroll.scrollTop / ROW), 0);
  });
  body.addEventListener("pointerover", (event) => {
    const at = event.target.dataset?.at;
    if (at) says.textContent = sentence(...at.split("-").map(Number));
  });
  body.addEventListener("click", (event) => {
    const at = event.target.dataset?.at;
    if (at) go(...at.split("-").map(Number));
  });
  fitNames();
  draw();
}
