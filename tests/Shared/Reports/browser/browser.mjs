// What all looks at a page share: Chromium with nothing but the page, and how much its charts show.
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** Opens a page, lets `look` find out what is to be seen there, and prints that as JSON, with errors and with what the page asked for. */
export async function open(executablePath, page, look) {
    const browser = await chromium.launch({
        executablePath,
        timeout: 300_000,
        args: [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    });
    try {
        const tab = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
        // A busy machine is no failure.
        tab.setDefaultTimeout(300_000);
        const errors = [];
        const requests = [];
        tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));
        tab.on("pageerror", (error) => errors.push(String(error)));
        tab.on("dialog", (dialog) => { errors.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
        tab.on("request", (request) => requests.push(request.url()));
        await tab.goto(pathToFileURL(page).href);
        const sight = await look(tab);
        console.log(JSON.stringify({ ...sight, errors, requests: requests.slice(1) }));
    } finally {
        await browser.close();
    }
}

/** What a table of the page holds: rows of cells. */
export const cells = (tab, table, row = "") =>
    tab.locator(`${table} tbody tr${row}`).evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));

/** The page redraws before the next frame but one. */
export const redrawn = (tab) => tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** For each chart that is shown, how many colours it shows, and how much of the one that marks what is selected. */
export async function charts(tab) {
    const found = [];
    for (const chart of await tab.locator(".chart:visible").all()) {
        const canvas = (await chart.locator("canvas").count()) > 0;
        found.push(await chart.evaluate(count, canvas ? null : `data:image/png;base64,${(await chart.screenshot()).toString("base64")}`));
    }
    return found;
}

/** Runs in the page, with a picture of a chart that isn't drawn on canvases. */
async function count(chart, picture) {
    const hex = getComputedStyle(document.documentElement).getPropertyValue("--selected").trim();
    const mark = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    // A chart may draw on several canvases, one above the other.
    const canvases = [...chart.querySelectorAll("canvas")];
    if (picture) {
        const image = Object.assign(new Image(), { src: picture });
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height);
        canvas.getContext("2d").drawImage(image, 0, 0);
        canvases.push(canvas);
    }
    const colors = new Set();
    let marked = 0;
    for (const canvas of canvases) {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] === 0) continue;
            colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
            // Points let what lies below them shine through a little.
            if (data[i + 3] > 150 && mark.every((value, channel) => Math.abs(data[i + channel] - value) < 8)) marked++;
        }
    }
    return { id: chart.id, colors: colors.size, marked };
}
