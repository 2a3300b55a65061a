import { ratio } from "./format.js";
import { logarithms, measured, states } from "./report.js";
import { axis, base, legend, lines } from "./theme.js";

const bins = 24;

export function histogram(report, palette) {
    const matrices = measured(report);
    const log = logarithms(matrices);
    const values = matrices.map((matrix) => log(matrix.kappa));
    const low = values.reduce((a, b) => Math.min(a, b), Infinity);
    const high = Math.max(values.reduce((a, b) => Math.max(a, b), -Infinity), low + 0.1);
    const width = (high - low) / bins;
    const counts = Object.fromEntries(states.map((state) => [state.name, new Array(bins).fill(0)]));
    const binOf = (value) => Math.min(bins - 1, Math.floor((value - low) / width));
    matrices.forEach((matrix, index) => counts[matrix.state][binOf(values[index])]++);
    const from = (bin) => ratio(10 ** (low + bin * width));
    const last = matrices.some((matrix) => matrix.kappa === Infinity) ? "∞" : ratio(10 ** high);
    const to = (bin) => (bin === bins - 1 ? last : from(bin + 1));

    return {
        ...base(palette),
        legend: legend(palette),
        grid: { left: 48, right: 16, top: 52, bottom: 56 },
        xAxis: axis(palette, {
            type: "category", data: counts.other.map((_, bin) => from(bin)), name: "κ", nameLocation: "middle", nameGap: 30,
            axisLabel: { interval: 5 }, splitLine: { show: false },
        }),
        yAxis: axis(palette, { type: "value", minInterval: 1 }),
        tooltip: {
            ...base(palette).tooltip,
            trigger: "axis",
            axisPointer: { type: "none" },
            formatter: (series) => lines(
                `κ ${from(series[0].dataIndex)} to ${to(series[0].dataIndex)}`,
                ...series.filter((one) => one.value > 0).map((one) => `${one.value} ${one.seriesName}`)),
        },
        series: states.filter((state) => counts[state.name].some(Boolean)).map((state) => ({
            type: "bar", stack: "all", barCategoryGap: "8%", name: state.label, data: counts[state.name],
            itemStyle: { color: palette[state.name] },
        })),
    };
}
