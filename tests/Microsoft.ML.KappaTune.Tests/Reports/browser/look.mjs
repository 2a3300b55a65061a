// Opens the report of a scan or a tuning in Chromium, and says as JSON what is to be seen there.
// usage: node look.mjs CHROMIUM PAGE [PICTURE.png]; pictures of the whole page, light and dark, are for people to look at
import { cells, charts, open, redrawn } from "./browser.mjs";

const [chromium, page, picture] = process.argv.slice(2);
await open(chromium, page, async (tab) => {
    const light = await tab.evaluate(charts);
    if (picture) await tab.screenshot({ path: picture, fullPage: true });
    const shown = await tab.locator("h2:visible").allInnerTexts();
    const figures = await tab.locator("#summary .value").allInnerTexts();
    const classes = await tab.locator("#classes li").allInnerTexts();
    const epochs = await cells(tab, "#epochs");
    const kept = await cells(tab, "#epochs", ".selected");
    const retention = await cells(tab, "#kept");
    const ways = await tab.locator("#ways tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent)));
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
    const dark = await tab.evaluate(charts);
    if (picture) await tab.screenshot({ path: picture.replace(".png", ".dark.png"), fullPage: true });

    return {
        title: await tab.title(),
        heading: await tab.locator("h1").innerText(),
        scripts: await tab.locator("script").count(),
        images: await tab.locator("img").count(),
        light, dark, shown, figures, classes, epochs, kept, retention, ways, selected, all, found, sorted,
    };
});
