import { element } from "../element.js";

/**
 * Fills a table whose headings sort it. A column has a title, a text and a key for a row, and the class of its cells;
 * the first names the row. What has no key stays last, whichever way the others go.
 */
export function sortable(table, columns, rows, { sorted, mark } = {}) {
    const state = { sort: sorted, ascending: true };
    const body = document.createElement("tbody");
    const headings = columns.map((column) => {
        const heading = element("th", "", column.kind);
        heading.scope = "col";
        const button = heading.appendChild(element("button", column.title));
        button.type = "button";
        button.onclick = () => {
            Object.assign(state, { ascending: column !== state.sort || !state.ascending, sort: column });
            draw();
        };
        return heading;
    });

    function draw() {
        const key = state.sort?.key ?? (() => 0);
        const direction = state.ascending ? 1 : -1;
        const order = (a, b) => {
            const [one, other] = [key(a), key(b)];
            if (one === null || other === null) return (one === null) - (other === null);
            return one < other ? -direction : one > other ? direction : 0;
        };
        body.replaceChildren(...[...rows].sort(order).map(line));
        headings.forEach((heading, index) =>
            heading.setAttribute("aria-sort", columns[index] !== state.sort ? "none" : state.ascending ? "ascending" : "descending"));
    }

    function line(row) {
        const made = document.createElement("tr");
        if (mark?.(row)) made.className = "selected";
        made.append(...columns.map((column, index) => {
            const cell = element(index === 0 ? "th" : "td", column.text(row), column.kind);
            if (index === 0) cell.scope = "row";
            return cell;
        }));
        return made;
    }

    const head = document.createElement("thead");
    head.appendChild(document.createElement("tr")).append(...headings);
    table.replaceChildren(head, body);
    draw();
}
