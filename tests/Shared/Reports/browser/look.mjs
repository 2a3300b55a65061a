// Opens the report of a scan or a tuning in Chromium, and says as JSON what is to be seen there.
// usage: node look.mjs CHROMIUM PAGE [PICTURE.png]; pictures of the whole page, light and dark, are for people to look at
import { cells, charts, open as openPage, redrawn } from "./browser.mjs";

const [chromium, page, picture] = process.argv.slice(2);
await openPage(chromium, page, async (tab) => {
    const light = await charts(tab);
    if (picture) await tab.screenshot({ path: picture, fullPage: true });
    const folds = () => tab.locator("details").evaluateAll((all) => all.map((fold) => fold.open));
    const open = await folds();
    // On paper nothing can be unfolded.
    await tab.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const printed = await folds();
    const shown = await tab.locator("h2:visible").allInnerTexts();
    const text = await tab.locator("body").innerText();
    const figures = await tab.locator("#summary .value").allInnerTexts();
    const classes = await tab.locator("#classes li").allInnerTexts();
    const epochs = await cells(tab, "#epochs");
    const kept = await cells(tab, "#epochs", ".selected");
    const retention = await cells(tab, "#kept");
    const experts = await cells(tab, "#expert-table");
    const ways = await tab.locator("#ways tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
    const budget = await tab.locator("#budget").isVisible() ? await lookAtBudget(tab) : null;
    const selected = await cells(tab, "#matrices");
    await tab.getByRole("button", { name: /^All/ }).click();
    const all = await cells(tab, "#matrices");
    await tab.getByRole("searchbox").fill("layers.1.");
    const found = await cells(tab, "#matrices");
    await tab.getByRole("searchbox").fill("");
    await tab.getByRole("button", { name: "κ", exact: true }).click();
    const sorted = await cells(tab, "#matrices");
    await tab.emulateMedia({ colorScheme: "dark" });
    await redrawn(tab);
    const dark = await charts(tab);
    if (picture) await tab.screenshot({ path: picture.replace(".png", ".dark.png"), fullPage: true });

    // At every width the result and what was kept show all of their columns, and nothing makes the page wider than the window.
    const wide = [];
    for (const width of [1200, 800, 400, 360]) {
        await tab.setViewportSize({ width, height: 800 });
        await redrawn(tab);
        const most = await tab.evaluate(() => Math.max(
            document.documentElement.scrollWidth, ...[...document.querySelectorAll("#ways td, #ways th")].map((cell) => cell.getBoundingClientRect().right)));
        const cut = await tab.evaluate(() => {
            const box = document.querySelector("#kept")?.closest(".scroll");
            return Boolean(box) && box.scrollWidth > box.clientWidth;
        });
        if (most > width || cut) wide.push(width);
        if (picture) await tab.screenshot({ path: picture.replace(".png", `.${width}.png`), fullPage: true });
    }

    return {
        title: await tab.title(),
        heading: await tab.locator("h1").innerText(),
        scripts: await tab.locator("script").count(),
        images: await tab.locator("img").count(),
        light, dark, open, printed, wide, text, shown, figures, classes, epochs, kept, retention, experts, ways, selected, all, found, sorted, budget,
    };
});

/** What came of a budget, what is said about the marks of its first chart, and whether another limit is another chart. */
async function lookAtBudget(tab) {
    const chart = tab.locator("#keeping");
    const buttons = tab.locator("#limits button");
    const pressed = () => buttons.evaluateAll((all) => all.filter((button) => button.ariaPressed === "true").map((button) => button.textContent));
    const picture = () => chart.locator("canvas").first().evaluate((canvas) => canvas.toDataURL());
    const budget = {
        outcome: await tab.locator("#budget-outcome").innerText(),
        how: await tab.locator("#budget-how").innerText(),
        probes: await cells(tab, "#probes"),
        taken: await cells(tab, "#probes", ".selected"),
        measurements: await cells(tab, "#measurements"),
        tooltips: await chart.evaluate(tooltips),
        limits: await buttons.allTextContents(),
        pressed: await pressed(),
    };
    const other = tab.locator("#limits button[aria-pressed=false]");
    if (await other.count() > 0) {
        const before = await picture();
        await other.first().focus();
        await tab.keyboard.press("Enter");
        await redrawn(tab);
        budget.then = await pressed();
        budget.redrawn = await picture() !== before;
    }
    return budget;
}

/** Runs in the page: what the chart says wherever the mouse goes. */
function tooltips(chart) {
    const said = new Set();
    const { left, top, width, height } = chart.getBoundingClientRect();
    for (let down = 0; down < height; down += 4) {
        for (let right = 0; right < width; right += 4) {
            chart.querySelector("canvas").dispatchEvent(
                new MouseEvent("mousemove", { clientX: left + right, clientY: top + down, bubbles: true }));
            const text = chart.querySelector(".tooltip");
            if (text) said.add([...text.children].map((line) => line.textContent).join("; "));
        }
    }
    return [...said];
}
