import { decimals, duration, ratio, share } from "./format.js";
import { element } from "./element.js";
import { validated } from "./report.js";

const columns = [
    { title: "Epoch", text: (epoch) => epoch.epoch },
    { title: "Training loss", text: (epoch) => decimals(epoch.training_loss) },
    { title: "Validation loss", text: (epoch) => decimals(epoch.validation?.loss), validation: true },
    { title: "Right, of all", text: (epoch) => share(epoch.validation?.micro_accuracy), validation: true },
    { title: "Right, by class", text: (epoch) => share(epoch.validation?.macro_accuracy), validation: true },
    { title: "Rows a second", text: (epoch) => ratio(epoch.rows_per_second) },
    { title: "Time", text: (epoch) => duration(epoch.elapsed_seconds) },
];

/** The table of epochs; the kept one is marked. */
export function epochs(tuning) {
    const shown = columns.filter((column) => validated(tuning) || !column.validation);
    const heading = (column) => Object.assign(element("th", column.title, "number"), { scope: "col" });
    document.querySelector("#epochs thead tr").append(...shown.map(heading));
    document.querySelector("#epochs tbody").append(...tuning.epochs.map((epoch) => {
        const row = element("tr", "", epoch.epoch === tuning.best_epoch ? "selected" : "");
        row.append(...shown.map((column) => element("td", column.text(epoch), "number")));
        return row;
    }));
}
