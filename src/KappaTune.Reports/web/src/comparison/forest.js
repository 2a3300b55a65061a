import { axis, base, lines, shareAxis } from "../theme.js";
import { color, symbol } from "./marks.js";

const rowHeight = 30;
const besideRows = 64;
const narrow = 620;

/**
 * Values with intervals, one row each, in one or two panels side by side (one above the other where it is narrow).
 * A panel has a name, a value for a row (mean, low, high; of a `share`, from 0 to 1) and a text of it.
 */
export function forest(rows, panels, palette, box) {
    const stacked = box.clientWidth < narrow;
    const height = rows.length * rowHeight;
    const labels = Math.min(220, box.clientWidth * 0.42);
    const plot = (box.clientWidth - labels) / (stacked ? 1 : panels.length);
    box.style.height = `${(height + besideRows) * (stacked ? panels.length : 1)}px`;
    const place = (index) => (stacked
        ? { left: labels, right: 16, top: 8 + index * (height + besideRows), height }
        : { left: labels + index * plot, width: plot - (index + 1 === panels.length ? 28 : 56), top: 8, height });
    const named = (index) => stacked || index === 0;

    return {
        ...base(palette),
        grid: panels.map((_, index) => place(index)),
        xAxis: panels.map((panel, index) => axis(palette, {
            type: "value", gridIndex: index, name: panel.name, nameLocation: "middle", nameGap: 30, splitNumber: 4, boundaryGap: ["4%", "4%"],
            min: panel.min, max: panel.max, axisLabel: { hideOverlap: true }, ...(panel.share && shares(panel, rows)),
        })),
        yAxis: panels.map((_, index) => axis(palette, {
            type: "category", gridIndex: index, inverse: true, data: rows.map((_, at) => String(at)), splitLine: { show: false },
            axisLabel: {
                show: named(index), interval: 0, width: labels - 16, overflow: "truncate",
                formatter: (at) => rows[Number(at)].title,
                color: (at) => (rows[Number(at)].hero ? palette.selected : palette.text),
            },
        })),
        tooltip: {
            ...base(palette).tooltip,
            formatter: ({ data: { row, panel } }) => lines(row.title, `${panel.name}: ${panel.text(panel.value(row))}`),
        },
        series: panels.flatMap((panel, index) => drawn(panel, index, rows, palette)),
    };
}

function shares(panel, rows) {
    const estimates = rows.map(panel.value).filter(Boolean);
    const { axis: ends, note } = shareAxis(estimates.flatMap(({ mean, low, high }) => [low ?? mean, high ?? mean]));
    return { ...ends, name: note ? `${panel.name} (${note})` : panel.name };
}

function drawn(panel, index, rows, palette) {
    const place = { xAxisIndex: index, yAxisIndex: index };
    const there = rows.map((row, at) => ({ row, at, value: panel.value(row) })).filter(({ value }) => value);
    const zero = {
        type: "line", ...place, data: [], silent: true,
        markLine: {
            silent: true, symbol: "none", label: { show: false }, data: [{ xAxis: 0 }], lineStyle: { color: palette.muted, type: "solid" },
        },
    };
    return [
        ...(panel.zero ? [zero] : []),
        ...there.filter(({ value }) => value.low !== null).map(({ row, at, value }) => ({
            type: "line", ...place, silent: true, symbol: "rect", symbolSize: [2, 11], color: color(row), z: 3,
            data: [[value.low, at], [value.high, at]], lineStyle: { color: color(row), width: row.hero ? 3 : 2 },
        })),
        {
            type: "scatter", ...place, z: 4,
            data: there.map(({ row, at, value }) => ({
                value: [value.mean, at], row, panel, symbol: symbol(row), symbolSize: row.hero ? 14 : 11, itemStyle: { color: color(row), opacity: 1 },
            })),
        },
    ];
}
