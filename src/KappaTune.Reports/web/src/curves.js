// How a training went: curves over its steps and its epochs.
import { decimals, ratio, share } from "./format.js";
import { errorRate, isLanguageModel } from "./report.js";
import { axis, base, legend, lines, shareAxis } from "./theme.js";

const line = (name, color, data, options) => ({
    type: "line", name, data, color, showSymbol: false, lineStyle: { color, width: 2, ...options?.lineStyle }, ...options?.series,
});

/** The mean of each value and those around it, a twentieth of all to either side. */
function trend(values) {
    const reach = Math.ceil(values.length / 20);
    return values.map((_, at) => {
        const around = values.slice(Math.max(0, at - reach), at + reach + 1).filter(Number.isFinite);
        return around.length === 0 ? NaN : around.reduce((sum, value) => sum + value) / around.length;
    });
}

export function loss({ tuning: { steps } }, palette) {
    const numbers = steps.map((step) => step.step);
    const smooth = trend(steps.map((step) => step.loss));
    const over = (values) => values.map((value, at) => [numbers[at], value]);
    return {
        ...base(palette),
        legend: legend(palette),
        grid: { left: 56, right: 72, top: 52, bottom: 56 },
        xAxis: axis(palette, {
            type: "value", name: "step", nameLocation: "middle", nameGap: 30, min: numbers[0], max: numbers.at(-1), minInterval: 1,
            splitLine: { show: false }, axisLabel: { hideOverlap: true },
        }),
        yAxis: [
            axis(palette, { type: "value", name: "loss", nameLocation: "middle", nameGap: 40, min: 0 }),
            axis(palette, {
                type: "value", name: "learning rate", nameLocation: "middle", nameGap: 56, min: 0, splitLine: { show: false },
                axisLabel: { formatter: ratio },
            }),
        ],
        tooltip: {
            ...base(palette).tooltip,
            trigger: "axis",
            formatter: ([{ dataIndex: at }]) => lines(
                `step ${numbers[at].toLocaleString("en")}`, `loss ${decimals(steps[at].loss)}`, `trend ${decimals(smooth[at])}`,
                `learning rate ${ratio(steps[at].learning_rate)}`),
        },
        series: [
            line("loss", palette.other, over(steps.map((step) => step.loss)), { lineStyle: { width: 1 } }),
            line("trend", palette.selected, over(smooth), { lineStyle: { width: 2.5 } }),
            line("learning rate", palette.candidate, over(steps.map((step) => step.learning_rate)), {
                lineStyle: { width: 1.5, type: "dashed" }, series: { yAxisIndex: 1 },
            }),
        ],
    };
}

/** What all charts by epoch share; each of the curves is a name, a colour and a value for an epoch. */
function byEpoch({ epochs, best_epoch: best }, palette, curves, format, yAxis) {
    const kept = epochs[best - 1];
    const marks = curves.map(({ value }) => value(kept)).filter(Number.isFinite);
    return {
        ...base(palette),
        legend: { ...legend(palette), data: curves.map(({ name }) => name) },
        grid: { left: 56, right: 24, top: 52, bottom: 56 },
        xAxis: axis(palette, {
            type: "category", data: epochs.map((epoch) => String(epoch.epoch)), name: "epoch", nameLocation: "middle", nameGap: 30,
            splitLine: { show: false },
        }),
        yAxis: axis(palette, { type: "value", ...yAxis }),
        tooltip: {
            ...base(palette).tooltip,
            trigger: "axis",
            formatter: ([{ dataIndex: at }]) => lines(
                `epoch ${epochs[at].epoch}${epochs[at] === kept ? ", kept" : ""}`,
                ...curves.map(({ name, value }) => Number.isFinite(value(epochs[at])) && `${name} ${format(value(epochs[at]))}`)),
        },
        series: [
            ...curves.map(({ name, color, type, value }) => line(name, color, epochs.map(value), {
                lineStyle: { type: type ?? "solid" }, series: { showSymbol: true, symbol: "circle", symbolSize: 5 },
            })),
            {
                type: "scatter", silent: true, symbol: "circle", symbolSize: 13, z: 3,
                // One label will do where curves are close.
                data: marks.map((value, at) => ({ value: [best - 1, value], label: { show: at === 0 } })),
                itemStyle: { color: "transparent", borderColor: palette.selected, borderWidth: 2.5 },
                label: { position: "top", distance: 7, formatter: "kept", color: palette.selected, fontWeight: 600 },
            },
        ],
    };
}

export function epochLoss({ tuning }, palette) {
    const training = { name: "training texts", color: palette.other, value: (epoch) => epoch.training_loss };
    const validation = { name: "validation texts", color: palette.candidate, value: (epoch) => epoch.validation?.loss };
    const there = tuning.epochs.some((epoch) => epoch.validation) ? [validation, training] : [training];
    return byEpoch(tuning, palette, there, decimals, { min: 0 });
}

export function errors({ tuning }, palette) {
    const curves = [
        { name: "of words", color: palette.candidate, value: (epoch) => errorRate(epoch.validation?.transcripts?.words) },
        {
            name: "of characters", color: palette.muted, type: "dashed",
            value: (epoch) => errorRate(epoch.validation?.transcripts?.characters),
        },
    ];
    return byEpoch(tuning, palette, curves, share, { min: 0, axisLabel: { formatter: share } });
}

export function accuracy({ tuning }, palette) {
    const [all, part] = isLanguageModel(tuning) ? ["of all tokens", "by text"] : ["of all texts", "by class"];
    const curves = [
        { name: all, color: palette.candidate, value: (epoch) => epoch.validation?.micro_accuracy },
        { name: part, color: palette.muted, type: "dashed", value: (epoch) => epoch.validation?.macro_accuracy },
    ];
    const { axis: ends, note } = shareAxis(tuning.epochs.flatMap((epoch) => curves.map(({ value }) => value(epoch))));
    return byEpoch(tuning, palette, curves, share, { ...ends, name: note, nameTextStyle: { align: "left" } });
}
