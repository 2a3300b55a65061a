import { decimals, duration, ratio, share } from "./format.js";
import { element } from "./element.js";
import { errorRate, mixed, result, taskOf, validated } from "./report.js";

const columns = (tuning) => [
    { title: "Epoch", text: (epoch) => epoch.epoch },
    { title: "Training loss", text: (epoch) => decimals(epoch.training_loss) },
    { title: "Validation loss", text: (epoch) => decimals(epoch.validation?.loss), validation: true },
    ...ofTask[taskOf(tuning)],
    { title: "Time", text: (epoch) => duration(epoch.elapsed_seconds) },
];

const ofClasses = [
    { title: "Right, of all", text: (epoch) => share(epoch.validation?.micro_accuracy), validation: true },
    { title: "Right, by class", text: (epoch) => share(epoch.validation?.macro_accuracy), validation: true },
    { title: "Rows a second", text: (epoch) => ratio(epoch.rows_per_second) },
];

const ofLanguageModel = [
    { title: "Perplexity", text: (epoch) => (epoch.validation ? ratio(Math.exp(epoch.validation.loss)) : ""), validation: true },
    { title: "Guessed right", text: (epoch) => share(epoch.validation?.micro_accuracy), validation: true },
    { title: "Tokens a second", text: (epoch) => ratio(epoch.rows_per_second) },
];

const errors = (title, unit) =>
    ({ title, text: (epoch) => share(errorRate(epoch.validation?.transcripts?.[unit])), validation: true });

const ofSpeech = [
    errors("Word errors", "words"),
    errors("Character errors", "characters"),
    errors("Word errors as written", "raw_words"),
    { title: "Tokens a second", text: (epoch) => ratio(epoch.rows_per_second) },
];

const ofTask = { classes: ofClasses, lm: ofLanguageModel, speech: ofSpeech };

/** The table of epochs; the kept one is marked, and what it isn't is said. */
export function epochs(tuning) {
    const note = document.getElementById("mixed");
    if (mixed(tuning)) note.textContent = `No epoch's figures are those of the model, which is ${mixed(tuning)}${figures(tuning, result(tuning))}.`;
    else note.remove();
    const shown = columns(tuning).filter((column) => validated(tuning) || !column.validation);
    const heading = (column) => Object.assign(element("th", column.title, "number"), { scope: "col" });
    document.querySelector("#epochs thead tr").append(...shown.map(heading));
    document.querySelector("#epochs tbody").append(...tuning.epochs.map((epoch) => {
        const row = element("tr", "", epoch.epoch === tuning.best_epoch ? "selected" : "");
        row.append(...shown.map((column) => element("td", column.text(epoch), "number")));
        return row;
    }));
}

/** What the model itself does on texts that it didn't learn from, where there are some. */
const figures = (tuning, validation) => (!validation ? ""
    : validation.transcripts
        ? `: of the recordings that it didn't learn from it hears ${share(errorRate(validation.transcripts.words))} of the words wrong, and ` +
          `${share(errorRate(validation.transcripts.characters))} of the characters`
    : taskOf(tuning) === "lm"
        ? `: on texts that it didn't learn from its loss is ${decimals(validation.loss)} and its perplexity ${ratio(Math.exp(validation.loss))}`
        : `: its validation loss is ${decimals(validation.loss)}, and of the texts that it didn't learn from it sorts ` +
          `${share(validation.micro_accuracy)} right, by class ${share(validation.macro_accuracy)}`);
