// What the console may weigh, and what its files may hold: counted in the build and in a browser that
// opens it for the first time. Times are only bounded widely: machines are shared.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { JIANGHUA, PASSWORD, YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { root } from '../lib/temp.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

const KB = 1000, MB = 1_000_000;
const DIST = join(root, 'web', 'dist');
const FIRST = { js: 230 * KB, css: 30 * KB, files: 12, calls: 24 }; // each panel of the home page asks for itself
const FIELD = { js: 90 * KB, css: 15 * KB, files: 6 };
const LAZY = 60 * KB, CHARTS = 200 * KB;
const LIST = { nodes: 4500, heap: 20 * MB, task: 3 };

const assets = readdirSync(join(DIST, 'assets')).filter((name) => !name.endsWith('.gz'))
    .map((name) => ({ name, text: readFileSync(join(DIST, 'assets', name), 'utf8') }));
const weight = ({ text }) => gzipSync(text, { level: 9 }).length;
const ofKind = (kind) => assets.filter(({ name }) => name.endsWith(kind));
const namedBy = (page) => assets.filter(({ name }) => readFileSync(join(DIST, page), 'utf8').includes(name));

let server, browser, who;
before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    const items = Array.from({ length: 200 }, (_, i) => ({ op: 'create', data: { name: `居民${i}`, sex: String(1 + i % 2),
        birth: `19${40 + i % 30}-05-06`, div: YANGHUA, phone: `138000${String(10000 + i)}` } }));
    const made = await who.head.post('/station/residents/batch', { items });
    assert.equal(made.status, 200, JSON.stringify(made.body).slice(0, 300));
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

test('no file of the build names an address elsewhere, but in words for its readers', () => {
    const WORDS = /^http:\/\/www\.w3\.org\/(1998\/Math\/MathML|1999\/xlink|2000\/svg)$|^https:\/\/(vuejs\.org\/error-reference\/|element-plus\.org\/en-US\/component\/\w+\.html|github\.com\/ecomfe\/zrender\/blob\/master\/LICENSE)/;
    const pages = ['index.html', 'm/index.html'].map((name) => ({ name, text: readFileSync(join(DIST, name), 'utf8') }));
    const named = [...assets, ...pages].flatMap(({ name, text }) =>
        [...text.matchAll(/(?:https?|wss?):\/\/[\w.-]+[\w./-]*/g)].map(([address]) => `${name}: ${address}`));
    assert.deepEqual(named.filter((found) => !WORDS.test(found.replace(/^[^ ]+ /, ''))), []);
    assert.deepEqual(ofKind('.css').filter(({ text }) => /url\(["']?(?:https?:)?\/\/|@import/.test(text)).map(({ name }) => name), []);
});

test('nothing makes code from text', () => {
    const NEVER_REACHED = /\|\|Function\("return this"\)\(\)/g; // of a browser without globalThis or self
    for (const { name, text } of ofKind('.js'))
        assert.doesNotMatch(text.replace(NEVER_REACHED, ''), /\beval\(|\bFunction\(["'`]|\bnew Function\b/, name);
});

test('lazy parts are small, and charts are one of them', () => {
    const first = new Set([...namedBy('index.html'), ...namedBy('m/index.html')].map(({ name }) => name));
    const heavy = ofKind('.js').filter(({ name }) => !first.has(name)).map((file) => [file.name, weight(file)])
        .filter(([name, bytes]) => bytes > (/^echarts-/.test(name) ? CHARTS : LAZY));
    assert.deepEqual(heavy, []);
    for (const page of ['index.html', 'm/index.html'])
        assert.ok(!namedBy(page).some(({ name }) => /^echarts-/.test(name)), page);
});

/** What came over the line while `work` ran. */
async function watched(page, work) {
    const came = [];
    const take = (response) => came.push(response);
    page.on('response', take);
    await work();
    await browser.quiet(page);
    page.off('response', take);
    const files = came.filter((response) => !/\/api\//.test(response.url()));
    const bytes = async (kind) => {
        const sizes = await Promise.all(files.filter((response) => response.url().endsWith(kind))
            .map(async (response) => Number((await response.allHeaders())['content-length'])));
        return sizes.reduce((sum, size) => sum + size, 0);
    };
    return { files, calls: came.length - files.length, js: await bytes('.js'), css: await bytes('.css'),
        elsewhere: came.map((response) => response.url()).filter((url) => !url.startsWith(server.base) && !url.startsWith('data:')) };
}

for (const [path, login, shell, budget] of [['/', '#login', '.shell table.rows', FIRST], ['/m/', '#login', 'main', FIELD]])
    test(`the first load of ${path} keeps to its budget, sign-in page and home together`, async () => {
        const page = await browser.open();
        const load = await watched(page, async () => {
            await page.goto(server.base + path);
            await page.fill(login, `head@${JIANGHUA}`);
            await page.fill('#password', PASSWORD);
            await page.click('button[type=submit]');
            await page.waitForSelector(shell);
            await page.waitForSelector('#login', { state: 'detached' });
        });
        const { js, css, files, calls } = load;
        const told = `${js} B of scripts, ${css} B of styles, ${files.length} files, ${calls} calls`;
        assert.ok(js > 0 && js <= budget.js && css > 0 && css <= budget.css, told);
        assert.deepEqual(load.elsewhere, []);
        await page.context().close();
    });

test('the home page that is opened again asks for few files and calls', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await page.goto('about:blank'); // what the first opening still waits for is not counted
    const again = await watched(page, () => page.goto(server.base));
    assert.ok(again.files.length <= FIRST.files, `${again.files.length} files: ${again.files.map((file) => file.url())}`);
    assert.ok(again.calls <= FIRST.calls, `${again.calls} calls`);
    await page.context().close();
});

test('assets come packed and for good, the page itself anew and under its policy', async () => {
    const page = await fetch(server.base, { headers: { 'Accept-Encoding': 'gzip' } });
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    assert.equal(page.headers.get('content-security-policy'), "default-src 'none'; script-src 'self'; style-src 'self';"
        + " img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
        + " frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
    for (const { name, text } of assets) {
        const file = await fetch(`${server.base}/assets/${name}`, { headers: { 'Accept-Encoding': 'gzip' } });
        assert.equal(file.status, 200, name);
        assert.equal(file.headers.get('cache-control'), 'public, max-age=31536000, immutable', name);
        if (/\.(js|css)$/.test(name) && text.length >= 1024) assert.equal(file.headers.get('content-encoding'), 'gzip', name);
        await file.arrayBuffer();
    }
});

test('a list of 200 rows is light on nodes, memory and the processor', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await browser.go(page, '/t/station.resident?size=200');
    await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 200);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const measured = async () => Object.fromEntries((await devtools.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
    const before_ = await measured();
    await Promise.all([page.waitForResponse(/station\/residents\?/), page.getByRole('button', { name: '刷新' }).click()]);
    await page.waitForSelector('.table-box[aria-busy=false]');
    const after_ = await measured();
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    await devtools.send('HeapProfiler.collectGarbage');
    const heap = (await measured()).JSHeapUsedSize;
    const task = after_.TaskDuration - before_.TaskDuration;
    assert.ok(nodes <= LIST.nodes, `${nodes} nodes`);
    assert.ok(heap <= LIST.heap, `${heap} B of heap`);
    assert.ok(task <= LIST.task, `${task} s to draw it again`);
    console.log(`# list of 200: ${nodes} nodes, ${(heap / MB).toFixed(1)} MB, redrawn in ${task.toFixed(2)} s of its thread`);
    await page.context().close();
});
