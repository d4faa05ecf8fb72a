// One resident with everything about them on one page: within rights, with the next step at hand.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, PASSWORD, YANGHUA, openTwoCounties, people, villagesOf } from '../lib/county.mjs';
import { made, status } from '../lib/station.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who, ling, far;
const login = (name) => `${name}@${JIANGHUA}`;
const pathOf = ({ id }) => `/person/${id}`;

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        clerk: ['social_worker', HELUKOU, '河社工'], auditor: ['auditor_biz', JIANGHUA, '查账'],
    }));
    ling = await made(who.worker, 'residents', { div: YANGHUA, name: '凌桂花', sex: '2', birth: '1941-02-03',
        phone: '13807465678' });
    far = await made(who.clerk, 'residents', { div: villagesOf(HELUKOU)[0].code, name: '远方人', sex: '1' });
    for (const day of ['03', '05']) await made(who.worker, 'visits',
        { person: ling.id, kind: 'ROUTINE', visited_at: `2026-11-${day}T01:00:00Z`, result: 'MET_WELL' });
    await made(who.operator, 'requests', { div: YANGHUA, channel: 'HOTLINE', person: ling.id, category: 'MEAL',
        domain: 'E', urgency: 'U2', content: '想订午餐' });
    await status(201, who.worker.post('/elderly/profiles',
        { person: ling.id, categories: ['ALONE'], consent_visit: true, tier: 'H' }));
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

test('from the list to the person: who it is, what is due, what came last, each service', async () => {
    const page = await browser.signIn(login('worker'), PASSWORD);
    await browser.go(page, '/t/station.resident');
    await page.click('tr:has-text("凌桂花") >> text=居民全貌');
    await page.waitForSelector('h1:has-text("凌桂花")');
    await page.waitForSelector('.person-card[data-type="station.visit"]');
    await browser.quiet(page);
    const text = await page.textContent('.person-page');
    for (const shown of ['女', '138****5678', '阳华', '服务诉求', '共 2 条', '老年人档案']) assert.ok(text.includes(shown), shown);
    assert.match(text, /1941-02-03 · 8[0-9] 岁/);
    const news = await page.locator('.person-news li').allTextContents();
    assert.ok(news.findIndex((line) => line.includes('2026-11-05')) < news.findIndex((line) => line.includes('2026-11-03')));
    await browser.shot(page, 'person');

    await page.click('.person-card[data-type="station.visit"] >> text=新增');
    await page.waitForURL(new RegExp(`/t/station.visit/new\\?person=${ling.id}$`));
    await page.waitForSelector('form >> text=凌桂花');
    await page.goBack();
    await page.click('.person-card[data-type="station.visit"] header a');
    await page.waitForSelector('table.rows tbody tr');
    await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 2);
    await page.context().close();
});

test('what has not been begun can be begun with the person filled in', async () => {
    const page = await browser.signIn(login('worker'), PASSWORD);
    await browser.go(page, pathOf(ling));
    await page.click('.person-start >> text=代办');
    await page.waitForSelector('form >> text=凌桂花');
    await page.context().close();
});

test('a service that is off is nowhere on the page; nobody else\'s resident is', async () => {
    const page = await browser.signIn(login('clerk'), PASSWORD);
    await browser.go(page, pathOf(far));
    await page.waitForSelector('.person-start');
    assert.doesNotMatch(await page.textContent('.person-page'), /老年人|助餐|代办/);
    assert.match(await page.textContent('.person-page'), /没有待办事项[^]*还没有服务记录/);
    await browser.shot(page, 'person-empty');
    browser.expect(1);
    await browser.go(page, pathOf(ling));
    await page.waitForSelector('[role=alert]');
    assert.doesNotMatch(await page.textContent('.page'), /凌桂花/);
    await browser.shot(page, 'person-missing');
    await page.context().close();
});

test('a masked reader sees masks and begins nothing', async () => {
    const page = await browser.signIn(login('auditor'), PASSWORD);
    await browser.go(page, pathOf(ling));
    await page.waitForSelector('.person-card');
    assert.doesNotMatch(await page.textContent('#main'), /凌桂花|1941/);
    assert.equal(await page.locator('.person-start, .person-card button').count(), 0);
    await page.context().close();
});

test('when the services cannot be asked, who it is still stands, and one can ask again', async () => {
    const page = await browser.signIn(login('worker'), PASSWORD);
    const cut = await browser.cut(page, '**/related', { status: 500 });
    await browser.go(page, pathOf(ling));
    await page.waitForSelector('[role=alert] button');
    assert.match(await page.textContent('.person-head'), /138\*\*\*\*5678/);
    assert.equal(cut.lost, 1);
    await cut.mend();
    await page.click('[role=alert] button');
    await page.waitForSelector('.person-card');
    await page.context().close();
});

for (const look of ['light', 'dark', 'large'])
    test(`it can be read and worked by everybody, in ${look}`, async () => {
        const page = await browser.signIn(login('worker'), PASSWORD, { bypassCSP: true });
        await page.evaluate((given) => localStorage.setItem('wulian.look', JSON.stringify(
            { dark: given === 'dark', size: given === 'large' ? 'large' : 'standard' })), look);
        await page.reload();
        await page.waitForSelector('.page');
        await browser.go(page, pathOf(ling));
        await page.waitForSelector('.person-card');
        await browser.accessible(page, `person ${look}`);
        await browser.shot(page, `person-${look}`);
        await page.setViewportSize({ width: 683, height: 384 }); // 1366×768 at 200 %
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= 683, `nothing stands out to the right: ${wide}`);
        await browser.shot(page, `person-${look}-zoomed`);
        await page.context().close();
    });
