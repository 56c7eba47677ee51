"use strict";
// Downloads of a chart: its figures as CSV, the picture as SVG and PNG in the colors that the page has now.
(() => {
  const page = JSON.parse(document.getElementById("figures").textContent);

  const save = (name, blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const csv = (name) => {
    const source = page.sources[name];
    const holder = document.getElementById("holder")?.value;
    const columns = page.data[source] ?? page.holders[source];
    const names = Object.keys(columns);
    const cell = (value) => (/[",\n]/.test(value ?? "") ? `"${String(value).replaceAll('"', '""')}"` : (value ?? ""));
    const rows = (columns[names[0]] ?? [])
      .map((_, at) => names.map((column) => columns[column][at]))
      .filter((row) => !page.holders[source] || row[names.indexOf("holder")] === holder);
    return [names, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
  };

  const svg = (figure) => {
    const shown = [...figure.querySelectorAll(".chart svg")].find((one) => one.checkVisibility());
    const box = shown.viewBox.baseVal;
    const copy = shown.cloneNode(true);
    const style = getComputedStyle(document.documentElement);
    const text = (content, y, size, weight) => {
      const line = document.createElementNS("http://www.w3.org/2000/svg", "text");
      for (const [key, value] of Object.entries({ x: 8, y, "font-size": size, "font-weight": weight, fill: "var(--ink)" })) {
        line.setAttribute(key, value);
      }
      line.textContent = content;
      return line;
    };
    const lines = [];
    const fold = (content, size, weight) => {
      const width = Math.floor((box.width - 16) / (size * 0.53));
      let line = "";
      for (const word of content.split(" ")) {
        if (`${line} ${word}`.length > width) {
          lines.push([line, size, weight]);
          line = word;
        } else line = `${line} ${word}`.trim();
      }
      lines.push([line, size, weight]);
    };
    fold(figure.querySelector("h3, h4").textContent, 15, 600);
    fold(figure.querySelector(".unit").textContent, 12, 400);
    const head = lines.length;
    fold(figure.querySelector("figcaption").textContent, 11, 400);
    const above = 12 + lines.slice(0, head).reduce((sum, [, size]) => sum + size * 1.4, 0);
    const below = 8 + lines.slice(head).reduce((sum, [, size]) => sum + size * 1.4, 0);
    const inner = document.createElementNS("http://www.w3.org/2000/svg", "g");
    inner.setAttribute("transform", `translate(0 ${above})`);
    inner.append(...copy.childNodes);
    let y = 4;
    for (const [at, [content, size, weight]] of lines.entries()) {
      if (at === head) y = above + box.height + 2;
      y += size * 1.4;
      copy.append(text(content, y, size, weight));
    }
    copy.append(inner);
    const height = above + box.height + below;
    copy.setAttribute("viewBox", `0 0 ${box.width} ${height}`);
    copy.setAttribute("width", box.width);
    copy.setAttribute("height", height);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("font-family", style.getPropertyValue("--font") || "sans-serif");
    copy.setAttribute("style", `background: ${style.getPropertyValue("--page")}`);
    const drawn = new XMLSerializer().serializeToString(copy);
    return { width: box.width, height, text: drawn.replace(/var\((--[a-z]+)\)/g, (_, name) => style.getPropertyValue(name).trim()) };
  };

  const png = ({ width, height, text }) =>
    new Promise((resolve) => {
      const image = new Image();
      image.onload = () => {
        const canvas = document.createElement("canvas");
        canvas.width = width * 2;
        canvas.height = height * 2;
        const context = canvas.getContext("2d");
        context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--page");
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(resolve, "image/png");
      };
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    });

  document.addEventListener("click", async ({ target }) => {
    const kind = target.dataset?.get;
    if (!kind) return;
    const figure = target.closest("figure");
    const holder = document.getElementById("holder")?.value;
    const name = `tidemark-${figure.id}${holder ? `-${holder}` : ""}.${kind}`;
    if (kind === "csv") save(name, new Blob([csv(figure.id)], { type: "text/csv" }));
    if (kind === "svg") save(name, new Blob([svg(figure).text], { type: "image/svg+xml" }));
    if (kind === "png") save(name, await png(svg(figure)));
  });

  document.documentElement.dataset.ready = "yes";
})();
