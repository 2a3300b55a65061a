// A heat map: a cell stands for the matrices of one place, with the median of their κ.
import { ratio } from "./format.js";
import { ascending, logarithms } from "./report.js";
import { axis, base, lines } from "./theme.js";

const besidePlot = 96;

/** The cells of matrices; `placeOf` gives a matrix's column and row. */
export function cellsOf(matrices, placeOf) {
    const log = logarithms(matrices);
    const found = new Map();
    for (const matrix of matrices) {
        const place = placeOf(matrix);
        const key = `${place.column} ${place.row}`;
        if (!found.has(key)) found.set(key, { ...place, matrices: [] });
        found.get(key).matrices.push(matrix);
    }
    return [...found.values()].map((cell) => {
        const kappas = ascending(cell.matrices);
        // The median, which an infinite κ among many doesn't move.
        const kappa = kappas[kappas.length >> 1];
        return { ...cell, kappa, log: log(kappa), selected: cell.matrices.filter((matrix) => matrix.selected).length };
    });
}

/**
 * The chart of cells. `columns` and `rows` are what stands at the axes, rows from below; `rowText` says a row in words, and `title` a
 * cell's place. With a `leastWidth` of cells the chart may be wider than its room, which has to scroll then.
 */
export function cellMap(all, { columns, rows, columnName, rowName, rowText, title, left, rowHeight, leastWidth }, palette, box) {
    const logs = all.map((cell) => cell.log);
    const low = logs.reduce((a, b) => Math.min(a, b), Infinity);
    const high = logs.reduce((a, b) => Math.max(a, b), -Infinity);
    const top = all.some((cell) => cell.kappa === Infinity) ? "∞" : ratio(10 ** high);
    const middle = (low + high) / 2;
    if (leastWidth) box.style.minWidth = `${left + 30 + leastWidth * columns.length}px`;
    box.style.height = `${rows.length * rowHeight + besidePlot}px`;
    const cellWidth = (box.clientWidth - left - 30) / columns.length;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const frame = ({ selected, matrices }) => ({
        borderColor: selected > 0 ? palette.selected : palette.card,
        borderWidth: Math.min(selected > 0 && selected === matrices.length ? 3.5 : 1.5, cellWidth / 6),
        borderRadius: 3,
    });

    return {
        ...base(palette),
        grid: { left, right: 16, top: 8, bottom: 84 },
        xAxis: axis(palette, {
            type: "category", data: columns.map(String), name: columnName, nameLocation: "middle", nameGap: 26,
            splitLine: { show: false },
        }),
        yAxis: axis(palette, {
            type: "category", data: rows.map(rowText), name: rowName, nameLocation: "middle", nameGap: left - 20,
            splitLine: { show: false }, axisLabel: { color: palette.text },
        }),
        visualMap: {
            min: low, max: high > low ? high : low + 1, dimension: 2, inRange: { color: palette.heat }, hoverLink: false,
            orient: "horizontal", left: "center", bottom: 0, itemHeight: 180, itemWidth: 12,
            text: [`κ ${top}`, ratio(10 ** low)], textStyle: { color: palette.muted },
        },
        tooltip: {
            ...base(palette).tooltip,
            formatter: ({ data: { cell } }) => lines(
                title(cell),
                cell.matrices.length === 1 ? cell.matrices[0].id : `median of ${cell.matrices.length} matrices`,
                `κ ${ratio(cell.kappa)}`,
                `${cell.selected} of ${cell.matrices.length} selected`),
        },
        series: [{
            type: "heatmap",
            // Cells with a frame come last, so that no neighbour covers it.
            data: all.sort((a, b) => Math.sign(a.selected) - Math.sign(b.selected)).map((cell) => ({
                value: [String(cell.column), rowText(cell.row), cell.log],
                cell,
                itemStyle: frame(cell),
                label: { color: cell.log > middle !== dark ? "#ffffff" : "#10151c" },
            })),
            label: { show: cellWidth >= 38, fontSize: 11, formatter: ({ data: { cell } }) => ratio(cell.kappa) },
            emphasis: { itemStyle: { borderColor: palette.text } },
        }],
    };
}
