// Numbers and names as the page shows them.

/** A condition number or a ratio, to three digits. */
export function ratio(value) {
    if (value === Infinity) return "∞";
    const rounded = Number(value.toPrecision(3));
    return rounded >= 1e5 ? rounded.toExponential().replace("e+", "e") : rounded.toLocaleString("en", { maximumFractionDigits: 20 });
}

/** The κ of a matrix, with what has to be known about it. */
export function kappa(matrix) {
    if (matrix.kappa === null) return "";
    const mark = matrix.lower_bound ? "≥ " : matrix.beyond_precision && matrix.kappa !== Infinity ? "~ " : "";
    return mark + ratio(matrix.kappa);
}

/** A count of parameters: 1,234 or 109.5 M. */
export function count(value) {
    const scales = [[1e12, "T"], [1e9, "B"], [1e6, "M"]];
    const [scale, unit] = scales.find(([size]) => value >= size) ?? [1, ""];
    return scale === 1 ? value.toLocaleString("en") : `${(value / scale).toPrecision(3)} ${unit}`;
}

export function percent(part, whole) {
    const share = whole === 0 ? 0 : (100 * part) / whole;
    return `${share >= 10 || share === 0 ? Math.round(share) : share.toPrecision(2)} %`;
}

/** feed_forward_in as "feed-forward in". */
export const role = (name) => name.replaceAll("_", " ").replace("feed forward", "feed-forward");

export const plural = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

/** A loss, which may be missing, or NaN where training failed. */
export const decimals = (value) => (value == null ? "" : Math.abs(value) < 1e5 ? value.toFixed(4) : ratio(value));

/** A share of 1, to a tenth of a per cent. */
export const share = (value) => (value == null ? "" : `${(100 * value).toFixed(1)} %`);

/** A learning rate: 3.1e-5. */
export const rate = (value) => (value === 0 ? "0" : Number(value.toPrecision(2)).toExponential());

/** Seconds as people say them. */
export function duration(seconds) {
    if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
    const minutes = Math.floor(seconds / 60);
    return minutes < 60 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Bytes, in units of 1000. */
export const memory = (bytes) => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`);
