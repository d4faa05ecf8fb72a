// What is to be done: by kind, late first, and again when somebody comes back to the page; beside it the
// day in numbers, what waits for the head, and who carries how much.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { made } from '../lib/station.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who;
const login = (name) => `${name}@${JIANGHUA}`;
const request = () => who.operator.post('/station/requests', { channel: 'HOTLINE', category: 'MEAL', domain: 'E',
    urgency: 'U2', content: '想订午餐', div: YANGHUA });

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

test('nothing to do is said; what comes is there on coming back, counted by kind, and narrowed by it', async () => {
    const page = await browser.signIn(login('head'), PASSWORD);
    await browser.go(page, '/today');
    await page.waitForSelector('text=没有待办事项');
    await request();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    const kind = page.getByRole('button', { name: /服务诉求.*应受理时间/ });
    await kind.waitFor();
    assert.equal(await page.locator('table.rows tbody tr').count(), 2); // two limits of one request
    await kind.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 1);
    assert.match(await page.textContent('table.rows tbody'), /还剩.*未指定/s);
    await browser.shot(page, 'today');
    await page.context().close();
});

const card = (page, name) => page.locator(`[data-card="${name}"]`);

test('the day in numbers: each leads to its rows; what there is none of is not shown', async () => {
    const person = await made(who.worker, 'residents', { div: YANGHUA, name: '凌桂花', sex: '2', birth: '1941-02-03' });
    await made(who.worker, 'visits', { person: person.id, kind: 'ROUTINE', visited_at: new Date().toISOString(), result: 'MET_WELL' });
    const page = await browser.signIn(login('worker'), PASSWORD);
    await browser.go(page, '/today');
    await card(page, 'visits').getByText('今日已走访').waitFor();
    assert.equal(await card(page, 'visits').locator('li').count(), 1);
    assert.equal(await page.locator('[data-card=meals], [data-card=waiting], [data-card=load]').count(), 0);
    await browser.shot(page, 'today-worker');
    await card(page, 'visits').locator('li a').press('Enter');
    await page.waitForSelector('table.rows tbody >> text=凌桂花');
    assert.equal(await page.locator('table.rows tbody tr').count(), 1);
    await page.context().close();
});

test('a head sees what waits and who carries how much, and one person\'s alone', async () => {
    const page = await browser.signIn(login('head'), PASSWORD);
    await browser.go(page, '/today');
    await card(page, 'waiting').getByText('服务诉求').waitFor();
    const nobody = card(page, 'load').getByRole('button', { name: /未指定/ });
    await nobody.press('Enter');
    const shown = await page.locator('table.rows tbody tr').count();
    assert.equal(await page.locator('table.rows tbody tr', { hasText: '未指定' }).count(), shown);
    assert.match(await nobody.textContent(), new RegExp(`未指定${shown}`));
    await card(page, 'waiting').getByRole('link').press('Enter');
    await page.waitForURL(/station\.request\?state\.eq=new/);
    await page.context().close();
});

test('what cannot be read says so and is asked again; what is refused is left out; the rest stands', async () => {
    const page = await browser.signIn(login('head'), PASSWORD);
    const again = () => page.getByRole('button', { name: '刷新' }).press('Enter');
    await browser.go(page, '/today');
    const cut = await browser.cut(page, '**/visits/counts*', { status: 500 });
    await again();
    await card(page, 'visits').getByText('没有读到').waitFor();
    assert.ok(await page.locator('table.rows tbody tr').count());
    assert.ok(await card(page, 'waiting').isVisible());
    await browser.shot(page, 'today-unread');
    assert.equal(cut.lost, 1);
    await cut.mend();
    await card(page, 'visits').getByRole('button').press('Enter');
    await card(page, 'visits').locator('li a').waitFor();

    await browser.cut(page, '**/visits/counts*', { status: 403 });
    await again();
    await card(page, 'visits').waitFor({ state: 'detached' });
    const away = await browser.cut(page, '**/api/v1/agenda?*');
    await again();
    await page.waitForSelector('[role=alert] >> text=连不上服务器');
    assert.ok(await page.locator('table.rows tbody tr').count(), 'what was there stays');
    assert.equal(away.lost, 3, 'asked three times');
    await page.context().close();
});

test('the day can be read in light, dark and large', async () => {
    const page = await browser.signIn(login('head'), PASSWORD, { bypassCSP: true });
    for (const look of ['light', 'dark', 'large']) {
        await page.evaluate((to) => localStorage.setItem('wulian.look',
            JSON.stringify({ dark: to === 'dark', size: to === 'large' ? 'large' : 'standard' })), look);
        await page.reload();
        await page.waitForSelector('.page');
        await browser.go(page, '/today');
        await card(page, 'load').waitFor();
        await browser.accessible(page, `${look} /today`);
        await browser.shot(page, `today-${look}`);
    }
    await page.context().close();
});
