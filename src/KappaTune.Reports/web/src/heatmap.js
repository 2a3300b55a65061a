import { cellMap, cellsOf } from "./cellmap.js";
import { role } from "./format.js";
import { measured } from "./report.js";

// The order in which a vector meets them.
const roleOrder = [
    "embedding", "convolution", "query", "key", "value", "key_value", "query_key_value", "attention_output", "feed_forward_gate",
    "feed_forward_in", "feed_forward_out", "router", "expert_gate", "expert_in", "expert_out", "other", "head",
];

/** Matrices of one layer and role become one cell: the experts of a layer, for one. */
export function heatmap(report, palette, box) {
    const all = cellsOf(measured(report), (matrix) => ({ column: matrix.layer ?? "none", row: matrix.role }));
    const numbered = [...new Set(all.map((cell) => cell.column))].filter((layer) => layer !== "none").sort((a, b) => a - b);
    return cellMap(all, {
        columns: all.some((cell) => cell.column === "none") ? ["none", ...numbered] : numbered,
        rows: [...new Set(all.map((cell) => cell.row))].sort((a, b) => roleOrder.indexOf(b) - roleOrder.indexOf(a)),
        columnName: "layer",
        rowText: role,
        title: ({ column, row }) => `${role(row)}, ${column === "none" ? "outside of layers" : `layer ${column}`}`,
        left: 150,
        rowHeight: 34,
    }, palette, box);
}
