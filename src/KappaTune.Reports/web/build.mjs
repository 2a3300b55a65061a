// Makes the pages: each is one HTML file with its style and script inside, and a place for the report's data.
// usage: node build.mjs FOLDER
import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = process.argv[2];
const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

// Every report carries a copy of these libraries, so it carries their licences as well.
const licences = ["echarts/NOTICE", "echarts/LICENSE", "zrender/LICENSE"]
    .map((name) => `${name}\n\n${read(`node_modules/${name}`).trim()}`);

const bundle = async (entry, banner = {}) => {
    const { outputFiles } = await build({
        entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
        bundle: true,
        minify: true,
        write: false,
        format: "iife",
        target: "es2020",
        charset: "ascii",
        legalComments: "inline",
        banner,
    });
    return outputFiles[0].text.trim();
};

const make = async (template, stylesheet, entry, output) => {
    const style = await bundle(stylesheet);
    // The HTML parser looks for the end of a script before anything reads it as JavaScript.
    const script = (await bundle(entry, { js: `/*!\n${licences.join("\n\n")}\n*/` })).replaceAll("</script", "<\\/script");
    const parts = { style, script, "script-hash": createHash("sha256").update(script).digest("base64") };
    const page = read(template).replace(/\{\{([a-z-]+)\}\}/g, (place, name) => parts[name] ?? place);

    // Renamed, so that builds side by side see a whole file or none.
    const path = join(folder, output);
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, page);
    renameSync(temporary, path);
};

await make("src/page.html", "src/style.css", "src/main.js", "report.html");
await make("src/comparison/page.html", "src/comparison/style.css", "src/comparison/main.js", "comparison.html");
