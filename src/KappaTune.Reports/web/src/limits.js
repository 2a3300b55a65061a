// What a budget limits, each in its own unit.
import { ratio } from "./format.js";

/** To three digits, and no finer than a hundredth of a per cent. */
export const percents = (value) => `${negative(Number(Number((100 * value).toPrecision(3)).toFixed(2)))} %`;
const negative = (value) => (value < 0 ? "−" : "") + Math.abs(value).toLocaleString("en");

const kinds = [
    {
        key: "loss_increase", title: "Loss", axis: "rise of the loss on control text", format: percents, did: "lost",
        tick: percents, figure: "Lost", most: ({ keep }) => (keep == null ? null : 1 - keep),
    },
    {
        key: "divergence", title: "KL on control", axis: "KL(base, tuned) on control text, in nats",
        format: (value) => `${ratio(value)} nats`, did: "changed what it predicts by",
        tick: ratio, figure: "KL on control", most: ({ maximum_divergence: most }) => most,
    },
    {
        key: "drift", title: "Drift", axis: "distance that states moved on control text", format: ratio,
        did: "moved its states by", tick: ratio, figure: "Drift", most: ({ maximum_drift: most }) => most,
    },
];

/** The limits that are set; `text` is one in words. */
export const limits = ({ budget }) => kinds
    .map((kind) => ({ ...kind, most: kind.most(budget) }))
    .filter(({ most }) => most != null)
    .map((limit) => ({ ...limit, text: limit.format(limit.most) }));

export const list = (parts) => (parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`);

/** The whole budget: 2 %, or 2 % and KL on control 0.05 nats. */
export const allowed = (report) => list(limits(report).map(({ title, text }) => (title === "Loss" ? text : `${title} ${text}`)));

/** The limit of which a measurement used most; undefined where it measured none of them. */
export const closest = (all, measured) => all
    .filter(({ key }) => Number.isFinite(measured?.[key]))
    .sort((one, other) => measured[other.key] / other.most - measured[one.key] / one.most)[0];

/** What was found on the half of the control text that had no part in any decision, as a measurement. */
const heldOut = (report) => Object.fromEntries(kinds.map(({ key }) => [key, report[key]?.value]));

/** The limit that the result, or else the run's last point, is closest to. */
export function foremost(report) {
    const all = limits(report);
    return closest(all, heldOut(report)) ?? closest(all, report.decided) ?? closest(all, report.course.at(-1)?.measured) ?? all[0];
}

/** A limit's figure on that half, with its interval; an empty text where it wasn't measured. */
export const found = (limit, report) => (report[limit.key] ? amount(limit, report[limit.key]) : "");

const amount = (limit, estimate) => limit.format(estimate.value) + (estimate.low == null ? "" : ` (${spread(limit, estimate)})`);
const spread = ({ format }, ends) => `95 %: ${interval(format, ends)}`;

/** What was lost of what was allowed, in words; `figure` gives what is known of a limit. An empty text where nothing is. */
export function lost(report, figure) {
    const known = limits(report).filter((limit) => figure(limit) != null);
    return list(known.map((limit) => {
        const estimate = figure(limit);
        if (limit.key !== "loss_increase" || estimate.value > 0) return `${limit.did} ${amount(limit, estimate)} of at most ${limit.text}`;
        const fell = `its loss fell by ${limit.format(-estimate.value)}`;
        return `lost nothing of at most ${limit.text} (${estimate.low == null ? fell : `${fell}; its rise, ${spread(limit, estimate)}`})`;
    }));
}

/** The unit once: 0.6 to 2.2 %. */
function interval(format, { low, high }) {
    const [from, to] = [format(low), format(high)];
    const unit = to.match(/ \D+$/)?.[0] ?? "";
    return `${from.endsWith(unit) ? from.slice(0, from.length - unit.length) : from} to ${to}`;
}
