import { plural } from "../format.js";
import { axis, base, lines } from "../theme.js";
import { nats, share, withInterval } from "./data.js";
import { color, symbol } from "./marks.js";

const percent = (value) => `${Math.round(100 * value)} %`;

/** Before the first step all are alike. */
const curve = ({ points }, control) =>
    points.filter((point) => point.epoch > 0 && point.accuracy !== null && point.forgetting[control] != null);

/** Task accuracy against forgetting, a curve for each method that is shown; forgetting is that of a control text. */
export function tradeoff({ methods, baselines }, palette, { shows, control }) {
    const shown = methods.filter((method) => shows(method) && curve(method, control).length > 0);
    const heights = shown.flatMap((method) => curve(method, control).map((point) => point.accuracy));
    return {
        ...base(palette),
        grid: { left: 58, right: 24, top: 20, bottom: 56 },
        xAxis: axis(palette, {
            type: "value", name: "forgetting, nats a token", nameLocation: "middle", nameGap: 32,
            axisLabel: { hideOverlap: true },
        }),
        yAxis: axis(palette, {
            type: "value", name: "test texts sorted right", nameLocation: "middle", nameGap: 44, max: Math.min(1, Math.ceil(20 * Math.max(...heights, 0) + 0.2) / 20),
            min: Math.floor(20 * Math.min(...heights, 0.95)) / 20, axisLabel: { formatter: percent },
        }),
        tooltip: {
            ...base(palette).tooltip,
            formatter: ({ data: { method, point } }) => (point
                ? lines(
                    `${method.title}: epoch ${point.epoch}`, `accuracy ${share(point.accuracy)}`,
                    `forgetting ${nats(point.forgetting[control])}`, `training loss ${nats(point.train_loss)}`,
                    `mean of ${plural(point.runs, "run")}, learning rate ${method.learning_rate}`)
                : lines(
                    `${method.title}: equally well learnt`, `accuracy ${withInterval(method.accuracy, share)}`,
                    `forgetting ${withInterval(method.forgetting[control], nats)}`)),
        },
        series: [
            ...baselines.map((one) => ({
                type: "line", data: [], silent: true,
                markLine: {
                    silent: true, symbol: "none", data: [{ yAxis: one.accuracy }],
                    lineStyle: { color: palette.muted, type: "dotted", width: 1.5 },
                    label: { position: "insideEndTop", formatter: one.name, color: palette.muted },
                },
            })),
            ...shown.flatMap((method) => series(method, control, palette)),
        ],
    };
}

function series(method, control, palette) {
    const own = color(method);
    const line = {
        type: "line", name: method.title, color: own, symbol: symbol(method), symbolSize: method.hero ? 9 : 7, z: method.hero ? 4 : 3,
        lineStyle: { color: own, width: method.hero ? 3.5 : 1.75, type: method.dashed ? "dashed" : "solid" },
        emphasis: { focus: "series", lineStyle: { width: 4 } },
        data: curve(method, control).map((point) => ({ value: [point.forgetting[control], point.accuracy], method, point })),
    };
    const [x, y] = [method.forgetting[control], method.accuracy];
    if (!x || !y) return [line];
    const bar = (data) => ({
        type: "line", data, symbol: "none", silent: true, z: 5, lineStyle: { color: own, width: 1.5, opacity: 0.8 },
    });
    const bars = [x.low !== null && [[x.low, y.mean], [x.high, y.mean]], y.low !== null && [[x.mean, y.low], [x.mean, y.high]]];
    return [
        line,
        ...bars.filter(Boolean).map(bar),
        {
            type: "scatter", name: method.title, symbol: "circle", symbolSize: method.hero ? 17 : 14, z: 6,
            itemStyle: { color: palette.card, borderColor: own, borderWidth: method.hero ? 4 : 2.5, opacity: 1 },
            data: [{ value: [x.mean, y.mean], method }],
        },
    ];
}
