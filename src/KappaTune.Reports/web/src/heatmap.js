import { ratio, role } from "./format.js";
import { ascending, logarithms, measured } from "./report.js";
import { axis, base, lines } from "./theme.js";

const rowHeight = 34;
const besidePlot = 96;
// The order in which a vector meets them.
const roleOrder = [
    "embedding", "convolution", "query", "key", "value", "key_value", "query_key_value", "attention_output", "feed_forward_gate",
    "feed_forward_in", "feed_forward_out", "router", "expert_gate", "expert_in", "expert_out", "other", "head",
];

/** Matrices of one layer and role become one cell: the experts of a layer, for one. */
function cells(report) {
    const log = logarithms(measured(report));
    const found = new Map();
    for (const matrix of measured(report)) {
        const key = `${matrix.layer} ${matrix.role}`;
        if (!found.has(key)) found.set(key, { layer: matrix.layer ?? "none", role: matrix.role, matrices: [] });
        found.get(key).matrices.push(matrix);
    }
    return [...found.values()].map((cell) => {
        const kappas = ascending(cell.matrices);
        // The median, which an infinite κ among many doesn't move.
        const kappa = kappas[kappas.length >> 1];
        return { ...cell, kappa, log: log(kappa), selected: cell.matrices.filter((matrix) => matrix.selected).length };
    });
}

export function heatmap(report, palette, box) {
    const all = cells(report);
    const numbered = [...new Set(all.map((cell) => cell.layer))].filter((layer) => layer !== "none").sort((a, b) => a - b);
    const layers = all.some((cell) => cell.layer === "none") ? ["none", ...numbered] : numbered;
    const roles = [...new Set(all.map((cell) => cell.role))].sort((a, b) => roleOrder.indexOf(b) - roleOrder.indexOf(a));
    const logs = all.map((cell) => cell.log);
    const [low, high] = [Math.min(...logs), Math.max(...logs)];
    const top = all.some((cell) => cell.kappa === Infinity) ? "∞" : ratio(10 ** high);
    const middle = (low + high) / 2;
    const cellWidth = (box.clientWidth - 180) / layers.length;
    box.style.height = `${roles.length * rowHeight + besidePlot}px`;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const frame = ({ selected, matrices }) => ({
        borderColor: selected > 0 ? palette.selected : palette.card,
        borderWidth: Math.min(selected > 0 && selected === matrices.length ? 3.5 : 1.5, cellWidth / 6),
        borderRadius: 3,
    });

    return {
        ...base(palette),
        grid: { left: 150, right: 16, top: 8, bottom: 84 },
        xAxis: axis(palette, {
            type: "category", data: layers.map(String), name: "layer", nameLocation: "middle", nameGap: 26,
            splitLine: { show: false },
        }),
        yAxis: axis(palette, {
            type: "category", data: roles.map(role), splitLine: { show: false }, axisLabel: { color: palette.text },
        }),
        visualMap: {
            min: low, max: high > low ? high : low + 1, dimension: 2, inRange: { color: palette.heat }, hoverLink: false,
            orient: "horizontal", left: "center", bottom: 0, itemHeight: 180, itemWidth: 12,
            text: [`κ ${top}`, ratio(10 ** low)], textStyle: { color: palette.muted },
        },
        tooltip: {
            ...base(palette).tooltip,
            formatter: ({ data: { cell } }) => lines(
                `${role(cell.role)}, ${cell.layer === "none" ? "outside of layers" : `layer ${cell.layer}`}`,
                cell.matrices.length === 1 ? cell.matrices[0].id : `median of ${cell.matrices.length} matrices`,
                `κ ${ratio(cell.kappa)}`,
                `${cell.selected} of ${cell.matrices.length} selected`),
        },
        series: [{
            type: "heatmap",
            // Cells with a frame come last, so that no neighbour covers it.
            data: all.sort((a, b) => Math.sign(a.selected) - Math.sign(b.selected)).map((cell) => ({
                value: [String(cell.layer), role(cell.role), cell.log],
                cell,
                itemStyle: frame(cell),
                label: { color: cell.log > middle !== dark ? "#ffffff" : "#10151c" },
            })),
            label: { show: cellWidth >= 38, fontSize: 11, formatter: ({ data: { cell } }) => ratio(cell.kappa) },
            emphasis: { itemStyle: { borderColor: palette.text } },
        }],
    };
}
