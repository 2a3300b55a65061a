// A tuning beside other ways to tune the same model to the same task.
import { count, decimals, duration, percent, share } from "./format.js";
import { element } from "./element.js";
import { signed } from "./retention.js";

const rows = [
    ["Numbers trained", (way) => `${count(way.trainable_parameters)} (${percent(way.trainable_parameters, way.total_parameters)})`],
    ["Learning rate", (way) => Number(way.learning_rate.toPrecision(2)).toExponential()],
    ["Training", (way) => duration(way.training_seconds)],
    ["Training loss, last epoch", (way) => decimals(way.training_loss)],
    ["New texts sorted right", (way) => share(way.accuracy)],
    ["Hidden words guessed before", (way) => share(way.retention?.accuracy?.before.value)],
    ["Hidden words guessed after", (way) => share(way.retention?.accuracy?.after.value)],
    ["Forgotten: loss of a hidden word", (way) => change(way.retention?.loss?.difference)],
    ["How far the last layer moved", (way) => decimals(way.retention?.drift.at(-1).cosine_distance.value)],
];

const change = (difference) => {
    const nats = signed(decimals);
    return difference ? `${nats(difference.value)} (95 % interval ${nats(difference.low)} to ${nats(difference.high)})` : "";
};

/** The table: a column a way, a row for all that was measured of any. */
export function ways(all) {
    const table = document.getElementById("ways");
    table.tHead.rows[0].append(...all.map((way) => heading(way.title, "col", "number")));
    for (const [name, text] of rows) {
        const cells = all.map(text);
        if (cells.every((cell) => cell === "")) continue;
        const row = element("tr", "");
        row.append(heading(name, "row"), ...cells.map((cell) => element("td", cell, "number")));
        table.tBodies[0].append(row);
    }
}

const heading = (text, scope, className) => Object.assign(element("th", text, className), { scope });
