import { count, percent, plural, ratio } from "./format.js";
import { element } from "./element.js";
import { ascending } from "./report.js";

/** How the scan was made, and the figures below that. */
export function scanSummary(report) {
    const { scan } = report;
    const seconds = scan.elapsed_seconds < 10 ? scan.elapsed_seconds.toPrecision(2) : Math.round(scan.elapsed_seconds);
    document.getElementById("how").textContent =
        `Selected: ${report.policy}. Scanned ${scan.computed + scan.cached} tensors (${scan.cached} known from the cache) ` +
        `in ${seconds} s on ${scan.device}${scan.precision === "ranking" ? ", as far as the ranking needs" : ""}.`;

    const candidates = report.tensors.filter((m) => m.rank !== null);
    const kappas = ascending(candidates);
    const chosen = ascending(candidates.filter((m) => m.selected));
    const range = (values) => (values.length === 0 ? "none" : `${ratio(values[0])} – ${ratio(values.at(-1))}`);
    const median = kappas.length === 0 ? "none" : ratio(kappas[kappas.length >> 1]);
    const [trained, all] = [report.selected_parameters, report.total_parameters];
    figures([
        ["Matrices to train", chosen.length.toLocaleString("en"), `of ${plural(kappas.length, "candidate")}`],
        ["Parameters to train", percent(trained, all), `${count(trained)} of ${count(all)} without a new head`],
        ["κ of the selected", range(chosen), "lowest to highest"],
        ["κ of all candidates", median, `median; ${range(kappas)}`],
    ]);
}

/** Boxes with a name, a value and a detail. */
export const figures = (all) => document.getElementById("summary").append(...all.map(figure));

function figure([name, value, detail]) {
    const box = document.createElement("div");
    box.append(element("dt", name), element("dd", value, "value"), element("dd", detail, "muted"));
    return box;
}
