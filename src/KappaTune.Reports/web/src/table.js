import { element } from "./element.js";
import { kappa, plural, ratio, role } from "./format.js";

const firstRows = 200;

// A rank says it all, and the page's heading what was asked for.
const decision = (m) => (m.rule !== "rank" ? m.reason : m.selected ? "selected" : "not selected");

const relative = (m) => (m.relative_kappa === null ? "" : ratio(m.relative_kappa));

const columns = [
    { title: "Rank", key: (m) => m.rank ?? Infinity, text: (m) => m.rank ?? "", kind: "number" },
    { title: "Tensor", key: (m) => m.id, text: (m) => m.id, kind: "name" },
    { title: "Role", key: (m) => m.role, text: (m) => role(m.role) },
    { title: "Shape", key: (m) => m.parameters, text: (m) => m.shape.join(" × "), kind: "number" },
    { title: "Type", key: (m) => m.dtype, text: (m) => m.dtype },
    { title: "κ", key: (m) => m.kappa ?? Infinity, text: kappa, kind: "number kappa" },
    { title: "× random", key: (m) => m.relative_kappa ?? Infinity, text: relative, kind: "number" },
    { title: "Decision", key: decision, text: decision, kind: "reason" },
];

const views = [
    { name: "Selected", shows: (m) => m.selected },
    { name: "Candidates", shows: (m) => m.rank !== null },
    { name: "All", shows: () => true },
];

/** Fills the table, and keeps it in step with the buttons, the search and the headings. */
export function table(report) {
    const state = { view: views[0], search: "", sort: columns[0], ascending: true, limit: firstRows };
    document.getElementById("decisions").textContent = report.tuning ? "What trained, and why" : "What is selected, and why";
    const body = document.querySelector("#matrices tbody");
    const more = document.getElementById("more");

    function draw() {
        const needle = state.search.toLowerCase();
        const rows = report.tensors.filter((m) => state.view.shows(m) && m.id.toLowerCase().includes(needle));
        const { key } = state.sort;
        const direction = state.ascending ? 1 : -1;
        rows.sort((a, b) => (key(a) < key(b) ? -direction : key(a) > key(b) ? direction : 0));
        body.replaceChildren(...rows.slice(0, state.limit).map(row));
        more.replaceChildren();
        if (rows.length === 0) more.append("None.");
        if (rows.length > state.limit) {
            const button = element("button", `Show all ${plural(rows.length, "row")}`);
            button.onclick = () => { state.limit = Infinity; draw(); };
            more.append(button);
        }
        buttons.forEach((button, index) => button.setAttribute("aria-pressed", views[index] === state.view));
        headings.forEach((heading, index) =>
            heading.setAttribute("aria-sort", columns[index] !== state.sort ? "none" : state.ascending ? "ascending" : "descending"));
    }

    function row(matrix) {
        const made = document.createElement("tr");
        if (matrix.selected) made.className = "selected";
        made.append(...columns.map((column) => element("td", column.text(matrix), column.kind)));
        return made;
    }

    const change = (changes) => { Object.assign(state, { limit: firstRows }, changes); draw(); };
    const buttons = views.map((view) => {
        const button = element("button", `${view.name} (${report.tensors.filter(view.shows).length.toLocaleString("en")})`);
        button.onclick = () => change({ view });
        return button;
    });
    const headings = columns.map((column) => {
        const heading = element("th", "", column.kind);
        heading.scope = "col";
        const button = heading.appendChild(element("button", column.title));
        button.onclick = () => change({ sort: column, ascending: column !== state.sort || !state.ascending });
        return heading;
    });
    document.getElementById("views").append(...buttons);
    document.querySelector("#matrices thead tr").append(...headings);
    document.getElementById("search").oninput = (event) => change({ search: event.target.value });
    draw();
}
