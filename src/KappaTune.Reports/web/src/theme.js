// The page's colours, which follow the reader's light or dark setting, for the charts.

export function colors() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    return {
        ...Object.fromEntries(["card", "line", "text", "muted", "selected", "candidate", "other"].map((name) => [name, read(name)])),
        heat: [0, 1, 2, 3, 4].map((step) => read(`heat-${step}`)),
        font: getComputedStyle(document.body).fontFamily,
    };
}

/** What all charts share. */
export const base = (palette) => ({
    animation: false,
    textStyle: { color: palette.text, fontFamily: palette.font },
    tooltip: {
        backgroundColor: palette.card,
        borderColor: palette.line,
        textStyle: { color: palette.text },
        confine: true,
    },
});

export const axis = (palette, options) => ({
    ...options,
    nameTextStyle: { color: palette.muted, ...options.nameTextStyle },
    axisLabel: { color: palette.muted, ...options.axisLabel },
    axisLine: { lineStyle: { color: palette.line }, ...options.axisLine },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: palette.line }, ...options.splitLine },
});

/**
 * The ends of an axis of shares, which never leaves 0 to 1. It begins at 0, but for lines and points that differ little and lie far from 0;
 * `note` then says where it begins, and belongs in the chart.
 */
export function shareAxis(values, { bars = false } = {}) {
    const known = values.filter(Number.isFinite);
    const [least, most] = [Math.min(...known), Math.max(...known)];
    const apart = most - least;
    const zoomed = !bars && apart > 0 && least > 2 * apart;
    // A tenth at least, so that no small difference looks large.
    const margin = Math.max(apart / 4, (0.1 - apart) / 2);
    const [low, high] = bars ? [0, most] : zoomed ? [least - margin, most + margin] : [0, 1];
    // A whole number of each is 1.
    const interval = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2].find((step) => high - low <= 5 * step) ?? 0.25;
    const min = Math.max(0, Math.floor(low / interval) * interval);
    const max = Math.min(1, Math.max(1, Math.ceil(high / interval)) * interval);
    const text = (value) => `${Math.round(1000 * value) / 10} %`;
    const axisLabel = { formatter: text, hideOverlap: true };
    return { note: min > 0 ? `axis from ${text(min)}` : "", axis: { min, max, interval, axisLabel } };
}

/** The ends of an axis that holds both values, at whole numbers of its interval. */
export function roundAxis(low, high) {
    const rough = (high - low) / 5;
    const power = 10 ** Math.floor(Math.log10(rough));
    const interval = power * [1, 2, 5, 10].find((step) => rough <= step * power * (1 + 1e-9));
    // What rounding adds to a whole number is no reason for another interval.
    return { min: Math.floor(low / interval + 1e-9) * interval, max: Math.ceil(high / interval - 1e-9) * interval, interval };
}

export const legend = (palette) => ({ top: 0, itemWidth: 12, itemHeight: 12, textStyle: { color: palette.muted } });

/** A tooltip's lines as an element: names of tensors are text, never markup. */
export function lines(...texts) {
    const box = document.createElement("div");
    box.className = "tooltip";
    texts.filter(Boolean).forEach((text, index) => {
        const line = box.appendChild(document.createElement("div"));
        line.textContent = text;
        if (index === 0) line.style.fontWeight = "600";
    });
    return box;
}
