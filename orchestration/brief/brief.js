"use strict";
(() => {
  const page = JSON.parse(document.getElementById("figures").textContent);
  const views = {};
  const PAPER = 660;

  const rows = (columns) => {
    const names = Object.keys(columns);
    const count = names.length ? columns[names[0]].length : 0;
    return Array.from({ length: count }, (_, at) => Object.fromEntries(names.map((name) => [name, columns[name][at]])));
  };

  const expanded = (tables) => Object.fromEntries(Object.entries(tables).map(([name, columns]) => [name, rows(columns)]));
  const shared = expanded(page.data);
  const byHolder = expanded(page.holders);

  // Of all data of the page those that the chart names.
  const namedBy = (spec, data) =>
    Object.fromEntries(Object.entries(data).filter(([name]) => JSON.stringify(spec).includes(`{"name":"${name}"}`)));

  const draw = async (element, data) => {
    const spec = page.charts[element.dataset.chart];
    // Vega gives the element it draws in a role of its own.
    const sheet = element.firstElementChild ?? element.appendChild(document.createElement("div"));
    const result = await vegaEmbed(
      sheet,
      { ...spec, datasets: namedBy(spec, data) },
      { mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, config: page.config },
    );
    views[element.dataset.chart]?.finalize();
    views[element.dataset.chart] = result;
    element.dataset.drawn = "yes";
  };

  const drawHolder = async ({ value: code, text: name, dataset }) => {
    const own = Object.fromEntries(
      Object.entries(byHolder).map(([table, all]) => [table, all.filter((row) => row.country_code === code)]),
    );
    for (const element of document.querySelectorAll("[data-chart^='holder_']")) {
      element.setAttribute("aria-label", `${name}. ${element.dataset.says}`);
      await draw(element, own);
      element.closest("figure").classList.toggle("empty", own[element.dataset.needs]?.length === 0);
    }
    document.getElementById("chosen-holder").textContent = name;
    document.getElementById("said-of-holder").textContent = dataset.says;
    document.getElementById("history").dataset.holder = code;
  };

  const start = async () => {
    for (const element of document.querySelectorAll("[data-chart]:not([data-chart^='holder_'])")) {
      await draw(element, shared);
    }
    const picker = document.getElementById("holder");
    if (picker) {
      const choose = () => drawHolder(picker.selectedOptions[0]);
      picker.addEventListener("change", choose);
      await choose();
    }
    document.documentElement.dataset.drawn = "yes";
  };

  // A page is printed as wide as paper, whatever the window: charts are drawn anew, not shrunk.
  const drawAt = (width) => {
    for (const { view } of Object.values(views)) view.signal("width", width).run();
  };
  window.addEventListener("beforeprint", () => drawAt(PAPER));
  window.addEventListener("afterprint", () => window.dispatchEvent(new Event("resize")));

  start();
})();
