// Learning against keeping: the training loss against what was lost, along a run.
import { actions, course, dashes, details, legendHeight, withEnds } from "./course.js";
import { decimals, rate } from "./format.js";
import { closest, found, limits, percents } from "./limits.js";
import { mixed } from "./report.js";
import { axis, base, legend, lines, roundAxis } from "./theme.js";

export function keeping({ tuning }, palette, box, limit) {
    const { budget } = tuning;
    const first = tuning.steps.find(({ loss }) => Number.isFinite(loss));
    const start = first ? [{ step: 0, training_loss: first.loss, measured: { [limit.key]: 0 }, used: 0 }] : [];
    const points = [...start, ...budget.course.filter((point) => Number.isFinite(point.measured[limit.key]))];
    // What a probe is expected to use is a share of the limit that it is closest to.
    const probes = budget.probes.filter((probe) => [limit.key, undefined].includes(closest(limits(budget), probe.measured)?.key));
    const estimate = budget[limit.key];
    const ends = reach(points, probes, limit, estimate);
    // What lies beyond the chart is at its edge, and so is what isn't a number.
    const clamp = (value, { min, max }) => Math.min(max, Math.max(min, Number.isNaN(value) ? max : value));
    const place = (x, y) => [clamp(x, ends.x), clamp(y, ends.y)];
    const shown = [...runOf(points, place, limit, palette)];
    if (probes.length > 0) shown.push(probesOf(probes, place, ends.x, limit, palette));
    if (estimate) {
        shown.push(...(mixed(tuning) ? mixedOf(tuning, place, ends.y, limit, palette)
            : resultOf(budget, place, points.at(-1)?.training_loss, limit, palette)));
    }
    const entries = shown.filter(({ icon }) => icon).map(({ name, icon }) => ({ name, icon }));

    return {
        ...base(palette),
        legend: { ...legend(palette), data: entries },
        grid: { left: 56, right: 20, top: legendHeight(entries, box), bottom: 56 },
        xAxis: axis(palette, {
            type: "value", name: `${limit.axis} →`, nameLocation: "middle", nameGap: 30, ...ends.x, splitLine: { show: false },
            axisLabel: { formatter: limit.tick, hideOverlap: true },
        }),
        yAxis: axis(palette, { type: "value", name: "training loss, lower is better", nameLocation: "middle", nameGap: 40, ...ends.y }),
        tooltip: { ...base(palette).tooltip, formatter: ({ data }) => data.says && lines(...data.says) },
        series: [...edge(limit, ends, palette), ...shown.map(({ icon, ...series }) => series)],
    };
}

/** How far the axes reach: a little over the budget, and no further than a few times of it, whatever a probe did. */
function reach(points, probes, limit, estimate) {
    const lost = [...points.map((point) => point.measured[limit.key]), ...(estimate ? [estimate.low, estimate.high] : [])];
    const losses = points.map((point) => point.training_loss).filter(Number.isFinite);
    const most = Math.max(...losses, 0) || 1;
    const tried = probes.map((probe) => probe.loss_after).filter((loss) => loss <= 1.5 * most);
    return {
        x: roundAxis(Math.max(-limit.most, Math.min(0, ...lost)), Math.min(3 * limit.most, Math.max(1.3 * limit.most, ...lost))),
        y: roundAxis(0, Math.max(most, ...tried)),
    };
}

const line = (name, color, data, options) => ({ type: "line", name, color, data, symbol: "none", silent: true, ...options });

/** The budget's line, and the region beyond it. */
const edge = ({ most, text }, { x, y }, palette) => [
    line("", palette.muted, [[most, y.max], [x.max, y.max]], { lineStyle: { width: 0 }, areaStyle: { opacity: 0.16, origin: "start" } }),
    line("", palette.text, [[most, y.min], { value: [most, y.max], label: { show: true } }], {
        lineStyle: { width: 1.5, type: "dashed" }, z: 3,
        // Where there is no symbol, there is no label.
        symbol: "circle", symbolSize: 0.1, label: { formatter: `budget: ${text}`, color: palette.text, position: "top" },
    }),
];

