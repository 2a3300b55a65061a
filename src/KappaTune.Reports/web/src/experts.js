// A mixture's experts one by one: which layers' and which experts' matrices are how conditioned, and which were selected.
import { cellMap, cellsOf } from "./cellmap.js";
import { element } from "./element.js";
import { plural, ratio } from "./format.js";
import { measured } from "./report.js";

const ofExperts = (report) => cellsOf(
    measured(report).filter((matrix) => matrix.expert != null && matrix.layer != null),
    (matrix) => ({ column: matrix.expert, row: matrix.layer }));

const sorted = (cells, name) => [...new Set(cells.map((cell) => cell[name]))].sort((a, b) => a - b);

const place = ({ row, column }) => `layer ${row}, expert ${column}`;

const isWhole = (cell) => cell.selected === cell.matrices.length;

/** The words and the table; returns the chart, or none where the model has no experts. */
export function experts(report) {
    const cells = ofExperts(report);
    const part = document.getElementById("experts-part");
    if (cells.length === 0) {
        part.remove();
        return {};
    }

    part.hidden = false;
    document.getElementById("experts-words").textContent = words(cells);
    fill(cells);
    return { experts: draw };
}

function words(cells) {
    const ordered = [...cells].sort((a, b) => (a.kappa < b.kappa ? -1 : a.kappa > b.kappa ? 1 : 0));
    const selected = cells.filter((cell) => cell.selected > 0);
    const [low, high] = [ordered[0], ordered.at(-1)];
    const layers = sorted(selected, "row");
    const chosen = selected.length === 0 ? "No expert's matrix is selected."
        : `${selected.length.toLocaleString("en")} of ${plural(cells.length, "expert")} with selected matrices,`
            + ` ${selected.filter(isWhole).length.toLocaleString("en")} of them whole, in ${plural(layers.length, "layer")}.`;
    return `${chosen} The lowest median is ${ratio(low.kappa)} (${place(low)}), the highest ${ratio(high.kappa)} (${place(high)}).`;
}

function fill(cells) {
    const columns = sorted(cells, "column");
    const at = new Map(cells.map((cell) => [`${cell.row} ${cell.column}`, cell]));
    const heading = (text) => Object.assign(element("th", text, "number"), { scope: "col" });
    document.querySelector("#expert-table thead tr").append(
        Object.assign(element("th", "Layer"), { scope: "col" }), ...columns.map((column) => heading(`Expert ${column}`)));
    document.querySelector("#expert-table tbody").append(...sorted(cells, "row").map((row) => {
        const made = document.createElement("tr");
        made.append(
            Object.assign(element("th", row), { scope: "row" }),
            ...columns.map((column) => element("td", text(at.get(`${row} ${column}`)), "number")));
        return made;
    }));
}

// Dense layers among the others have no experts, and a scan may have left some out.
const text = (cell) => (!cell ? "" : `${ratio(cell.kappa)}${cell.selected === 0 ? "" : isWhole(cell) ? " ●" : " ○"}`);

function draw(report, palette, box) {
    const cells = ofExperts(report);
    return cellMap(cells, {
        columns: sorted(cells, "column"),
        rows: sorted(cells, "row").reverse(),
        columnName: "expert",
        rowName: "layer",
        rowText: String,
        title: place,
        left: 56,
        rowHeight: 22,
        leastWidth: 12,
    }, palette, box);
}
