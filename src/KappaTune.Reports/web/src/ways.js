// The result: a tuning beside other ways to do the same task.
import { count, decimals, duration, memory, percent, rate, share } from "./format.js";
import { element } from "./element.js";
import { allowed, foremost, found, percents } from "./limits.js";
import { objective } from "./objective.js";
import { signed } from "./retention.js";

/** A gradient and AdamW's two moments, of four bytes each, for each number that trains. */
const bytesPerNumber = 12;

const rows = (words, budgets) => [
    ["Learnt: new texts sorted right", (way) => share(way.accuracy)],
    [words.kept, (way) => share(way.retention?.accuracy?.after.value)],
    ["Before tuning", (way) => share(way.retention?.accuracy?.before.value)],
    ...(budgets ? [
        ["Budget", ({ budget }) => (budget ? allowed(budget) : "no budget")],
        ["Lost on held-out text", ({ budget, retention }) => (budget ? heldOut(budget) : rise(retention?.loss))],
        ["Rate found by probes", ({ budget }) => (budget ? foundRate(budget) : "no budget")],
    ] : []),
    ["Forgotten, in nats", (way) => change(way.retention?.loss?.difference)],
    ["95 % interval", (way) => interval(way.retention?.loss?.difference)],
    ["How far the last layer moved", (way) => decimals(way.retention?.drift.at(-1).cosine_distance.value)],
    ["Time of steps and probes", (way) => duration(way.training_seconds)],
    ["Memory of gradients and AdamW", (way) => memory(bytesPerNumber * way.trainable_parameters)],
    ["Parameters trained", (way) => `${count(way.trainable_parameters)} (${percent(way.trainable_parameters, way.total_parameters)})`],
    ["Learning rate", (way) => rate(way.learning_rate)],
    ["Last training loss", (way) => decimals(way.training_loss)],
];

const heldOut = (budget) =>
    (found(foremost(budget), budget) || "not measured") + (budget.is_held === false ? ", over the budget" : "");
/** Of its own loss, where no half of the text was kept apart. */
const rise = (loss) => (loss ? `${percents(loss.difference.value / loss.before.value)}, of the whole text` : "not measured");
const nats = signed((value) => value.toFixed(2));
const change = (difference) => (difference ? nats(difference.value) : "");
const interval = (difference) => (difference ? `${nats(difference.low)} to ${nats(difference.high)}` : "");

/** The rate that a budget's run found, in words where it didn't. */
const foundRate = ({ probes, learning_rate: known }) => (known === null ? "none" : probes.length > 0 ? rate(known) : "given");

/** The table: a column a way, a row for all that was measured of any. */
export function ways({ ways: all, bag_of_words: words, tuning }) {
    const terms = objective(tuning.retention);
    document.getElementById("item").textContent = terms.item;
    const table = document.getElementById("ways");
    const compared = words == null ? [] : [element("th", "Bag of words", "number")];
    table.tHead.rows[0].append(...all.map((way) => element("th", way.title, "number")), ...compared);
    table.tHead.querySelectorAll("th").forEach((heading) => { heading.scope = "col"; });
    for (const [at, [name, text]] of rows(terms, all.some((way) => way.budget)).entries()) {
        const cells = all.map(text);
        if (cells.every((cell) => cell === "")) continue;
        const row = element("tr", "");
        const ofWords = compared.map(() => element("td", at === 0 ? share(words) : "", "number"));
        const heading = Object.assign(element("th", name), { scope: "row" });
        row.append(heading, ...cells.map((cell) => element("td", cell, "number")), ...ofWords);
        table.tBodies[0].append(row);
    }
}
