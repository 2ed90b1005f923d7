// What a person meets at /docs and /docs/try, in a browser: run by tools/try_docs.py.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import assert from "node:assert/strict";

const [base, executablePath, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

async function visit(path, width, colorScheme) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", error => page.problems.push(String(error)));
  page.on("request", request => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith("data:")) page.problems.push(`loads ${url}`);
  });
  await page.goto(base + path);
  return page;
}

async function serious(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .filter(each => ["serious", "critical"].includes(each.impact))
    .map(each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.target).join(" | ")}`);
}

const openAll = page => page.evaluate(() => document.querySelectorAll("details").forEach(row => { row.open = true; }));
const isTooWide = page => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

for (const width of [1280, 390]) {
  for (const scheme of ["light", "dark"]) {
    const page = await visit("/docs", width, scheme);
    if (folder) await page.screenshot({ path: `${folder}/docs-${width}-${scheme}.png` });
    await openAll(page);
    assert.deepEqual(await serious(page), [], `axe at ${width}, ${scheme}`);
    assert.equal(await isTooWide(page), false, `scrolls sideways at ${width}`);
    if (folder) await page.locator("#SendMessages").scrollIntoViewIfNeeded();
    if (folder) await page.screenshot({ path: `${folder}/docs-open-${width}-${scheme}.png` });
    assert.deepEqual(page.problems, []);
    await page.context().close();
  }
}

// As a browser has it, with the policy of the page.
const strict = await browser.newPage();
const refused = [];
strict.on("console", message => { if (message.type() === "error") refused.push(message.text()); });

await strict.goto(`${base}/docs#ListMessages`);
const row = id => strict.locator(`details:has(#${id})`);
assert.equal(await row("ListMessages").evaluate(each => each.open), true, "a link opens its row");
await strict.locator("#ListMessages a[href='#MessagePage']").first().click();
await strict.waitForFunction(() => document.getElementById("MessagePage").closest("details").open);

await strict.fill("#search", "quiet hours");
const shown = await strict.locator("details:visible").count();
assert.ok(shown > 0 && shown < 20, `a search shows ${shown} rows`);
await strict.fill("#search", "");
assert.ok(await strict.locator("details:visible").count() > 100);

const described = await (await fetch(`${base}/openapi.json`)).json();
const operations = Object.values(described.paths).flatMap(methods => Object.keys(methods)).length;
await strict.goto(`${base}/docs/try`);
await strict.waitForSelector(".opblock");
assert.equal(await strict.locator(".opblock").count(), operations);
if (folder) await strict.screenshot({ path: `${folder}/try.png` });
await strict.locator(".authorize").first().click();
await strict.fill("#auth-basic-username, [name=username]", "AC1");
await strict.fill("[name=password]", "token");
await strict.locator(".auth-btn-wrapper .authorize").click();
await strict.locator(".btn-done").click();
await strict.locator("#operations-Messages-SendMessages .opblock-summary-control").click();
await strict.waitForSelector("#operations-Messages-SendMessages .execute");
const [asked] = await Promise.all([
  strict.waitForRequest(request => request.method() === "POST"),
  strict.locator("#operations-Messages-SendMessages .execute").click(),
]);
assert.equal(asked.url(), `${base}/Messages`);
assert.equal((await asked.allHeaders()).authorization, `Basic ${btoa("AC1:token")}`);
assert.equal(JSON.parse(asked.postData()).content.text, "Hi {{ name }}, your order is on its way.");
if (folder) await strict.screenshot({ path: `${folder}/try-asked.png` });
await strict.setViewportSize({ width: 390, height: 900 });
if (folder) await strict.screenshot({ path: `${folder}/try-390.png` });
assert.deepEqual(refused.filter(text => !text.includes("401")), [], "errors in the console");
await browser.close();
console.log(`/docs: axe finds nothing serious, no sideways scroll; /docs/try: ${operations} operations, one asked`);
