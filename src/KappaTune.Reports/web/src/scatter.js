import { kappa, ratio, role } from "./format.js";
import { logarithms, measured, states } from "./report.js";
import { axis, base, legend, lines } from "./theme.js";

export function scatter(report, palette) {
    const matrices = measured(report);
    const log = logarithms(matrices);
    const decades = Math.ceil(matrices.reduce((most, matrix) => Math.max(most, log(matrix.kappa)), 1));
    const expected = matrices.map((matrix) => matrix.expected);
    const reach = [expected.reduce((a, b) => Math.min(a, b), Infinity), expected.reduce((a, b) => Math.max(a, b), 1)];
    const [left, right] = [Math.max(1, reach[0] / 1.5), reach[1] * 1.5];
    const kinds = states.filter((state) => matrices.some((matrix) => matrix.state === state.name));
    const logAxis = (options) => axis(palette, {
        type: "log", nameLocation: "middle", axisLabel: { formatter: ratio }, ...options,
    });

    return {
        ...base(palette),
        legend: { ...legend(palette), data: kinds.map((state) => state.label) },
        grid: { left: 64, right: 20, top: 52, bottom: 56 },
        xAxis: logAxis({
            name: "κ of a random matrix of the shape", nameGap: 30, min: left, max: right, splitLine: { show: false },
            axisLabel: { formatter: ratio, showMinLabel: false, showMaxLabel: false },
        }),
        yAxis: logAxis({ name: "κ", nameGap: 48, min: 1, max: 10 ** decades, interval: Math.ceil(decades / 6) }),
        tooltip: {
            ...base(palette).tooltip,
            formatter: ({ data }) => data.matrix && lines(
                data.matrix.id,
                `${role(data.matrix.role)}, ${data.matrix.rows} × ${data.matrix.columns}`,
                `κ ${kappa(data.matrix)}, random ${ratio(data.matrix.expected)}`,
                data.matrix.reason),
        },
        series: [
            {
                type: "line", data: [[left, left], [right, right]],
                symbol: "none", silent: true, color: palette.muted, lineStyle: { type: "dashed", width: 1.5 },
            },
            // What is selected is drawn last, over the others.
            ...[...kinds].reverse().map((state) => ({
                type: "scatter", name: state.label, symbolSize: 8, itemStyle: { color: palette[state.name], opacity: 0.8 },
                data: matrices.filter((matrix) => matrix.state === state.name).map((matrix) => ({
                    value: [matrix.expected, 10 ** log(matrix.kappa)], matrix,
                    symbol: matrix.kappa === Infinity ? "triangle" : "circle",
                })),
            })),
        ],
    };
}
