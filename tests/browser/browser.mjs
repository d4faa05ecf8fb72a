// A browser of one test file: Debian's Chromium without a window. What it says on its console, every
// error of a page and every report of the content security policy are kept; a test ends with none.
//
//     const browser = await startBrowser(server);
//     const page = await browser.signIn('head@431129', PASSWORD);
//     await browser.shot(page, 'requests');     // build/shots/requests.png, for people to look at
//     await browser.stop();                     // fails when anything was said
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { UNLIMITED, startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';

const require = createRequire(join(root, 'web', 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const SHOTS = join(root, 'build', 'shots');
const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const PATIENCE_MS = 30_000, STILL_MS = 50, STILL_TIMES = 5;
const WIDE = { width: 1366, height: 768 };
/** Questions go out up to so many milliseconds late, each by its own chance: what a test, or the console, takes
 *  for granted about their order shows (tests/README.md). */
const LATE_MS = Number(process.env.WULIAN_TESTS_LATE_MS ?? 0);

export class Browser {
    constructor(server, chrome) {
        this.server = server;
        this.chrome = chrome;
        this.said = [];
        /** Answers from 400 on that a test brings about itself: the browser tells of each. */
        this.expected = 0;
        this.refused = [];
        /** How many requests of each page were lost of which it has not told yet, of its document and of the one before. */
        this.untold = new WeakMap();
        /** What each page has asked for and not been answered. */
        this.underWay = new WeakMap();
    }

    /** A page of a context of its own: nobody else's cookies. Its other tabs are watched as it is. */
    async open({ viewport = WIDE, bypassCSP = false, ...options } = {}) {
        const context = await this.chrome.newContext({ viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai',
            bypassCSP, ...options });
        if (LATE_MS) await context.route('**', async (route) => {
            await sleep(Math.random() * LATE_MS);
            await route.continue().catch(() => null); // the page may have gone meanwhile
        });
        context.on('page', (page) => this.#watch(page));
        return context.newPage();
    }

    #watch(page) {
        const untold = { before: 0, now: 0 };
        this.untold.set(page, untold);
        page.on('console', (message) => {
            if (!['error', 'warning'].includes(message.type())) return;
            if (!/^Failed to load resource/.test(message.text())) return this.said.push(`${message.type()}: ${message.text()}`);
            this.expected--;
            if (untold.before > 0) untold.before--;
            else if (untold.now > 0) untold.now--;
        });
        page.on('domcontentloaded', () => { // the document before tells of nothing more
            this.expected -= untold.before;
            untold.before = 0;
        });
        page.on('response', (response) => {
            if (response.status() >= 400) this.refused.push(`${response.status()} ${response.url()}`);
        });
        page.on('pageerror', (error) => this.said.push(`page: ${error.message}`));
        const asked = new Set();
        page.on('request', (request) => {
            if (request.isNavigationRequest()) {
                asked.clear(); // nobody tells how those of the page before ended
                untold.before += untold.now;
                untold.now = 0;
            }
            asked.add(request);
        });
        for (const end of ['requestfinished', 'requestfailed']) page.on(end, (request) => asked.delete(request));
        this.underWay.set(page, asked);
    }

    /** How many refused requests the steps to come bring about. */
    expect(refusals) {
        this.expected += refusals;
    }

    /** What the page asks for there is lost on its way, or answered with that status, until mend(); `lost`
     *  counts how often, and each time is expected. `which(request)` lets others pass. */
    async cut(page, where, { status, which = () => true } = {}) {
        const cut = { lost: 0, mend: () => page.unroute(where, lose) };
        const lose = (route) => {
            if (!which(route.request())) return route.fallback();
            cut.lost++;
            this.expect(1);
            this.untold.get(page).now++;
            return status ? route.fulfill({ status, contentType: 'application/problem+json',
                body: JSON.stringify({ title: '服务器出错', status, code: 'internal' }) }) : route.abort();
        };
        await page.route(where, lose);
        return cut;
    }

    async signIn(login, password, options) {
        const page = await this.open(options);
        await page.goto(this.server.base);
        await page.fill('#login', login);
        await page.fill('#password', password);
        await page.click('button[type=submit]');
        await page.waitForSelector('.shell');
        await this.quiet(page);
        return page;
    }

    /** How many sessions the browser holds; the mark by which the server knows the device is none. */
    async sessions(page) {
        const cookies = await page.context().cookies();
        return cookies.filter(({ name }) => !name.includes('wl-device-')).length;
    }

    /** Waits until the page has asked for nothing and waited for nothing a moment long, and has had time to: a
     *  busy one comes to its next question late. (networkidle is said once for a document: not for the pages
     *  that it turns to later.) */
    async quiet(page) {
        const asked = this.underWay.get(page);
        const until = Date.now() + PATIENCE_MS;
        for (let still = 0; still < STILL_TIMES; still = asked.size === 0 ? still + 1 : 0) {
            assert.ok(Date.now() < until, `never answered: ${[...asked].map((request) => request.url()).join(' ')}`);
            await sleep(STILL_MS);
            await page.evaluate(() => null).catch(() => (still = 0)); // it turns to another document
        }
    }

    /** Goes to a page of the console and waits until nothing is under way. */
    async go(page, path) {
        await page.goto(`${this.server.base}/#${path}`);
        await this.quiet(page);
    }

    async shot(page, name) {
        mkdirSync(SHOTS, { recursive: true });
        await page.screenshot({ path: join(SHOTS, `${name}.png`) });
    }

    /** What keeps people with poor sight or without a mouse out: nothing, by WCAG 2.1 A and AA. */
    async accessible(page, where) {
        // what is still fading in has not its colours yet
        await page.evaluate(() => Promise.all(document.getAnimations()
            .filter((move) => move.effect.getComputedTiming().endTime !== Infinity)
            .map((move) => move.finished.catch(() => null))));
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document,
            { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }));
        assert.deepEqual(violations.map(({ id, nodes }) =>
            `${where}: ${id}: ${nodes.slice(0, 3).map(({ target }) => target).join(' ')}`), []);
    }

    async stop() {
        await this.chrome.close();
        assert.deepEqual(this.said, [], 'the console of the browser is quiet');
        assert.equal(this.expected, 0, `refusals expected and not seen, or seen and not expected:\n${this.refused.join('\n')}`);
    }
}

export async function startBrowser(server) {
    assert.ok(EXECUTABLE, 'no Chromium here: run deploy/bootstrap check');
    const chrome = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
    return new Browser(server, chrome);
}

/** For tests in which people do no more than people do: with the limits that a county has. */
export const LIMITED = Object.fromEntries(Object.keys(UNLIMITED).map((name) => [name, undefined]));

/** A server that serves the build of the console; `env` as startServer takes it. */
export const startConsole = (env = {}) =>
    startServer({ env: { WULIAN_PATHS_WEB: join(root, 'web', 'dist'), ...env } });

/** At the end of a file: the server goes, whatever the browser has to say. */
export async function endAll(browser, server) {
    try {
        await browser?.stop();
    } finally {
        await server?.stop();
    }
}
