// What the tuned model kept of what the base model knew.
import { decimals, plural, ratio, share } from "./format.js";
import { element } from "./element.js";
import { objective } from "./objective.js";
import { axis, base, legend, lines, shareAxis } from "./theme.js";

/** A change with its sign; what rounds to zero has none. */
export const signed = (format) => (value) => {
    const size = format(Math.abs(value));
    return `${/^[0.]*$/.test(size) ? "" : value < 0 ? "−" : "+"}${size}`;
};
const nats = (value) => (Math.abs(value) < 1e5 ? value.toFixed(3) : ratio(value));
const points = (value) => (100 * value).toFixed(1);

/** The words and the table; returns the charts that there is something for. */
export function retention({ tuning: { retention: kept } }) {
    const words = objective(kept);
    document.getElementById("learnt").textContent = words.learnt;
    document.getElementById("control").textContent =
        `${kept.text} (${plural(kept.windows, kept.accuracy ? words.windows : "window")} of it, ${plural(kept.tokens, "token")})`;
    if (!kept.accuracy) {
        document.getElementById("guesses-part").remove();
        return { drift };
    }

    document.getElementById("no-guesses").remove();
    document.getElementById("kept-heading").textContent = words.heading;
    document.getElementById("kept-how").textContent = words.how;
    document.getElementById("guesses").ariaLabel = `Bar chart: ${words.heading}, before and after tuning. The table below has all values.`;
    document.querySelector("#kept tbody").append(
        row(words.right, kept.accuracy, share, points), row(words.loss, kept.loss, nats, nats));
    return { guesses, drift };
}

function row(name, { before, after, difference }, format, formatChange) {
    const change = signed(formatChange);
    const made = element("tr", "");
    const heading = made.appendChild(element("th", name));
    heading.scope = "row";
    const cells = [format(before.value), format(after.value), change(difference.value), `${change(difference.low)} to ${change(difference.high)}`];
    made.append(...cells.map((text) => element("td", text, "number")));
    return made;
}

/** Lines from the lower to the upper end of each interval. */
const intervals = (ends, color) => ends.map((data) => ({
    type: "line", data, color, symbol: "none", silent: true, lineStyle: { color, width: 2, opacity: 0.6 }, legendHoverLink: false,
}));

export function guesses({ tuning: { retention: { accuracy } } }, palette) {
    const rows = [["tuned", accuracy.after, palette.selected], ["before", accuracy.before, palette.candidate]];
    return {
        ...base(palette),
        grid: { left: 64, right: 56, top: 16, bottom: 40 },
        xAxis: axis(palette, { type: "value", ...shareAxis(rows.map(([, { high }]) => high), { bars: true }).axis }),
        yAxis: axis(palette, {
            type: "category", data: rows.map(([name]) => name), splitLine: { show: false }, axisLabel: { color: palette.text },
        }),
        tooltip: {
            ...base(palette).tooltip,
            formatter: ({ dataIndex: at }) => lines(
                `${rows[at][0]}: ${share(rows[at][1].value)}`, `95 % interval ${share(rows[at][1].low)} to ${share(rows[at][1].high)}`),
        },
        series: [
            {
                type: "bar", barWidth: "45%",
                data: rows.map(([, { value }, color]) => ({
                    value, itemStyle: { color, borderRadius: [0, 3, 3, 0] },
                })),
                label: { show: true, position: "right", distance: 24, color: palette.text, formatter: ({ value }) => share(value) },
            },
            ...intervals(rows.map(([name, { low, high }]) => [[low, name], [high, name]]), palette.text),
        ],
    };
}

export function drift({ tuning: { retention: { drift: layers } } }, palette) {
    const names = layers.map(({ layer }) => (layer === 0 ? "words" : String(layer)));
    const curve = (name, color, data, dashed) => ({
        type: "line", name, color, data, symbol: "circle", symbolSize: 6, lineStyle: { color, width: 2, type: dashed ? "dashed" : "solid" },
    });
    return {
        ...base(palette),
        legend: { ...legend(palette), data: ["distance", "likeness (CKA)"] },
        grid: { left: 48, right: 16, top: 52, bottom: 56 },
        xAxis: axis(palette, { type: "category", data: names, name: "layer", nameLocation: "middle", nameGap: 30, splitLine: { show: false } }),
        yAxis: axis(palette, { type: "value", min: 0 }),
        tooltip: {
            ...base(palette).tooltip,
            trigger: "axis",
            formatter: ([{ dataIndex: at }]) => {
                const { cosine_distance: { value, low, high }, linear_cka: cka } = layers[at];
                return lines(
                    at === 0 ? "word embeddings" : `layer ${names[at]}`,
                    `distance ${decimals(value)} (${decimals(low)} to ${decimals(high)})`, `likeness ${decimals(cka)}`);
            },
        },
        series: [
            curve("distance", palette.selected, layers.map((layer) => layer.cosine_distance.value)),
            curve("likeness (CKA)", palette.candidate, layers.map((layer) => layer.linear_cka), true),
            ...intervals(layers.map(({ cosine_distance: { low, high } }, at) => [[names[at], low], [names[at], high]]), palette.selected),
        ],
    };
}

/** What a language model wrote behind some texts before it was tuned, and what it writes now. */
export function answers({ answers: all }) {
    const same = all.filter((answer) => answer.before === answer.after).length;
    document.getElementById("same-answers").textContent = `${same.toLocaleString("en")} of ${plural(all.length, "answer")}`;
    document.querySelector("#answered tbody").append(...all.map(({ prompt, before, after }) => {
        const row = element("tr", "");
        row.append(...[prompt, before].map((text) => element("td", text, "written")));
        row.append(before === after ? element("td", "the same", "muted") : element("td", after, "written"));
        return row;
    }));
}
