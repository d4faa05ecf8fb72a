// Every page of the table in web/src/pages/index.ts, and a list, form and row of each module, on the
// demonstration's county: readable in light, dark and large, quiet, with a name; one picture of each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, activate } from '../lib/county.mjs';
import { root } from '../lib/temp.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

const LOOKS = ['light', 'dark', 'large'];
/** A page is walked by the first of these that may open it. */
const ROLES = ['section', 'admin', 'head.tuojiang', 'hotline', 'worker1.tuojiang', 'room.yanghua', 'sys', 'sec', 'audit'];

const table = readFileSync(join(root, 'web/src/pages/index.ts'), 'utf8').split(/\{ path: '/).slice(1).map((text) => {
    const entry = text.split(/\n\];/)[0];
    return { path: text.slice(0, text.indexOf("'")), bare: /bare: true/.test(entry),
        may: [...(/may: \[([^\]]*)\]/.exec(entry)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, permission]) => permission),
        names: /names: '([^']+)'/.exec(entry)?.[1], named: /title: '|names: '/.test(entry), menu: /menu: \{/.test(entry) };
});

let server, browser;
const people = new Map(); // role: { caller, permissions, menu }

before(async () => {
    server = await startConsole({ WULIAN_JOBS_CHORES: '0' });
    const loaded = await server.cli(['demo', '--codes', '--json']);
    assert.equal(loaded.status, 0, loaded.err);
    const codes = JSON.parse(loaded.out);
    for (const role of ROLES) {
        const caller = await activate(server, codes.find(({ login }) => login === `${role}@${JIANGHUA}`));
        const [{ body: me }, { body: menu }] = [await caller.get('/me'), await caller.get('/menu')];
        people.set(role, { caller, may: (wanted) => !wanted.length || wanted.some((each) => me.permissions.includes(each)),
            items: menu.modules.flatMap(({ name, groups }) => groups.flatMap(({ items }) => items.map((item) => ({ ...item, module: name })))) });
    }
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

async function schemaOf(caller, type) {
    const { status, body } = await caller.get(`/schema/${type.replace('.', '/')}`);
    assert.equal(status, 200, `${type}: ${JSON.stringify(body)}`);
    return body.record;
}
async function rowOf(caller, { path }) {
    const { status, body } = await caller.get(`${path.replace('/api/v1', '')}?limit=1`);
    assert.equal(status, 200, `${path}: ${JSON.stringify(body)}`);
    return body.items[0];
}

/** Of each module one record with a row and a form: { type, id, row }. */
async function samplesOf(person) {
    if (person.samples) return person.samples;
    const { caller, items } = person;
    const samples = person.samples = [];
    for (const module of new Set(items.map((item) => item.module)))
        for (const item of items.filter((each) => each.module === module && !each.parent)) {
            const record = await schemaOf(caller, item.type);
            const row = record.create && record.patch && await rowOf(caller, item);
            if (!row || record.locked.includes(row.state)) continue;
            samples.push({ type: item.type, id: row.id, imports: record.rights.verbs.includes('import') });
            break;
        }
    return samples;
}

/** The addresses of an entry: one for each record it is tried with. */
async function addressesOf({ path, names }, person) {
    if (path.includes(':type')) {
        const samples = await samplesOf(person);
        return samples.filter(({ imports }) => !path.endsWith('/import') || imports)
            .map(({ type, id }) => path.replace(':type', type).replace(':id', id));
    }
    if (!path.includes(':')) return [path];
    assert.ok(names, `${path}: say by \`names\` whose row :id is`);
    person.rows ??= {};
    person.rows[names] ??= await rowOf(person.caller, person.items.find(({ type }) => type === names));
    return [path.replace(':id', person.rows[names].id)];
}

async function open(role, look, options) {
    const page = await browser.signIn(`${role}@${JIANGHUA}`, PASSWORD, { bypassCSP: true, ...options });
    await browser.quiet(page);
    await page.evaluate((to) => localStorage.setItem('wulian.look',
        JSON.stringify({ dark: to === 'dark', size: to === 'large' ? 'large' : 'standard' })), look);
    return page;
}

async function show(page, path) {
    await page.goto(`${server.base}/#${path}`);
    await page.reload();
    await page.waitForSelector('h1');
    await browser.quiet(page);
    assert.equal(await page.locator('[role=alert]').count(), 0, `${path}: ${await page.locator('[role=alert]').allTextContents()}`);
}

const nameOf = (path) => path.replace(/[0-9a-f-]{36}/, 'row').replace(/[^a-z0-9_.]+/gi, '-').replace(/^-/, '');

test('every page of the table has a name and somebody who may open it', () => {
    assert.ok(table.length > 10, `found only ${table.length} pages`);
    for (const { path, named, may } of table) {
        assert.ok(named || path.includes(':type'), `${path} has no title`);
        assert.ok([...people.values()].some((person) => person.may(may)), `${path}: nobody may open it`);
    }
});

for (const look of LOOKS)
    test(`every page can be read in ${look}`, async () => {
        const walked = new Set();
        const wrong = [];
        for (const [role, person] of people) {
            const mine = table.filter((entry) => !walked.has(entry.path) && person.may(entry.may));
            if (!mine.length) continue;
            const page = await open(role, look);
            for (const entry of mine)
                for (const path of await addressesOf(entry, person)) {
                    await show(page, path);
                    await browser.accessible(page, `${look} ${path}`).catch((error) => wrong.push(...error.actual));
                    await browser.shot(page, `page-${nameOf(path)}-${look}`);
                    walked.add(entry.path);
                }
            await page.context().close();
        }
        assert.deepEqual(wrong, []);
        assert.deepEqual(table.map(({ path }) => path).filter((path) => !walked.has(path)), []);
        const guest = await browser.open({ bypassCSP: true });
        await guest.addInitScript((to) => localStorage.setItem('wulian.look',
            JSON.stringify({ dark: to === 'dark', size: to === 'large' ? 'large' : 'standard' })), look);
        await guest.goto(server.base);
        await guest.waitForSelector('#login');
        await browser.accessible(guest, `${look} sign-in`);
        await browser.shot(guest, `page-sign-in-${look}`);
        await guest.context().close();
    });

test('each role finds every page of its own menu open, and nobody an address that is none', async () => {
    for (const [role, person] of people) {
        const page = await open(role, 'light');
        for (const { path, may, menu } of table) if (menu && person.may(may)) await show(page, path);
        await browser.go(page, '/nowhere');
        await page.waitForSelector('h1 >> text=没有这个页面');
        await browser.shot(page, `menu-${role}`);
        await page.context().close();
    }
});
