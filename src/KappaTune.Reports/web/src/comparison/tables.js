// The tables behind the charts: everything that a chart shows, and more exactly.
import { count, ratio } from "../format.js";
import { nats, share, withInterval } from "./data.js";
import { sortable } from "./sortable.js";

const number = (title, key, text) => ({ title, kind: "number", key: (row) => key(row) ?? null, text: (row) => text(key(row)) });
const estimate = (title, value, text) =>
    ({ title, kind: "number", key: (row) => value(row)?.mean ?? null, text: (row) => withInterval(value(row), text) });
const words = (title, text) => ({ title, key: text, text });
const table = (id) => document.getElementById(id);

const reached = {
    title: "Runs that got there", kind: "number", key: (row) => row.reached / row.runs || 0, text: (row) => `${row.reached} of ${row.runs}`,
};

/** What only runs of late know: the time of the steps, and how far predictions went from the base's. */
const costs = [
    estimate("Seconds of training", (row) => row.training_seconds, (seconds) => seconds.toFixed(1)),
    estimate("KL", (row) => row.divergence, nats),
];

export function points({ methods, controls, guessed, of_speech: ofSpeech }) {
    const rows = methods.flatMap((method) => method.points.map((point) => ({ method, ...point })));
    sortable(table("points"), [
        words("Way", (row) => row.method.title),
        number("Epoch", (row) => row.epoch, String),
        ...(ofSpeech ? [
            number("Step", (row) => row.step, String),
            estimate("Word error rate", (row) => row.word_errors, share),
            ...controls.map((name, index) => estimate(
                controls.length > 1 ? `Bits a byte: ${name}` : "Bits a byte", (row) => row.bits_per_byte?.[index], (bits) => bits.toFixed(4))),
        ] : []),
        number("Training loss", (row) => row.train_loss, nats),
        number("Accuracy", (row) => row.accuracy, share),
        number("Accuracy by class", (row) => row.macro_accuracy, share),
        ...controls.map((name, index) =>
            number(controls.length > 1 ? `Forgetting: ${name}` : "Forgetting", (row) => row.forgetting[index], nats)),
        ...controls.map((name, index) =>
            number(controls.length > 1 ? `Words guessed: ${name}` : `${guessed[0].toUpperCase()}${guessed.slice(1)} guessed`, (row) => row.guessed[index], share)),
        number("Runs", (row) => row.runs, String),
    ], rows, { mark: (row) => row.method.hero });
}

export function matched({ methods, parameters, controls }) {
    const forgetting = controls.map((name, index) =>
        estimate(controls.length > 1 ? `Forgetting: ${name}` : "Forgetting", (row) => row.forgetting[index], nats));
    sortable(table("matched-rows"), [
        words("Way", (row) => row.title),
        ...forgetting.map((column) => ({ ...column, text: (row) => column.text(row) || (row.reached === 0 ? "didn't learn that much" : "") })),
        estimate("Accuracy", (row) => row.accuracy, share),
        number("Learning rate", (row) => row.learning_rate, (rate) => (rate == null ? "" : String(rate))),
        ...costs.filter(({ key }) => methods.some((method) => key(method) !== null)),
        reached,
        number("Parameters trained", (row) => row.trainable, (value) => `${count(value)}${parameters ? ` (${ratio((100 * value) / parameters)} %)` : ""}`),
        number("Failed runs", (row) => row.failed, (value) => (value ? String(value) : "")),
    ], methods, { mark: (row) => row.hero });
}

export function rates({ methods }) {
    const rows = methods.flatMap((method) => method.rates.map((rate) => ({ method, ...rate })));
    sortable(table("rates"), [
        words("Way", (row) => row.method.title),
        number("Learning rate", (row) => row.learning_rate, String),
        estimate("Forgetting", (row) => row.forgetting, nats),
        estimate("Accuracy", (row) => row.accuracy, share),
        estimate("Epochs until then", (row) => row.epochs, (value) => value.toFixed(1)),
        reached,
        { title: "", key: (row) => (row.chosen ? 0 : 1), text: (row) => (row.chosen ? "compared" : "") },
    ], rows, { mark: (row) => row.chosen });
}

export function scores({ scores: all }) {
    sortable(table("scores"), [
        words("Score", (row) => row.title),
        number("Rank correlation", (row) => row.mean, nats),
        { title: "95 % interval", kind: "number", key: (row) => row.low, text: (row) => (row.low === null ? "" : `${nats(row.low)} to ${nats(row.high)}`) },
        number("Within roles", (row) => row.within_role, nats),
        number("Within layers", (row) => row.within_layer, nats),
        { title: "What it is", kind: "reason", key: (row) => row.description, text: (row) => row.description },
    ], all, { mark: (row) => row.hero });
}

export function tensors({ tensors: all, scores: known }) {
    sortable(table("tensor-rows"), [
        { ...words("Tensor", (row) => row.name), kind: "name" },
        words("Role", (row) => row.role),
        number("Layer", (row) => row.layer, (layer) => (layer == null ? "" : String(layer))),
        { title: "Shape", kind: "number", key: (row) => row.scores.parameters ?? row.shape, text: (row) => row.shape },
        estimate("Forgetting", (row) => row.forgetting, nats),
        reached,
        ...known.map((score) => number(score.title, (row) => row.scores[score.id], (value) =>
            (value == null ? "" : Number.isInteger(value) ? value.toLocaleString("en") : ratio(value)))),
    ], all);
}
