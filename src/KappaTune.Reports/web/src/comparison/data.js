// The data of the page: what the library wrote into it, with the numbers that JSON can't hold.

export function read(json) {
    const report = JSON.parse(json);
    for (const tensor of report.tensors) {
        for (const [name, value] of Object.entries(tensor.scores)) tensor.scores[name] = value === null ? null : Number(value);
    }
    return report;
}

const { format } = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** Nats a token or a correlation: three decimals, and a true minus. */
export const nats = (value) => (value == null ? "" : format(value).replace("-0.000", "0.000").replace("-", "−"));

/** A value with its interval, where more than one run makes one. */
export const withInterval = (estimate, text) =>
    !estimate ? "" : estimate.low === null ? text(estimate.mean) : `${text(estimate.mean)} (${text(estimate.low)} to ${text(estimate.high)})`;

/** A share, to a tenth of a per cent. */
export const share = (value) => (value == null ? "" : `${(100 * value).toFixed(1)} %`);
