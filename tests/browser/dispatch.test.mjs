// The dispatch board: where each request of the station stands, how long there is left, who has it; worked
// by keyboard from the first column to the last, and brought up to date by itself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who, requests;
const login = (name) => `${name}@${JIANGHUA}`;
const request = async (given) => (await who.operator.post('/station/requests', { channel: 'HOTLINE', category: 'MEAL',
    domain: 'E', urgency: 'U3', content: '想订午餐', div: YANGHUA, ...given })).body;

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { li: ['social_worker', TUOJIANG, '李社工'] }));
    const { body: person } = await who.head.post('/station/residents',
        { name: '李秀英', sex: '2', birth: '1944-05-06', div: YANGHUA });
    requests = [await request({ person: person.id }), await request({ urgency: 'U2', category: 'BUY_DRUG', content: '降压药吃完了' }),
        await request({ div: `${HELUKOU}000`, content: '河路口的事' })];
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

const lane = (page, name) => page.getByRole('region', { name, exact: true });

test('the station sees its own requests by where they stand, each with what is left in words', async () => {
    const page = await browser.signIn(login('head'), PASSWORD);
    await browser.go(page, '/dispatch');
    await page.waitForSelector('.card >> text=李秀英');
    assert.equal(await lane(page, '待受理').locator('.card').count(), 2);
    assert.equal(await page.getByText('河路口').count(), 0);
    const card = lane(page, '待受理').locator('.card', { hasText: '助餐' });
    assert.match(await card.textContent(), /一般.*李秀英.*还剩.*R\d{8}-\d{4}/s);
    await browser.shot(page, 'dispatch');
    await page.context().close();
});

test('by keyboard alone a request is opened, accepted and assigned; Esc goes back to its card', async () => {
    const page = await browser.signIn(login('head'), PASSWORD);
    await browser.go(page, '/dispatch');
    await lane(page, '待受理').locator('.card').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: '选中的诉求' });
    await panel.getByText('降压药吃完了').waitFor();
    await panel.getByRole('button', { name: '受理', exact: true }).press('Enter');
    await lane(page, '待派单').locator('.card', { hasText: '代买药' }).waitFor();
    await panel.getByRole('button', { name: '派单', exact: true }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').fill('李社工');
    await page.getByRole('option', { name: /李社工/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: '派单', exact: true }).press('Enter');
    await lane(page, '已派单').locator('.card', { hasText: /代买药.*李社工/s }).waitFor();
    await browser.shot(page, 'dispatch-assigned');
    const load = page.getByRole('group', { name: '每人在办' });
    const li = load.getByRole('button', { name: '李社工 1' });
    await li.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.card').length === 1);
    assert.match(await load.textContent(), /未派 1/);
    await browser.shot(page, 'dispatch-load');
    await li.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.card').length === 2);
    await panel.getByRole('button', { name: '关闭' }).focus();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(() => document.activeElement.dataset.id), requests[1].id);
    await page.context().close();
});

test('what others do comes by itself and is marked; a filter narrows; late only shows none', async () => {
    const page = await browser.open();
    await page.clock.install();
    await page.goto(server.base);
    await page.fill('#login', login('head'));
    await page.fill('#password', PASSWORD);
    await page.click('button[type=submit]');
    await page.waitForSelector('.shell');
    await browser.go(page, '/dispatch');
    await page.waitForSelector('.card');
    await request({ category: 'REPAIR', domain: 'G', content: '路灯不亮' });
    await page.clock.fastForward(15_000);
    const fresh = page.locator('.card.changed');
    await fresh.waitFor();
    assert.match(await fresh.textContent(), /设施报修.*刚有变化/s);
    await page.clock.resume();

    await page.getByRole('combobox', { name: '服务领域' }).press('Enter');
    await page.getByRole('option', { name: '基层治理' }).click();
    await page.waitForFunction(() => document.querySelectorAll('.card').length === 1);
    await page.getByText('只看超时').click();
    await page.waitForFunction(() => document.querySelectorAll('.card').length === 0);
    await page.context().close();
});

test('a server that is away is told in words, and asked again', async () => {
    const page = await browser.signIn(login('head'), PASSWORD);
    await browser.go(page, '/dispatch');
    await page.waitForSelector('.card');
    const cut = await browser.cut(page, '**/api/v1/station/requests?*');
    await page.getByRole('button', { name: '刷新' }).click();
    await page.waitForSelector('[role=alert] >> text=连不上服务器');
    assert.ok(await page.locator('.card').count(), 'what was there stays');
    await cut.mend();
    await page.getByRole('button', { name: '再试一次' }).click();
    await page.waitForSelector('[role=alert]', { state: 'hidden' });
    await page.context().close();
});

test('the board can be read in light, dark and large', async () => {
    const page = await browser.signIn(login('head'), PASSWORD, { bypassCSP: true });
    for (const look of ['light', 'dark', 'large']) {
        await page.evaluate((to) => localStorage.setItem('wulian.look',
            JSON.stringify({ dark: to === 'dark', size: to === 'large' ? 'large' : 'standard' })), look);
        await page.reload();
        await page.waitForSelector('.page');
        await browser.go(page, '/dispatch');
        await page.click('.card');
        await page.waitForSelector('.request-facts');
        await browser.accessible(page, `${look} /dispatch`);
        await browser.shot(page, `dispatch-${look}`);
    }
    await page.context().close();
});
