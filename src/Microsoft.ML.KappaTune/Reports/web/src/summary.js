import { count, percent, plural, ratio } from "./format.js";
import { ascending } from "./report.js";

/** The heading and the figures below it. */
export function summary(report) {
    document.title = `${report.model}: KappaTune scan`;
    document.getElementById("model").textContent = report.model;
    const seconds = report.elapsed_seconds < 10 ? report.elapsed_seconds.toPrecision(2) : Math.round(report.elapsed_seconds);
    document.getElementById("how").textContent =
        `Selected: ${report.policy}. Scanned ${report.computed + report.cached} tensors (${report.cached} known from the cache) ` +
        `in ${seconds} s on ${report.device}${report.precision === "ranking" ? ", as far as the ranking needs" : ""}.`;

    const candidates = report.tensors.filter((m) => m.rank !== null);
    const kappas = ascending(candidates);
    const chosen = ascending(candidates.filter((m) => m.selected));
    const range = (values) => (values.length === 0 ? "none" : `${ratio(values[0])} – ${ratio(values.at(-1))}`);
    const median = kappas.length === 0 ? "none" : ratio(kappas[kappas.length >> 1]);
    const [trained, all] = [report.selected_parameters, report.total_parameters];
    const figures = [
        ["Matrices to train", chosen.length.toLocaleString("en"), `of ${plural(kappas.length, "candidate")}`],
        ["Parameters to train", percent(trained, all), `${count(trained)} of ${count(all)}`],
        ["κ of the selected", range(chosen), "lowest to highest"],
        ["κ of all candidates", median, `median; ${range(kappas)}`],
    ];
    document.getElementById("summary").append(...figures.map(figure));
}

function figure([name, value, detail]) {
    const box = document.createElement("div");
    for (const [tag, text, className] of [["dt", name, ""], ["dd", value, "value"], ["dd", detail, "muted"]]) {
        const line = box.appendChild(document.createElement(tag));
        line.textContent = text;
        line.className = className;
    }
    return box;
}