/** The course, what was set back of it, and its points by what the run did there. */
function runOf(points, place, limit, palette) {
    const position = (point) => place(point.measured[limit.key], point.training_loss);
    const { way, undone } = course(points);
    const says = (point) => [
        `step ${point.step.toLocaleString("en")}`, `training loss ${decimals(point.training_loss)}`,
        `${limit.did} ${limit.format(point.measured[limit.key])} of ${limit.text}`, ...details(point),
    ];
    const marks = Object.entries(actions).map(([action, { title, symbol, size }]) => ({
        type: "scatter", symbol, symbolSize: size, z: 4, ...(action === "none" ? { name: "the run" } : { name: title, icon: symbol }),
        itemStyle: { opacity: 1, color: palette.selected, borderColor: palette.card, borderWidth: action === "none" ? 0 : 1 },
        data: points.filter((point) => (point.action ?? "none") === action).map((point) => ({ value: position(point), says: says(point) })),
    }));
    return [
        line("the run", palette.selected, way.map(position), { icon: "circle", lineStyle: { width: 2 } }),
        ...marks.filter(({ data }) => data.length > 0),
        ...undone.map((stretch, at) => line("set back", palette.selected, stretch.map(position), {
            icon: at === 0 ? dashes : null, lineStyle: { width: 1.5, type: "dashed" },
        })),
    ];
}

/** Each at what the whole run would have used at its rate. */
const probesOf = (probes, place, { max }, limit, palette) => ({
    type: "scatter", name: "probes", icon: "circle", symbolSize: 9, z: 5,
    itemStyle: { opacity: 1, color: palette.card, borderColor: palette.candidate, borderWidth: 2 },
    label: { show: true, color: palette.muted, fontSize: 11, textBorderColor: palette.card, textBorderWidth: 3 },
    labelLayout: { hideOverlap: true },
    data: probes.map((probe) => {
        const lost = probe.expected * limit.most;
        const beyond = !(lost <= max);
        return {
            value: place(lost, probe.loss_after),
            symbol: beyond ? "triangle" : "circle", symbolRotate: beyond ? -90 : 0,
            label: { formatter: rate(probe.learning_rate), position: beyond ? "left" : "top" },
            says: [
                `probe: learning rate ${rate(probe.learning_rate)}`,
                `loss ${decimals(probe.loss_before)}, then ${decimals(probe.loss_after)}`,
                `${percents(probe.expected)} of the budget expected by the end`,
            ],
        };
    }),
});

const resultName = "result, held-out";

const resultSays = (limit, budget) =>
    [`result: ${found(limit, budget)}`, `of at most ${limit.text}`, "on text that had no part in any decision"];

/** The same of a result between base and tuned, of which nobody measured the training loss: a line over all losses. */
function mixedOf(tuning, place, { min, max }, limit, palette) {
    const { budget } = tuning;
    const { value, low, high } = budget[limit.key];
    const middle = (min + max) / 2;
    const says = [...resultSays(limit, budget), `it is ${mixed(tuning)}, whose training loss wasn't measured`];
    return [
        line(resultName, palette.text, [place(value, min), place(value, max)], { lineStyle: { width: 1.5 }, z: 5 }),
        line(resultName, palette.text, [place(low, middle), place(high, middle)], {
            symbol: "rect", symbolSize: [2, 12], lineStyle: { width: 2 }, z: 5,
        }),
        {
            type: "scatter", name: resultName, icon: withEnds, symbolSize: 13, z: 6, data: [{ value: place(value, middle), says }],
            itemStyle: { opacity: 1, color: palette.text, borderColor: palette.card, borderWidth: 2 },
        },
    ];
}

/** What was found on the half of the text that had no part in any decision, with its interval. */
function resultOf(budget, place, loss, limit, palette) {
    const { value, low, high } = budget[limit.key];
    const name = resultName, says = resultSays(limit, budget);
    return [
        line(name, palette.text, [place(low, loss), place(high, loss)], {
            symbol: "rect", symbolSize: [2, 12], lineStyle: { width: 2 }, z: 5,
        }),
        {
            type: "scatter", name, icon: withEnds, symbolSize: 13, z: 6, data: [{ value: place(value, loss), says }],
            itemStyle: { opacity: 1, color: palette.text, borderColor: palette.card, borderWidth: 2 },
        },
    ];
}
