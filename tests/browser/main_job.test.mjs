// The platform's main job in the browser: the county turns the service on, the hotline takes the call, the
// head assigns, the worker works, the county reads its report, and opens the number to its row.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who;
const login = (name) => `${name}@${JIANGHUA}`;

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        hot: ['hotline_operator', JIANGHUA, '盘接线'],
        li: ['social_worker', TUOJIANG, '李社工'],
    }));
    await who.head.post('/station/residents', { name: '黄阿婆', sex: '2', birth: '1946-05-06', div: YANGHUA });
    for (const township of [TUOJIANG, HELUKOU])
        await who.admin.put(`/admin/townships/${township}/plugins/elderly`, { enabled: false });
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

const button = (page, name) => page.getByRole('button', { name, exact: true });
async function choose(page, label, option) {
    await page.getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option, exact: true }).first().click();
}

test('the county turns the service on, told first what will happen', async () => {
    const page = await browser.signIn(login('admin'), PASSWORD);
    await browser.go(page, '/admin/plugins');
    await page.locator('.el-switch', { has: page.getByRole('switch', { name: /沱江镇/ }) }).click();
    await page.waitForSelector('text=将在沱江镇启用');
    await browser.shot(page, 'plugins-confirm');
    await page.getByRole('button', { name: /确定|OK/ }).click();
    await page.waitForSelector('text=已处理 1 个乡镇');
    await page.waitForSelector('.el-overlay', { state: 'hidden' });
    await browser.shot(page, 'plugins');
    assert.deepEqual((await who.head.get('/me')).body.plugins, ['elderly']);
    await page.context().close();
});

test('a service that could not be loaded stands in the matrix with its reason, and without a switch', async () => {
    const page = await browser.signIn(login('admin'), PASSWORD);
    await page.route('**/api/v1/plugins', async (route) => {
        const answer = await route.fetch();
        const { items } = await answer.json();
        const left = { name: 'left', version: null, title: '助残', quarantined: true, reason: '加载时多次异常退出', on: [], enabled: false, settings: [] };
        await route.fulfill({ response: answer, json: { items: [...items, left] } });
    });
    await browser.go(page, '/admin/plugins');
    await page.waitForSelector('p:has-text("助残") >> text=加载时多次异常退出');
    const off = page.getByRole('switch', { name: /沱江镇 助残/ });
    assert.deepEqual([await off.isDisabled(), await page.getByRole('switch', { name: /沱江镇 为老/ }).isDisabled()], [true, false]);
    await browser.accessible(page, 'plugins-left-out');
    await browser.shot(page, 'plugins-left-out');
    await page.context().close();
});

test('the hotline registers the call for a resident found by name', async () => {
    const page = await browser.signIn(login('hot'), PASSWORD);
    await browser.go(page, '/t/station.request/new');
    await choose(page, /来源渠道/, '民政110热线');
    await page.getByRole('combobox', { name: '当事人', exact: true }).fill('黄阿婆');
    await page.getByRole('option').filter({ hasText: /黄/ }).first().click();
    await choose(page, /诉求类别/, '代买药');
    await choose(page, /服务领域/, '为老服务');
    await choose(page, /紧急程度/, '当日');
    await page.getByLabel('诉求内容').fill('下雨天，降压药吃完了');
    await browser.shot(page, 'request-new');
    await button(page, '保存').click();
    await page.waitForSelector('dl.facts >> text=降压药吃完了');
    await page.context().close();
});

test('the head accepts and assigns, the worker starts and makes the errand from it', async () => {
    const head = await browser.signIn(login('head'), PASSWORD);
    await head.click('table.rows tbody a');
    await button(head, '受理').click();
    await button(head, '派单').click();
    await head.getByRole('dialog').getByRole('combobox').fill('李社工');
    await head.getByRole('option', { name: /李社工/ }).click();
    await head.getByRole('dialog').getByRole('button', { name: '派单' }).click();
    await head.waitForSelector('.state >> text=已派单');
    await head.context().close();

    const worker = await browser.signIn(login('li'), PASSWORD);
    await worker.click('table.rows tbody a');
    await button(worker, '开始办理').click();
    await worker.waitForSelector('.state >> text=办理中');
    await browser.shot(worker, 'request-working');
    const request = worker.url().split('/').at(-1);
    const { body } = await who.li.get(`/station/requests/${request}`);
    await browser.go(worker, `/t/elderly.errand/new?request=${request}&person=${body.person}`);
    await choose(worker, '代办类型', '代买菜');
    await worker.fill('#field-items', '大米 10 斤');
    await button(worker, '保存').click();
    await worker.waitForSelector('dl.facts >> text=大米 10 斤');
    await browser.shot(worker, 'errand');
    await worker.context().close();
});

test('the county report counts the call, and its number opens to the row', async () => {
    const page = await browser.signIn(login('admin'), PASSWORD);
    await browser.go(page, '/report');
    await page.waitForSelector('table.rows >> text=M04');
    await browser.shot(page, 'report');
    const row = page.locator('tr', { has: page.getByRole('cell', { name: 'M04', exact: true }) });
    assert.match(await row.locator('td.number').first().textContent(), /^1 /);
    await row.getByRole('button', { name: /明细/ }).click();
    await page.waitForSelector('.el-drawer tbody tr');
    await browser.shot(page, 'report-rows');
    await page.locator('.el-drawer tbody a').first().click();
    await page.waitForSelector('dl.facts >> text=降压药吃完了');
    await page.context().close();
});
