import { LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { element } from "../element.js";
import { count, plural } from "../format.js";
import { figures } from "../summary.js";
import { colors } from "../theme.js";
import { nats, read, share, withInterval } from "./data.js";
import { forest } from "./forest.js";
import { color, legend } from "./marks.js";
import * as tables from "./tables.js";
import { tensors } from "./tensors.js";

use([LineChart, ScatterChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

// What stands in place of the words on accuracy and forgetting where models learn to hear.
const spoken = "Each curve is one way to fine-tune. On the left is the word error rate of recordings that none has learnt from, on the right "
    + "how many bits a byte takes of text that has nothing to do with the task, both by training step. Lower is better on both sides. Points are "
    + "means over all runs, and bars 95 % intervals, where there are enough runs for some.";

const report = read(document.getElementById("report").textContent);
const place = (id) => document.getElementById(id);
const pairs = (list, all) => place(list).append(...all.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
// The options of each chart that this page has, by the chart's place, and what else has to follow light or dark.
const drawings = {};
const recolored = [];

document.title = `${report.heading}: KappaTune comparison`;
place("heading").textContent = report.heading;
place("lead").append(...report.lead.map((text) => element("p", text)));
place("notes").append(...report.notes.map((text) => element("p", text)));
document.querySelectorAll("[data-guessed]").forEach((part) => { part.textContent = report.guessed; });
figures(report.figures.map(({ name, value, detail }) => [name, value, detail]));
pairs("facts", report.facts.map(({ name, value }) => [name, value]));
document.querySelectorAll(`[data-for=${report.methods.length > 0 ? "methods" : "none"}]`).forEach((part) => { part.hidden = false; });
document.querySelectorAll(`[data-for=${report.tensors.length > 0 ? "tensors" : "none"}]`).forEach((part) => { part.hidden = false; });
if (report.methods.length > 0) showMethods();
if (report.tensors.length > 0) showTensors();

function showMethods() {
    const state = { control: 0 };
    const charts = report.charts.map((chart) => chart && picture(chart));
    const switches = legend(place("legend"), report.methods, () => show());
    recolored.push(switches.recolor);
    const show = () => {
        const chart = charts[state.control];
        place("tradeoff").hidden = !chart;
        if (!chart) return;
        place("tradeoff").replaceChildren(chart);
        report.methods.forEach((method, index) =>
            chart.querySelectorAll(`.m${index}`).forEach((part) => part.toggleAttribute("hidden", !switches.shows(method))));
    };
    if (report.controls.length > 1) {
        const buttons = report.controls.map((name, index) => {
            const button = element("button", name);
            button.type = "button";
            button.onclick = () => { state.control = index; press(); show(); };
            return button;
        });
        const press = () => buttons.forEach((button, index) => button.setAttribute("aria-pressed", index === state.control));
        place("controls").hidden = false;
        place("controls").append(...buttons);
        press();
    }
    if (report.of_speech) place("curves").textContent = spoken;
    else if (report.matched_loss !== null) place("matched-mark").textContent = "; a ring marks where all have learnt equally well";
    place("baselines").textContent = report.baselines.map((one) => `${one.description}: ${share(one.accuracy)} right.`).join(" ");
    show();
    tables.points(report);
    pairs("methods", report.methods.map((method) => [method.title, `${method.description} ${trained(method)}`]));
    if (report.matched_loss === null && report.matched_errors === null) place("matched-part").hidden = true;
    else showMatched();
}

/** An SVG picture as an element. */
function picture(text) {
    return document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
}

function trained({ tensors: number, trainable }) {
    return `Trains ${count(trainable)} parameters, ${number === 0 ? "none of them the model's own" : `in or beside ${plural(number, "tensor")} of the model`}.`;
}

function showMatched() {
    place("matched-loss").textContent = report.of_speech
        ? `the word error rate of the test recordings is ${share(report.matched_errors)}` : `the training loss is ${nats(report.matched_loss)}`;
    if (report.too_few_runs !== null) place("matched-intervals").textContent += ` ${report.too_few_runs}`;
    drawings.matched = (palette, box) => forest(report.methods.filter((method) => method.forgetting[0] || method.accuracy), [
        { name: "forgetting, nats a token", value: (row) => row.forgetting[0], text: (value) => withInterval(value, nats), zero: true },
        {
            name: report.of_speech ? "tokens of transcripts guessed right" : "test texts sorted right", value: (row) => row.accuracy, text: (value) => withInterval(value, share), share: true,
        },
    ], palette, box);
    place("verdict").append(...report.verdict.map(({ name, value }) => {
        const line = element("li", "");
        line.append(element("strong", name), ` ${value}`);
        return line;
    }));
    tables.matched(report);
    tables.rates(report);
}

function showTensors() {
    const state = { score: report.scores[0] };
    const switches = legend(place("roles"), report.roles, () => draw());
    recolored.push(switches.recolor);
    const select = place("score");
    select.append(...report.scores.map((score) => Object.assign(element("option", score.title), { value: score.id })));
    const say = () => {
        const { score } = state;
        place("correlation").textContent = score.mean === null
            ? "" : `Rank correlation of ${score.title} with forgetting: ${withInterval(score, nats)}.`;
    };
    select.onchange = () => {
        state.score = report.scores[select.selectedIndex];
        say();
        draw();
    };
    say();
    drawings.correlations = (palette, box) => forest(report.scores.filter((score) => score.mean !== null), [
        { name: "rank correlation with forgetting", value: (row) => row, text: (value) => withInterval(value, nats), zero: true, min: -1, max: 1 },
    ], palette, box);
    drawings.tensors = (palette) => tensors(report, palette, { shows: switches.shows, score: state.score });
    tables.scores(report);
    tables.tensors(report);
}

const charts = Object.entries(drawings).map(([id, drawing]) => ({ box: place(id), drawing, chart: init(place(id)) }));

function draw() {
    const palette = colors();
    recolored.forEach((recolor) => recolor());
    for (const { box, drawing, chart } of charts) {
        const option = drawing(palette, box);
        chart.resize();
        chart.setOption(option, true);
    }
}

draw();
addEventListener("resize", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
// Paper has no fold-outs, and is white.
matchMedia("print").addEventListener("change", draw);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((fold) => { fold.dataset.open = fold.open; fold.open = true; }));
addEventListener("afterprint", () => document.querySelectorAll("details").forEach((fold) => { fold.open = fold.dataset.open === "true"; }));
