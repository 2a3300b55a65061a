// The data of the page: what the library wrote into it, with the numbers that JSON can't hold.
import { share } from "./format.js";

const numbers = ["kappa", "relative_kappa", "sigma_max", "sigma_min", "kappa_error"];

export function read(json) {
    const report = JSON.parse(json);
    report.tensors.forEach((tensor, index) => {
        for (const name of numbers) tensor[name] = tensor[name] == null ? null : Number(tensor[name]);
        tensor.expected = Number(report.expected_kappa[index]);
        tensor.parameters = tensor.rows * tensor.columns;
        tensor.id = (tensor.stacked ? `${tensor.name}[${tensor.expert}]` : tensor.name) + (tensor.part ? `[${tensor.part}]` : "");
        tensor.state = tensor.selected ? "selected" : tensor.rule === "rank" ? "candidate" : "other";
    });
    for (const step of report.tuning?.steps ?? []) step.loss = Number(step.loss);
    for (const epoch of report.tuning?.epochs ?? []) {
        epoch.training_loss = Number(epoch.training_loss);
        if (epoch.validation) epoch.validation.loss = Number(epoch.validation.loss);
    }
    const budget = report.tuning?.budget;
    if (budget?.validation) convert(budget.validation, "loss");
    for (const probe of budget?.probes ?? []) convert(probe, "loss_before", "loss_after", "expected");
    for (const point of budget?.course ?? []) convert(point, "training_loss", "used", "expected");
    for (const { measured } of [...(budget?.probes ?? []), ...(budget?.course ?? [])]) convert(measured, "loss_increase", "divergence", "drift");
    return report;
}

function convert(part, ...names) {
    for (const name of names) part[name] = part[name] == null ? null : Number(part[name]);
}

/** Whether a language model was tuned, whose loss counts tokens, and not a classifier. */
export const isLanguageModel = (tuning) => tuning.counted_tokens != null;

/** Whether it is known what a tuned language model hears. */
export const hears = (tuning) => tuning.epochs.some((epoch) => epoch.validation?.transcripts);

/** Edits for each word or character that was said; undefined where there is nothing to count. */
export const errorRate = (counts) =>
    counts && (counts.substitutions + counts.insertions + counts.deletions) / Math.max(counts.length, 1);

/** What was learnt: classes, texts of a language model, or to hear. */
export const taskOf = (tuning) => (!isLanguageModel(tuning) ? "classes" : hears(tuning) ? "speech" : "lm");

/** Whether there are validation rows. */
export const validated = (tuning) => tuning.epochs.some((epoch) => epoch.validation);

/** What the model is where it isn't that of an epoch; an empty text where it is. */
export function mixed(tuning) {
    const { budget, best_epoch: best } = tuning;
    if (budget?.returned_to_step != null) return `what it was after step ${budget.returned_to_step.toLocaleString("en")}`;
    if (!(budget?.interpolation < 1)) return "";
    return budget.interpolation > 0
        ? `${share(budget.interpolation)} of the way from its base to what it was after epoch ${best}`
        : isLanguageModel(tuning) ? "its base" : `its base with the new head of epoch ${best}`;
}

/** What the model does on the validation rows; null where that wasn't measured. */
export const result = (tuning) => tuning.budget?.validation ?? (mixed(tuning) ? null : tuning.epochs[tuning.best_epoch - 1].validation);

/** What is left of the epochs, in a few words. */
export const keptOf = ({ budget, best_epoch: best }) => (budget?.returned_to_step != null
    ? `step ${budget.returned_to_step.toLocaleString("en")}`
    : `${best}${budget?.interpolation < 1 ? ", mixed with the base" : ""}`);

/** Matrices with a condition number; the charts are about these. */
export const measured = (report) => report.tensors.filter((tensor) => tensor.kappa !== null);

/** The three kinds that every chart tells apart. */
export const states = [
    { name: "selected", label: "selected" },
    { name: "candidate", label: "candidate, not selected" },
    { name: "other", label: "not a candidate" },
];

/** The condition numbers, lowest first. */
export const ascending = (matrices) => matrices.map((matrix) => matrix.kappa).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** log10 κ; an infinite one is drawn half a decade above the highest finite one. */
export function logarithms(matrices) {
    const top = matrices.reduce((most, { kappa }) => (Number.isFinite(kappa) ? Math.max(most, Math.log10(kappa)) : most), 0);
    return (kappa) => (Number.isFinite(kappa) ? Math.log10(kappa) : top + 0.5);
}
