import { rate } from "./format.js";
import { course, dashes, details, legendHeight } from "./course.js";
import { percents } from "./limits.js";
import { axis, base, legend, lines, roundAxis } from "./theme.js";

/** The share of the budget that was used, and the learning rate, over the steps. */
export function using({ tuning: { budget } }, palette, box) {
    const { used } = course([{ step: 0, used: 0, learning_rate: budget.learning_rate ?? 0 }, ...budget.course]);
    const shares = used.map((at) => at.used).filter(Number.isFinite);
    const ends = roundAxis(Math.max(-1, Math.min(0, ...shares)), Math.min(3, Math.max(1, ...shares)));
    const last = used.at(-1).point.step || 1;
    const entries = [{ name: "used of the budget", icon: "circle" }, { name: "learning rate", icon: dashes }];
    return {
        ...base(palette),
        legend: { ...legend(palette), data: entries },
        grid: { left: 56, right: 72, top: legendHeight(entries, box), bottom: 56 },
        xAxis: axis(palette, {
            type: "value", name: "step", nameLocation: "middle", nameGap: 30, min: 0, max: last, minInterval: 1, splitLine: { show: false },
            axisLabel: { hideOverlap: true },
        }),
        yAxis: [
            axis(palette, { type: "value", ...ends, axisLabel: { formatter: percents } }),
            axis(palette, {
                type: "value", name: "learning rate", nameLocation: "middle", nameGap: 56, min: 0, splitLine: { show: false },
                axisLabel: { formatter: rate },
            }),
        ],
        tooltip: {
            ...base(palette).tooltip,
            trigger: "axis",
            formatter: ([{ dataIndex: at }]) => lines(`step ${used[at].point.step.toLocaleString("en")}`, ...details(used[at].point)),
        },
        series: [
            {
                type: "line", name: "used of the budget", symbol: "circle", symbolSize: 5, color: palette.selected, lineStyle: { width: 2 },
                data: used.map((at) => [at.point.step, Math.min(ends.max, at.used)]),
            },
            {
                type: "line", name: "learning rate", step: "end", showSymbol: false, color: palette.candidate, yAxisIndex: 1,
                lineStyle: { width: 1.5, type: "dashed" }, data: used.map(({ point }) => [point.step, point.learning_rate]),
            },
            {
                type: "line", symbol: "none", silent: true, data: [[0, 1], [last, 1]],
                lineStyle: { color: palette.text, width: 1.5, type: "dashed" },
            },
        ],
    };
}
