/* Draws each <canvas data-chart="ID-OF-JSON"> from a json_script; the same numbers stand in a table beside it. */
"use strict";
(function () {
  const drawn = new Map();

  function colour(name) {
    const probe = document.createElement("span");
    probe.className = "hidden " + name;
    document.body.append(probe);
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  }

  function plain(text) { return text.replace(/[\u200e\u200f\u061c]/g, ""); }

  function draw(canvas) {
    const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    const rtl = document.documentElement.dir === "rtl";
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const money = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: data.currency, maximumFractionDigits: 0, numberingSystem: "latn" });
    const muted = colour("text-muted");
    const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
    drawn.get(canvas)?.destroy();
    drawn.set(canvas, new Chart(canvas, {
      data: {
        labels: data.labels,
        datasets: [
          { type: "line", label: data.cost_label, data: data.cost, yAxisID: "money", borderColor: colour("text-accent"), backgroundColor: colour("text-accent"), borderWidth: 2, pointRadius: 0, pointHitRadius: 16, tension: 0.35 },
          { type: "bar", label: data.count_label, data: data.counts, yAxisID: "count", backgroundColor: colour("text-primary"), borderRadius: 5, maxBarThickness: 26 },
        ],
      },
      options: {
        locale: document.documentElement.lang,
        responsive: true,
        maintainAspectRatio: false,
        animation: still ? false : { duration: 400 },
        interaction: { mode: "index", intersect: false },
        plugins: {
          legend: { rtl, align: "start", labels: { color: muted, font, usePointStyle: true, pointStyle: "circle", boxHeight: 7, padding: 16 } },
          tooltip: { rtl, padding: 10, cornerRadius: 8, usePointStyle: true, boxPadding: 4, callbacks: { label: (item) => " " + item.dataset.label + ": " + (item.dataset.yAxisID === "money" ? plain(money.format(item.raw)) : item.formattedValue) } },
        },
        scales: {
          x: { reverse: rtl, grid: { display: false }, border: { display: false }, ticks: { color: muted, font, maxRotation: 0, autoSkipPadding: 12 } },
          count: { position: rtl ? "right" : "left", beginAtZero: true, border: { display: false }, grid: { color: colour("text-base-300") }, ticks: { color: muted, font, precision: 0, maxTicksLimit: 5 } },
          money: { position: rtl ? "left" : "right", beginAtZero: true, border: { display: false }, grid: { display: false }, ticks: { color: muted, font, maxTicksLimit: 5, callback: (value) => plain(money.format(value)) } },
        },
      },
    }));
  }

  function drawAll() { document.querySelectorAll("canvas[data-chart]").forEach(draw); }

  drawAll();
  document.addEventListener("goodword:theme", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
