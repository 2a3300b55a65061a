// Opens the page of a comparison in Chromium, uses it, and says as JSON what is to be seen there.
// usage: node look-comparison.mjs CHROMIUM PAGE [PICTURE.png]; pictures of the whole page, light and dark, are for people to look at
import { cells, charts, open, redrawn } from "./browser.mjs";

const [chromium, page, picture] = process.argv.slice(2);
await open(chromium, page, async (tab) => {
    const texts = (selector) => tab.locator(selector).allInnerTexts();
    const light = await charts(tab);
    if (picture) await tab.screenshot({ path: picture, fullPage: true });
    const sight = {
        heading: await tab.locator("h1").innerText(),
        lead: await texts("#lead p"),
        notes: await texts("#notes p"),
        figures: await texts("#summary .value"),
        shown: await texts("h2:visible"),
        legend: await texts(".legend:visible button"),
        verdict: await texts("#verdict li"),
        baselines: (await texts("#baselines:visible")).join(),
        scripts: await tab.locator("script").count(),
        images: await tab.locator("img").count(),
        points: await cells(tab, "#points"),
        matched: await cells(tab, "#matched-rows"),
        marked: await cells(tab, "#matched-rows", ".selected"),
        rates: await cells(tab, "#rates"),
        scores: await cells(tab, "#scores"),
        tensors: await cells(tab, "#tensor-rows"),
        facts: await tab.locator("#facts dd").allTextContents(),
        tooltip: await tooltip(),
    };

    const sorted = tab.locator("#matched-rows").getByRole("button", { name: "Accuracy" });
    if (await sorted.isVisible()) {
        await sorted.click();
        sight.sorted = await cells(tab, "#matched-rows");
        await sorted.click();
        sight.reversed = await cells(tab, "#matched-rows");
    }

    // As someone does who has a keyboard and no mouse: from the first button of the legend to the one in question.
    const own = tab.locator("#legend button:has(.hero)");
    if (await own.isVisible()) {
        await own.focus();
        await tab.keyboard.press("Enter");
        await redrawn(tab);
        sight.hidden = await charts(tab);
        sight.pressed = await tab.locator("#legend button").evaluateAll((all) => all.map((button) => button.getAttribute("aria-pressed")));
        await tab.keyboard.press("Space");
        await tab.locator("#legend .all").click();
        await redrawn(tab);
        sight.none = await charts(tab);
        await tab.locator("#legend .all").click();
    }

    const control = tab.locator("#controls button").nth(1);
    if (await control.isVisible()) {
        await control.click();
        sight.control = await tab.locator("#controls [aria-pressed=true]").innerText();
    }

    if (await tab.locator("#score").isVisible()) {
        await tab.locator("#score").selectOption({ label: "depth" });
        sight.correlation = await tab.locator("#correlation").innerText();
    }

    await tab.evaluate(() => dispatchEvent(new Event("beforeprint")));
    const folds = () => tab.locator("details").evaluateAll((all) => all.map((fold) => fold.open));
    sight.printed = await folds();
    await tab.evaluate(() => dispatchEvent(new Event("afterprint")));
    sight.folded = await folds();

    await tab.emulateMedia({ colorScheme: "dark" });
    await redrawn(tab);
    const dark = await charts(tab);
    if (picture) await tab.screenshot({ path: picture.replace(".png", ".dark.png"), fullPage: true });
    await tab.setViewportSize({ width: 400, height: 800 });
    await redrawn(tab);
    const width = await tab.evaluate(() => document.documentElement.scrollWidth);
    if (picture) await tab.screenshot({ path: picture.replace(".png", ".narrow.png"), fullPage: true });
    return { light, dark, width, ...sight };

    /** What is said about a point: somewhere the mouse finds one. */
    async function tooltip() {
        const chart = tab.locator("#tradeoff:visible, #tensors:visible").first();
        if ((await chart.count()) === 0) return "";
        await chart.scrollIntoViewIfNeeded();
        const { x, y, width, height } = await chart.boundingBox();
        for (let down = 0.05; down < 0.9; down += 0.03) {
            for (let right = 0.06; right < 0.98; right += 0.015) {
                await tab.mouse.move(x + right * width, y + down * height);
                // A title is shown by the browser itself.
                const title = await tab.evaluate(titleAt, [x + right * width, y + down * height]);
                if (title) return title;
                const said = tab.locator(".tooltip:visible");
                if ((await said.count()) > 0) return said.first().innerText();
            }
        }
        return "";
    }
});

/** Runs in the page. */
function titleAt([x, y]) {
    const own = (element) => [...element.children].find((child) => child.localName === "title");
    for (let element = document.elementFromPoint(x, y); element?.closest("svg.comparison"); element = element.parentElement) {
        if (own(element)) return own(element).textContent;
    }
    return "";
}
