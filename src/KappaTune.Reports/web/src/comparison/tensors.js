import { ratio } from "../format.js";
import { axis, base, lines } from "../theme.js";
import { nats, withInterval } from "./data.js";
import { color, symbol } from "./marks.js";

/** A score's numbers are shown on a logarithmic axis where they are that far apart. */
const logarithmic = 30;

/** Forgetting against a score, a point for each tensor whose role is shown. */
export function tensors({ tensors: all, roles }, palette, { shows, score }) {
    const measured = all.filter((tensor) => tensor.forgetting && tensor.scores[score.id] != null);
    const values = measured.map((tensor) => tensor.scores[score.id]).filter(Number.isFinite);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const log = low > 0 && high / low > logarithmic;
    // An infinite score is drawn beyond all others.
    const infinite = log ? high * 3 : high + (high - low || 1) * 0.1;
    const x = (tensor) => Math.min(tensor.scores[score.id], infinite);
    return {
        ...base(palette),
        grid: { left: 66, right: 28, top: 20, bottom: 56 },
        xAxis: axis(palette, {
            type: log ? "log" : "value", name: score.title, nameLocation: "middle", nameGap: 32, scale: true,
            axisLabel: { formatter: ratio, hideOverlap: true },
            ...(log && { min: 10 ** Math.floor(Math.log10(low)), max: 10 ** Math.ceil(Math.log10(Math.max(...measured.map(x)))) }),
        }),
        yAxis: axis(palette, { type: "value", name: "forgetting, nats a token", nameLocation: "middle", nameGap: 50 }),
        tooltip: {
            ...base(palette).tooltip,
            formatter: ({ data: { tensor } }) => lines(
                tensor.name, `${tensor.role}, ${tensor.layer === null ? "outside of layers" : `layer ${tensor.layer}`}, ${tensor.shape}`,
                `${score.title} ${ratio(tensor.scores[score.id])}`, `forgetting ${withInterval(tensor.forgetting, nats)}`),
        },
        series: roles.filter(shows).flatMap((role) => {
            const own = measured.filter((tensor) => tensor.role === role.title);
            return [
                ...own.filter((tensor) => tensor.forgetting.low !== null).map((tensor) => ({
                    type: "line", silent: true, symbol: "none", lineStyle: { color: color(role), width: 1.25, opacity: 0.55 },
                    data: [[x(tensor), tensor.forgetting.low], [x(tensor), tensor.forgetting.high]],
                })),
                {
                    type: "scatter", name: role.title, symbol: symbol(role), symbolSize: 11, z: 4, itemStyle: { color: color(role), opacity: 0.9 },
                    data: own.map((tensor) => ({ value: [x(tensor), tensor.forgetting.mean], tensor })),
                },
            ];
        }),
    };
}
