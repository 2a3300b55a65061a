// How each curve or role is marked: a colour and a shape, so that neither is needed alone.

const paths = {
    circle: "M0-5a5 5 0 1 0 0 10a5 5 0 1 0 0-10z",
    square: "M-4.5-4.5h9v9h-9z",
    triangle: "M0-5.5l5.5 10h-11z",
    diamond: "M0-6l6 6l-6 6l-6-6z",
    down: "M0 5.5l5.5-10h-11z",
};

/** The symbol's name, as a chart takes it. */
export const symbol = ({ symbol: name }) => `path://${paths[name]}`;

export const color = (thing) => (matchMedia("print").matches || !matchMedia("(prefers-color-scheme: dark)").matches ? thing.light : thing.dark);

function sign(thing) {
    // The page has such elements already, which know what they are.
    const { namespaceURI } = document.querySelector("figure svg");
    const make = (name, attributes) => {
        const made = document.createElementNS(namespaceURI, name);
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
        return made;
    };
    const svg = make("svg", { viewBox: "-12 -7 24 14", "aria-hidden": "true" });
    svg.append(make("path", { d: "M-12 0h24", class: thing.dashed ? "dashed" : "" }), make("path", { d: paths[thing.symbol], class: "shape" }));
    return svg;
}

/** Buttons that show and hide things; all are shown at first. */
export function legend(box, things, changed) {
    const shown = new Set(things);
    const buttons = things.map((thing) => {
        const button = document.createElement("button");
        button.type = "button";
        const title = document.createElement("span");
        title.textContent = thing.title;
        if (thing.hero) title.className = "hero";
        button.append(sign(thing), title);
        button.onclick = () => set(thing, !shown.has(thing));
        return button;
    });
    const all = document.createElement("button");
    all.type = "button";
    all.className = "all";
    all.onclick = () => {
        const show = shown.size < things.length;
        things.forEach((thing) => (show ? shown.add(thing) : shown.delete(thing)));
        update();
        changed();
    };

    function set(thing, show) {
        if (show) shown.add(thing);
        else shown.delete(thing);
        update();
        changed();
    }

    function update() {
        buttons.forEach((button, index) => button.setAttribute("aria-pressed", shown.has(things[index])));
        all.textContent = shown.size < things.length ? "Show all" : "Hide all";
    }

    /** In the colours of light or dark. */
    const recolor = () => buttons.forEach((button, index) => button.style.setProperty("--mark", color(things[index])));
    box.replaceChildren(...buttons, all);
    update();
    return { shows: (thing) => shown.has(thing), recolor };
}
