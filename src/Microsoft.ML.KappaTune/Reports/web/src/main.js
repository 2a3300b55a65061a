import { BarChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapContinuousComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { heatmap } from "./heatmap.js";
import { histogram } from "./histogram.js";
import { measured, read } from "./report.js";
import { scatter } from "./scatter.js";
import { summary } from "./summary.js";
import { table } from "./table.js";
import { colors } from "./theme.js";

use([BarChart, HeatmapChart, LineChart, ScatterChart]);
use([GridComponent, LegendComponent, TooltipComponent, VisualMapContinuousComponent, CanvasRenderer]);

const report = read(document.getElementById("report").textContent);
summary(report);
table(report);

const boxes = ["heatmap", "histogram", "scatter"].map((id) => document.getElementById(id));
const charts = boxes.map((box) => init(box));

function draw() {
    const palette = colors();
    const map = heatmap(report, palette, boxes[0].clientWidth);
    boxes[0].style.height = `${map.height}px`;
    [map.option, histogram(report, palette), scatter(report, palette)].forEach((option, index) => {
        charts[index].resize();
        charts[index].setOption(option, true);
    });
}

if (measured(report).length > 0) {
    draw();
    addEventListener("resize", draw);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
} else {
    boxes.forEach((box) => { box.textContent = "No matrix has a condition number."; box.style.height = "auto"; });
}
