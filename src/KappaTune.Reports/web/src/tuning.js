import { count, decimals, duration, memory, percent, plural, ratio, share } from "./format.js";
import { budgetFigure } from "./budget.js";
import { element } from "./element.js";
import { objective } from "./objective.js";
import { errorRate, hears, isLanguageModel, keptOf, mixed, result } from "./report.js";
import { figures } from "./summary.js";

const classesShown = 200;
const endings = {
    completed: "all that were asked for", stopped_early: "then no gain any more", cancelled: "then cancelled",
    out_of_time: "then its time was up", budget_spent: "then nothing was left of the budget",
};

/** What was done, in words and figures. */
export function tuningSummary(report) {
    const { tuning } = report;
    const kept = tuning.epochs[tuning.best_epoch - 1];
    const seconds = tuning.scan_seconds + tuning.tokenizing_seconds + tuning.training_seconds;
    const selected = report.tensors.filter((tensor) => tensor.selected).length;
    const trained = percent(tuning.trainable_parameters, tuning.total_parameters);

    document.getElementById("how").textContent = `Selected: ${report.policy}. Method: ${method(tuning.method)}.`;
    figures([
        learnt(report, kept),
        ...(tuning.budget ? [budgetFigure(tuning.budget)] : []),
        ...(tuning.retention?.accuracy ? [retained(tuning.retention)] : []),
        ["Trained", trained, `${count(tuning.trainable_parameters)} of ${count(tuning.total_parameters)} parameters`],
        ["Epochs", tuning.epochs.length, `${endings[tuning.stop]}; kept: ${keptOf(tuning)}`],
        ["Time", duration(seconds + (tuning.budget?.deciding_seconds ?? 0)), `on ${tuning.device}`],
    ]);

    const [andHead, ofHead] = isLanguageModel(tuning) ? ["", ""] : [" and a new head", ", the head's among them"];
    const tensors = `${selected} of ${plural(report.tensors.length, "tensor")} (tables of numbers)`;
    document.getElementById("trained-share").textContent = tuning.method.name === "lora"
        ? `only small additions beside ${tensors}${andHead} were trained, as many as ${trained} of all parameters${ofHead}`
        : `only ${tensors}${andHead} were trained, ${trained} of all parameters${ofHead}`;
    if (!isLanguageModel(tuning)) {
        document.getElementById("guessing").textContent = ratio(Math.log(tuning.classes.length));
        classes(tuning.classes);
    }
    if (tuning.steps.length > 1 && tuning.steps[0].step > 1)
        document.getElementById("thinned").textContent = ` (each point of the thin one is the mean of ${tuning.steps[0].step} steps)`;
    document.getElementById("facts").append(...facts(report).flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

/** On texts that no way learnt from, where there are other ways; else on those that validated. */
function learnt({ tuning, ways }, kept) {
    if (ways?.[0].accuracy != null) return ["Sorted right", share(ways[0].accuracy), "of new texts"];
    const validation = result(tuning);
    if (validation?.transcripts)
        return ["Word errors", share(errorRate(validation.transcripts.words)), `of ${plural(tuning.validation_rows, "recording")} it didn't learn from`];
    if (validation && isLanguageModel(tuning))
        return ["Perplexity", ratio(Math.exp(validation.loss)), `of ${plural(tuning.validation_rows, "text")} it didn't learn from`];
    if (validation)
        return ["Sorted right", share(validation.micro_accuracy), `of ${plural(tuning.validation_rows, "text")} it didn't learn from`];
    return mixed(tuning)
        ? ["Training loss", "not measured", `of ${mixed(tuning)}`]
        : ["Training loss", decimals(kept.training_loss), `in epoch ${kept.epoch}`];
}

const retained = (retention) =>
    [objective(retention).label, share(retention.accuracy.after.value), `${share(retention.accuracy.before.value)} before tuning`];

const method = ({ name, rank, alpha, dropout }) =>
    name === "lora" ? `LoRA of rank ${rank}, alpha ${alpha}${dropout > 0 ? `, dropout ${dropout}` : ""}` : "direct";

function classes(names) {
    const list = document.getElementById("classes");
    list.append(...names.slice(0, classesShown).map((name) => element("li", name)));
    if (names.length > classesShown) list.append(element("li", `and ${(names.length - classesShown).toLocaleString("en")} more`, "muted"));
}

function facts({ tuning }) {
    const noun = hears(tuning) ? "recording" : "text";
    const rows = [plural(tuning.training_rows, noun) + " learnt from", `${tuning.validation_rows.toLocaleString("en")} to validate`];
    const missing = isLanguageModel(tuning) ? "with nothing to learn" : "without a class";
    if (tuning.skipped_rows > 0) rows.push(`${tuning.skipped_rows.toLocaleString("en")} ${missing} left out`);
    if (tuning.truncated_rows > 0) rows.push(`${tuning.truncated_rows.toLocaleString("en")} too long and cut`);
    return [
        ["Base model", `${tuning.base_model} (fingerprint ${tuning.base_fingerprint})`],
        [hears(tuning) ? "Recordings" : "Texts", rows.join(", ")],
        ...(isLanguageModel(tuning) ? [["Learnt from", plural(tuning.counted_tokens, "token") + " of them"]] : []),
        ["Finding κ", duration(tuning.scan_seconds)],
        ["Tokenizing", duration(tuning.tokenizing_seconds)],
        ["Training", `${duration(tuning.training_seconds)}, validation included`],
        ["Memory", `${memory(tuning.peak_memory_bytes)} at most`],
        ["Device", `${tuning.device}, ${plural(tuning.threads, "thread")}`],
    ];
}
