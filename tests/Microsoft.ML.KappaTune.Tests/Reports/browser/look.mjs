// Opens a report in Chromium, and says as JSON what is to be seen there.
// usage: node look.mjs CHROMIUM PAGE [PICTURE.png]; pictures of the whole page, light and dark, are for people to look at
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, page, picture] = process.argv.slice(2);
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

    const light = await tab.evaluate(charts);
    if (picture) await tab.screenshot({ path: picture, fullPage: true });
    const shown = await tab.locator("h2:visible").allInnerTexts();
    const figures = await tab.locator("#summary .value").allInnerTexts();
    const classes = await tab.locator("#classes li").allInnerTexts();
    const epochs = await cells("#epochs");
    const kept = await cells("#epochs", ".selected");
    const retention = await cells("#kept");
    const selected = await rows();
    await tab.getByRole("button", { name: /^All/ }).click();
    const all = await rows();
    await tab.getByRole("searchbox").fill("layers.1.");
    const found = await rows();
    await tab.getByRole("searchbox").fill("");
    await tab.getByRole("button", { name: "κ", exact: true }).click();
    const sorted = await rows();
    await tab.emulateMedia({ colorScheme: "dark" });
    // The page redraws before the next frame but one.
    await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const dark = await tab.evaluate(charts);
    if (picture) await tab.screenshot({ path: picture.replace(".png", ".dark.png"), fullPage: true });

    console.log(JSON.stringify({
        title: await tab.title(),
        heading: await tab.locator("h1").innerText(),
        scripts: await tab.locator("script").count(),
        images: await tab.locator("img").count(),
        light, dark, shown, figures, classes, epochs, kept, retention, selected, all, found, sorted, errors, requests: requests.slice(1),
    }));

    function rows() {
        return cells("#matrices");
    }

    function cells(table, row = "") {
        return tab.locator(`${table} tbody tr${row}`).evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
    }
} finally {
    await browser.close();
}

/** Runs in the page: for each chart that is shown, how many colours it shows, and how much of the one that marks what is selected. */
function charts() {
    const hex = getComputedStyle(document.documentElement).getPropertyValue("--selected").trim();
    const mark = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    return [...document.querySelectorAll(".chart")].filter((chart) => chart.clientWidth > 0).map((chart) => {
        const colors = new Set();
        let marked = 0;
        // A chart may draw on several canvases, one above the other.
        for (const canvas of chart.querySelectorAll("canvas")) {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] === 0) continue;
                colors.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
                // Points let what lies below them shine through a little.
                if (data[i + 3] > 150 && mark.every((value, channel) => Math.abs(data[i + channel] - value) < 8)) marked++;
            }
        }
        return { id: chart.id, colors: colors.size, marked };
    });
}
