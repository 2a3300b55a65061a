import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapContinuousComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { budget } from "./budget.js";
import { accuracy, epochLoss, errors, loss } from "./curves.js";
import { epochs } from "./epochs.js";
import { experts } from "./experts.js";
import { heatmap } from "./heatmap.js";
import { histogram } from "./histogram.js";
import { hears, measured, read, taskOf, validated } from "./report.js";
import { answers, retention } from "./retention.js";
import { scatter } from "./scatter.js";
import { scanSummary } from "./summary.js";
import { table } from "./table.js";
import { colors } from "./theme.js";
import { tuningSummary } from "./tuning.js";
import { ways } from "./ways.js";

use([BarChart, HeatmapChart, LineChart, ScatterChart]);
use([GridComponent, LegendComponent, TooltipComponent, VisualMapContinuousComponent, LabelLayout, CanvasRenderer]);

const report = read(document.getElementById("report").textContent);
const kind = report.tuning ? "tuning" : "scan";
document.querySelectorAll(`[data-for=${kind}]`).forEach((part) => { part.hidden = false; });
document.getElementById("kind").textContent = `KappaTune ${kind}`;
document.title = `${report.model}: KappaTune ${kind}`;
document.getElementById("model").textContent = report.model;

if (!report.tuning?.budget) document.getElementById("budget").remove();

// The options of each chart that this page has, by the chart's place.
const drawings = {};
if (report.tuning) {
    document.querySelectorAll(`[data-task]:not([data-task~=${taskOf(report.tuning)}])`).forEach((part) => part.remove());
    tuningSummary(report);
    epochs(report.tuning);
    if (report.tuning.budget) Object.assign(drawings, budget(report, draw));
    Object.assign(drawings, { loss, "epoch-loss": epochLoss });
    if (validated(report.tuning)) drawings.accuracy = hears(report.tuning) ? errors : accuracy;
    else document.getElementById("accuracies").remove();
    if (report.tuning.retention) {
        document.getElementById("retention").hidden = false;
        Object.assign(drawings, retention(report));
    }
    if (report.tuning.answers?.length > 0) {
        document.getElementById("answers").hidden = false;
        answers(report.tuning);
    }
    if (report.ways) {
        document.getElementById("beside").hidden = false;
        ways(report);
    }
} else {
    scanSummary(report);
}
table(report);
// Of a scan it is the result.
document.getElementById("all-matrices").open = kind === "scan";

const aboutKappa = report.tuning ? { heatmap } : { heatmap, histogram, scatter };
if (measured(report).length > 0) {
    Object.assign(drawings, aboutKappa, experts(report));
} else {
    document.getElementById("experts-part").remove();
    for (const id of Object.keys(aboutKappa)) {
        document.getElementById(id).textContent = "No matrix has a condition number.";
        document.getElementById(id).style.height = "auto";
    }
}

const charts = Object.entries(drawings).map(([id, drawing]) => {
    const box = document.getElementById(id);
    return { box, drawing, chart: init(box) };
});

function draw() {
    const palette = colors();
    for (const { box, drawing, chart } of charts) {
        const option = drawing(report, palette, box);
        chart.resize();
        chart.setOption(option, true);
    }
}

draw();
addEventListener("resize", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
matchMedia("print").addEventListener("change", draw);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((fold) => { fold.dataset.open = fold.open; fold.open = true; }));
addEventListener("afterprint", () => document.querySelectorAll("details").forEach((fold) => { fold.open = fold.dataset.open === "true"; }));
