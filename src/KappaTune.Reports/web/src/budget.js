// What came of a budget: in words, in the charts' places, and in tables.
import { actions } from "./course.js";
import { decimals, duration, plural, rate } from "./format.js";
import { element } from "./element.js";
import { keeping } from "./keeping.js";
import { allowed, foremost, limits, list, lost, percents } from "./limits.js";
import { objective } from "./objective.js";
import { isLanguageModel } from "./report.js";
import { using } from "./using.js";

/** The words, the buttons and the tables; returns the charts. */
export function budget({ tuning }, redraw) {
    const { budget: report } = tuning;
    document.getElementById("budget-outcome").textContent = outcome(report, isLanguageModel(tuning));
    document.getElementById("budget-how").textContent = how(report, isLanguageModel(tuning));
    const limit = buttons(report, redraw);
    probes(report);
    measurements(report);
    return { keeping: (all, palette, box) => keeping(all, palette, box, limit()), using };
}

const measuredBy = (measured) => ({ key }) => (measured?.[key] == null ? null : { value: measured[key] });

/** In a sentence or two, what came out. */
function outcome(report, isOfTokens) {
    const { outcome: what, decided, course, is_held: held } = report;
    if (what === "head_only" && isOfTokens)
        return `Nothing was learnt within the budget of ${allowed(report)}: the model is its base, and lost nothing.`;
    if (what === "head_only") {
        return `Nothing but the new head was learnt within the budget of ${allowed(report)}: the model is its base with it, and lost nothing. ` +
            "The head was trained beside an encoder that isn't kept, and may do better with more of a budget.";
    }
    const last = lost(report, measuredBy(course.at(-1)?.measured));
    if (what === "unverified") {
        return `The run was cancelled, and its result wasn't measured.${last ? ` When it was measured last, the model had ${last}.` : ""}`;
    }
    const figures = lost(report, ({ key }) => report[key]);
    if (!figures) return `The model ${lost(report, measuredBy(decided))} on the text that decided; on other text it wasn't measured.`;
    const sentence = `The model ${figures} on text that had no part in any decision.`;
    if (held !== false) return sentence;
    return `${sentence} That is more than the budget allows: what decided was another part of the text, and about 5 of 100 runs end so.`;
}

const times = (number) => ["", "once", "twice"][number] ?? `${number} times`;

/** How it came to that. */
function how(report, isOfTokens) {
    const { probes: tried, text, deciding_samples: deciding, held_out_samples: heldOut } = report;
    const others = heldOut > 0 ? `, ${heldOut.toLocaleString("en")} others gave the figure` : "";
    const share = report.outcome === "head_only" ? 1 : report.interpolation;
    const did = (action) => report.course.filter((point) => point.action === action).length;
    const [lowered, raised, back] = [did("rate_lowered"), did("rate_raised"), did("rolled_back")];
    const way = [
        lowered > 0 && `lowered its rate ${times(lowered)}`, raised > 0 && `raised it ${times(raised)}`,
        back > 0 && `went back ${times(back)} to where it was within the budget`,
        did("frozen") > 0 && (isOfTokens ? "ended there" : "froze the selected tensors, while the head trained on"),
    ].filter(Boolean);
    const windows = objective(report).windows;
    const seconds = report.probing_seconds + report.watching_seconds + report.deciding_seconds;
    return [
        report.learning_rate === null
            ? "The run ended before a learning rate was found: the selected tensors didn't train."
            : tried.length > 0
                ? `${plural(tried.length, "probe")} found the learning rate ${rate(report.learning_rate)}.`
                : `The learning rate, ${rate(report.learning_rate)}, was given.`,
        way.length > 0 && `On its way the run ${list(way)}.`,
        share < 1 && `The result is ${percents(share)} of the way from the base to what was trained.`,
        `Measured on ${text}: ${plural(deciding, windows)} decided${others}.`,
        `Finding the rate and keeping to the budget took ${duration(seconds)}.`,
    ].filter(Boolean).join(" ");
}

/** A button for each of several limits; returns which one is to be shown. */
function buttons(report, redraw) {
    let shown = foremost(report);
    const all = limits(report);
    const made = all.length < 2 ? [] : all.map((limit) => Object.assign(element("button", limit.title), { onclick: () => show(limit) }));
    const press = () => made.forEach((button, at) => button.setAttribute("aria-pressed", all[at].key === shown.key));
    const show = (limit) => { shown = limit; press(); redraw(); };
    document.getElementById("limits").append(...made);
    press();
    return () => shown;
}

const near = (one, other) => Math.abs(one / other - 1) < 1e-6;

function probes(report) {
    if (report.probes.length === 0) {
        document.querySelectorAll("#probes-part, #budget [data-probes]").forEach((part) => part.remove());
        return;
    }
    const taken = (probe) => report.learning_rate !== null && near(probe.learning_rate, report.learning_rate);
    const rows = report.probes.map((probe) => ({ ...probe, taken: taken(probe) }));
    if (report.learning_rate !== null && !rows.some((row) => row.taken)) rows.push({ learning_rate: report.learning_rate, taken: true });
    rows.sort((one, other) => one.learning_rate - other.learning_rate);
    table("probes", [
        ["Learning rate", (probe) => rate(probe.learning_rate)],
        ["Steps", (probe) => probe.steps?.toLocaleString("en") ?? ""],
        ["Loss before", (probe) => decimals(probe.loss_before)],
        ["Loss after", (probe) => decimals(probe.loss_after)],
        ["Expected use", (probe) => (probe.expected == null ? "" : percents(probe.expected))],
        ["Taken", (probe) => (probe.taken ? "taken" : "")],
    ], rows, (probe) => probe.taken);
}

function measurements(report) {
    table("measurements", [
        ["Step", (point) => point.step.toLocaleString("en")],
        ["Training loss", (point) => decimals(point.training_loss)],
        ...limits(report).map(({ key, figure, format }) => [
            figure, ({ measured: { [key]: value } }) => (value == null ? "" : format(value)),
        ]),
        ["Used", (point) => percents(point.used)],
        ["Expected", (point) => percents(point.expected)],
        ["Rate from there", (point) => rate(point.learning_rate)],
        ["What it did", (point) => actions[point.action].title],
    ], report.course, (point) => point.action !== "none");
}

function table(id, columns, rows, marked) {
    const made = document.getElementById(id);
    made.tHead.rows[0].append(...columns.map(([title]) => Object.assign(element("th", title, "number"), { scope: "col" })));
    made.tBodies[0].append(...rows.map((row) => {
        const line = element("tr", "", marked(row) ? "selected" : "");
        line.append(...columns.map(([, text]) => element("td", text(row), "number")));
        return line;
    }));
}

/** The first figure of the page that a budget adds. */
export function budgetFigure(report) {
    const limit = foremost(report);
    const figure = report[limit.key];
    const known = figure ? limit.format(figure.value) : report.outcome === "head_only" ? limit.format(0) : "not measured";
    return [limit.figure, known, `of at most ${limit.text}${report.is_held === false ? ": over the budget" : ""}`];
}
