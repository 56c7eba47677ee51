"use strict";
// Draws the charts of a page, and those of the holder that is chosen; the address names both: #holder=JP&view=...
(() => {
  const page = JSON.parse(document.getElementById("figures").textContent);
  const views = {};
  const PAPER = 660;
  const VIEWS = { level: "holder_level", decomposition: "holder_parts", share: "holder_share", vintages: "holder_prints", history: "holder_long_parts", portfolio: "holder_portfolio" };

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
    // The element has the role and the label of the whole picture.
    for (const part of sheet.querySelectorAll("[role], [aria-roledescription]")) {
      part.removeAttribute("role");
      part.removeAttribute("aria-roledescription");
    }
    views[element.dataset.chart]?.finalize();
    views[element.dataset.chart] = result;
    element.dataset.drawn = "yes";
  };

  const drawHolder = async ({ value: id, text: name, dataset }) => {
    const own = Object.fromEntries(
      Object.entries(byHolder).map(([table, all]) => [table, all.filter((row) => row.holder === id)]),
    );
    document.getElementById("chosen-holder").textContent = name;
    document.getElementById("said-of-holder").textContent = dataset.says;
    for (const [view, chart] of Object.entries(VIEWS)) {
      const link = document.querySelector(`#${chart} .link`);
      if (link) link.href = `#holder=${id}&view=${view}`;
    }
    for (const element of document.querySelectorAll("[data-chart^='holder_']")) {
      const figure = element.closest("figure");
      const heading = figure.querySelector("h3, h4");
      figure.dataset.title ??= heading.textContent;
      heading.textContent = page.titles[id]?.[figure.id] ?? figure.dataset.title;
      element.setAttribute("aria-label", `${name}: ${heading.textContent}. ${element.dataset.says}`);
      await draw(element, own);
      figure.classList.toggle("empty", own[element.dataset.needs]?.length === 0);
    }
    document.getElementById("history").dataset.holder = id;
  };

  const start = async () => {
    const picker = document.getElementById("holder");
    if (picker) {
      const choose = () => drawHolder(picker.selectedOptions[0]);
      const follow = async () => {
        const asked = new URLSearchParams(location.hash.slice(1));
        if ([...picker.options].some((option) => option.value === asked.get("holder"))) picker.value = asked.get("holder");
        await choose();
        const figure = document.getElementById(VIEWS[asked.get("view")] ?? asked.get("view"));
        for (const one of document.querySelectorAll("figure.asked")) one.classList.remove("asked");
        figure?.classList.add("asked");
        figure?.scrollIntoView({ block: "center" });
      };
      picker.addEventListener("change", () => {
        history.replaceState(null, "", `#holder=${picker.value}`);
        choose();
      });
      window.addEventListener("hashchange", follow);
      await follow();
    }
    for (const element of document.querySelectorAll("[data-chart]:not([data-chart^='holder_'])")) {
      await draw(element, shared);
    }
    document.documentElement.dataset.drawn = "yes";
  };

  // A page is printed as wide as paper, whatever the window: charts are drawn again, not shrunk.
  const drawAt = (width) => {
    for (const { view } of Object.values(views)) view.signal("width", width).run();
  };
  window.addEventListener("beforeprint", () => drawAt(PAPER));
  window.addEventListener("afterprint", () => window.dispatchEvent(new Event("resize")));

  start();
})();
