// The course of a run with a budget, as its charts draw it.
import { rate } from "./format.js";
import { percents } from "./limits.js";

/** What a run did at a point, and how that is drawn. */
export const actions = {
    none: { title: "it went on", symbol: "circle", size: 5 },
    rate_lowered: { title: "rate lowered", symbol: "path://M0,0H12L6,10Z", size: 12 },
    rate_raised: { title: "rate raised", symbol: "triangle", size: 12 },
    rolled_back: { title: "went back", symbol: "rect", size: 10 },
    frozen: { title: "frozen", symbol: "diamond", size: 14 },
};

/** What legends show of lines: one of dashes, one that has ends. */
export const dashes = "path://M0,5H5V7H0ZM9,5H14V7H9Z", withEnds = "path://M0,1H2V5H5A4,4,0,1,1,5,7H2V11H0Z";

/** How much room a legend takes, of more than one line where the chart is narrow. */
export function legendHeight(entries, box) {
    let [rows, used] = [1, 0];
    for (const { name } of entries) {
        const width = 27 + 6.1 * name.length;
        if (used > 0 && used + width > box.clientWidth) [rows, used] = [rows + 1, 0];
        used += width;
    }
    return 30 + 22 * rows;
}

// What froze within the budget stayed where it was.
const wentBack = ({ action, used }) => action === "rolled_back" || (action === "frozen" && !(used <= 1));

/**
 * The points that led to the end, in order; the stretches that were set back, each from where the run went on afterwards; and what was
 * used at every point, and again where it was less from one step to the next because the run went back.
 */
export function course(points) {
    let way = [];
    const [undone, used] = [[], []];
    for (const point of points) {
        way.push(point);
        used.push({ point, used: point.used });
        if (!wentBack(point)) continue;
        const within = Math.max(0, way.findLastIndex((earlier) => !wentBack(earlier) && earlier.used <= 1));
        undone.push(way.slice(within));
        used.push({ point, used: way[within].used });
        way = way.slice(0, within + 1);
    }
    return { way, undone, used };
}

/** What both charts say of a point; of the start there is no more to say. */
export const details = (point) => (point.action == null ? [] : [
    `${percents(point.used)} of the budget used`, `${percents(point.expected)} expected by the end`,
    point.action === "none" ? "" : actions[point.action].title, `learning rate from there ${rate(point.learning_rate)}`,
]);
