// Charts: the server has drawn each as SVG; Plotly takes its place when it comes into view. Colours are the
// variables of the theme, read here because Plotly wants colours.
const plots = new Map(); // figure element -> its figure as the server sent it

function resolved(value, style) {
  if (typeof value === "string") {
    return value.startsWith("var(--") ? style.getPropertyValue(value.slice(4, -1)).trim() : value;
  }
  if (Array.isArray(value)) return value.map((one) => resolved(one, style));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, style)]));
  }
  return value;
}

const LEAST_HEIGHT = 112; // a narrow drawing would leave its labels no room
const ROOMY = { phone: 300, desk: 200 }; // for axes, marks and a legend, where data-roomy says so

async function show(chart) {
  const drawn = chart.querySelector("[data-chart-drawn]");
  const plot = chart.querySelector("[data-chart-plot]");
  const svg = drawn.querySelector("svg");
  let figure = plots.get(chart);
  if (!figure) {
    const response = await fetch(chart.dataset.chart, { headers: { Accept: "application/json" } });
    if (!response.ok) return; // the drawing stays
    figure = await response.json();
    plots.set(chart, figure);
  }
  const box = (drawn.hidden ? plot : svg).getBoundingClientRect();
  if (!box.width) return;
  const style = getComputedStyle(document.documentElement);
  const { data, layout } = resolved(figure, style);
  layout.width = Math.round(box.width);
  const roomy = chart.closest("[data-roomy]") && ROOMY[box.width < 460 ? "phone" : "desk"];
  layout.height = Math.max(roomy || LEAST_HEIGHT, Math.round(box.height));
  layout.font = { ...layout.font, family: getComputedStyle(document.body).fontFamily };
  await window.Plotly.react(plot, data, layout, { displayModeBar: false, responsive: false, doubleClick: false });
  if (!drawn.hidden) {
    drawn.hidden = true;
    chart.classList.add("is-plotted");
    plot.on("plotly_click", (event) => {
      const address = event.points.find((point) => point.customdata)?.customdata;
      if (address) window.location.assign(address);
    });
  }
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    show(entry.target).catch(() => {}); // without Plotly the drawing stays
  }
}, { rootMargin: "120px" });

const charts = [...document.querySelectorAll("[data-chart]")];
if (window.Plotly) for (const chart of charts) seen.observe(chart);

document.addEventListener("theme-changed", () => {
  for (const chart of plots.keys()) show(chart);
});

// another width: back to the drawing, which fits any, and plotted again once the window rests
let resting = 0;
let width = window.innerWidth;
window.addEventListener("resize", () => {
  if (window.innerWidth === width) return;
  width = window.innerWidth;
  clearTimeout(resting);
  for (const chart of plots.keys()) {
    chart.querySelector("[data-chart-drawn]").hidden = false;
    chart.classList.remove("is-plotted");
    window.Plotly.purge(chart.querySelector("[data-chart-plot]"));
  }
  resting = setTimeout(() => {
    for (const chart of plots.keys()) show(chart);
  }, 250);
});

// picture or table
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-chart-table]");
  if (!button) return;
  const chart = button.closest("[data-chart]");
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  button.querySelector("span").textContent = open ? button.dataset.picture : button.dataset.table;
  chart.querySelector("[data-chart-picture]").hidden = open;
  chart.querySelector(".chart-table").hidden = !open;
});
