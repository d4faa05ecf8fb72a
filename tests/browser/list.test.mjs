// The generic list: its question in the address, views, columns, many rows at once, its picture, on paper.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

const LIST = '/t/station.request', HEAD = `head@${JIANGHUA}`;
let server, browser, who, page;

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    const items = Array.from({ length: 45 }, (_, i) => ({ op: 'create', data: { div: YANGHUA, channel: 'DOOR', domain: 'K',
        category: i % 3 ? 'OTHER' : 'REPAIR', urgency: 'U3', content: `第 ${i} 件` } }));
    assert.equal((await who.worker.post('/station/requests/batch', { items })).status, 200);
    await who.head.post('/station/residents', { name: '黄阿婆', sex: '2', birth: '1946-05-06', div: YANGHUA });
    await who.head.post('/station/residents', { name: '盘老五', sex: '1', birth: '1946-05-06', div: YANGHUA });
    browser = await startBrowser(server);
    page = await browser.signIn(HEAD, PASSWORD, { bypassCSP: true });
    page.setDefaultTimeout(15000);
});
after(() => endAll(browser, server));

const button = (name) => page.getByRole('button', { name, exact: true });
const rows = () => page.locator('.list-table tbody tr[tabindex]');
const query = () => new URLSearchParams(page.url().split('?')[1] ?? '');
const fromRow = (i) => rows().nth(i).locator('td.first').textContent();
async function rowsAre(n) {
    await page.waitForFunction((want) => document.querySelectorAll('.list-table tbody tr[tabindex]').length === want
        && document.querySelector('.list-table').getAttribute('aria-busy') === 'false', n);
}
async function choose(label, option) {
    await page.locator('.el-select__wrapper', { has: page.getByRole('combobox', { name: label, exact: true }) }).click();
    await page.getByRole('option', { name: option, exact: true }).first().click();
    await page.keyboard.press('Escape');
}

test('what is asked stands in the address: refresh, back, a chip taken away', async () => {
    await browser.go(page, LIST);
    await rowsAre(20);
    await choose('诉求类别', '设施报修');
    await button('查询').click();
    await rowsAre(15);
    assert.equal(query().get('category.eq'), 'REPAIR');
    await page.waitForSelector('.chips >> text=诉求类别：设施报修');
    await page.reload();
    await rowsAre(15);
    await browser.shot(page, 'list-filtered');
    await page.goBack();
    await rowsAre(20);
    await page.goForward();
    await rowsAre(15);
    await page.getByRole('button', { name: '去掉“诉求类别：设施报修”' }).click();
    await rowsAre(20);
    assert.equal([...query()].length, 0);
});

test('pages by cursor, each with an address; how many on request; a longer page', async () => {
    const first = await fromRow(0);
    await button('下一页').click();
    await page.waitForSelector('.list-foot >> text=第 2 页');
    await page.waitForFunction((text) => document.querySelector('td.first')?.textContent !== text, first);
    const second = await fromRow(0);
    await page.reload();
    await page.waitForSelector(`td.first >> text=${second.trim()}`);
    await button('首页').click();
    await page.waitForSelector(`td.first >> text=${first.trim()}`);
    await button('共有多少条？').click();
    await page.waitForSelector('.list-foot >> text=共 45 条');
    await choose('每页条数', '50 条/页');
    await rowsAre(45);
    assert.equal(query().get('size'), '50');
});

test('advanced conditions, all of them; the same twice is told before it is sent', async () => {
    await browser.go(page, LIST);
    await button('高级筛选').click();
    await choose('第 1 项字段', '受理登记时间');
    await choose('受理登记时间 · 时间段', '今天');
    await button('加一个条件').click();
    await choose('第 2 项字段', '诉求类别');
    await choose('第 2 项比较方式', '不等于');
    await choose('第 2 项的值', '设施报修');
    await browser.shot(page, 'list-advanced');
    await page.getByRole('dialog').getByRole('button', { name: '查询' }).click();
    await page.waitForSelector('.chips >> text=诉求类别 不等于 设施报修');
    assert.equal(query().get('received_at.within'), 'today');
    await button('共有多少条？').click();
    await page.waitForSelector('.list-foot >> text=共 30 条');
});

test('kept under a name on the server: shown again, first, renamed, dropped', async () => {
    await browser.go(page, `${LIST}?category.eq=REPAIR`);
    const manage = async (item) => {
        await button('视图管理 ▾').click();
        await page.getByRole('menuitem', { name: item }).click();
    };
    await manage('把当前条件存为视图');
    await page.getByLabel('视图名称').fill('维修类');
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('.view[aria-pressed=true] >> text=维修类');
    await manage('打开时先显示“维修类”');
    await page.waitForSelector('.view[aria-pressed=true] >> text=★');
    await page.reload();
    await rowsAre(15);
    await browser.go(page, '/today');
    await page.waitForSelector('.list-table', { state: 'detached' });
    await browser.go(page, LIST);
    await rowsAre(15);
    await manage('改名');
    await page.getByLabel('视图名称').fill('修东西');
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('.view[aria-pressed=true] >> text=修东西');
    await browser.shot(page, 'list-views');
    await manage('删除“修东西”');
    await page.waitForFunction(() => !document.querySelector('.views').textContent.includes('修东西'));
    await button('全部').click();
    await rowsAre(20);
});

test('columns: chosen, moved, in the address', async () => {
    await button('列').click();
    await page.locator('.column-list').getByText('来源渠道').click();
    await page.getByRole('button', { name: '状态上移' }).click();
    await browser.shot(page, 'list-columns');
    await page.keyboard.press('Escape');
    const heads = await page.locator('.list-table thead th').allTextContents();
    assert.ok(!heads.some((text) => text.includes('来源渠道')));
    assert.match(query().get('cols'), /^no,state,category/);
    await page.reload();
    await rowsAre(20);
    assert.deepEqual(await page.locator('.list-table thead th').allTextContents(), heads);
});

test('rows by keyboard: walked, chosen, opened', async () => {
    await browser.go(page, `${LIST}?category.eq=REPAIR`);
    await rowsAre(15);
    await rows().nth(0).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('.bulk >> text=已选 2 条');
    const third = (await fromRow(2)).trim();
    await page.keyboard.press('Enter');
    await page.waitForURL(/station\.request\/[0-9a-f-]{36}$/);
    await page.waitForSelector(`#main >> text=${third}`);
});

test('many at once: done, what was refused and why, tried again', async () => {
    await browser.go(page, `${LIST}?state.eq=new&category.eq=REPAIR`);
    await rowsAre(15);
    await rows().nth(0).locator('input').click();
    await rows().nth(3).locator('input').click({ modifiers: ['Shift'] });
    await page.waitForSelector('.bulk >> text=已选 4 条');
    await browser.shot(page, 'list-bulk');
    const no = (await fromRow(1)).trim();
    const [taken] = await server.rows(`select id, version from station.request where no = '${no}'`);
    assert.equal((await who.head.call('POST', `/station/requests/${taken.id}/actions/accept`, {}, { 'If-Match': '"v1"' })).status, 200);
    await button('受理').click();
    await page.getByRole('dialog').getByRole('button', { name: '受理（4 条）' }).click();
    await page.waitForSelector('[role=dialog] >> text=成功 3 条，未成功 1 条');
    assert.match(await page.textContent('[role=dialog] tbody'), new RegExp(no));
    await browser.shot(page, 'list-bulk-refused');
    await page.getByRole('dialog').getByRole('button', { name: '重试未成功的' }).click();
    await page.waitForSelector('[role=dialog] >> text=成功 0 条，未成功 1 条');
    assert.equal(await server.psql(`select count(*) from station.request where state = 'accepted'`), '4');
    await page.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click();
    await rowsAre(11);
});

test('chosen rows alone are exported, with the columns shown', async () => {
    await button('取消选择').click(); // the refused one is still chosen
    await rows().nth(0).locator('input').click();
    await rows().nth(1).locator('input').click();
    await button('导出所选').click();
    await page.getByRole('dialog').getByText('CSV').click();
    await page.getByRole('dialog').getByRole('button', { name: '导出' }).click();
    const link = page.getByRole('dialog').getByRole('link', { name: '下载' });
    await link.waitFor();
    await browser.shot(page, 'export');
    const text = await page.evaluate(async (href) => (await fetch(href)).text(), await link.getAttribute('href'));
    assert.equal(text.trim().split('\n').length, 3, text);
});

test('a person is found by name; the name stays out of the address', async () => {
    await browser.go(page, '/t/station.resident');
    await rowsAre(2);
    await page.getByLabel('查找', { exact: true }).fill('黄');
    await button('查询').click();
    await rowsAre(1);
    assert.doesNotMatch(decodeURIComponent(page.url()), /黄/);
    await page.waitForSelector('.chips >> text=查找：黄');
    await page.getByLabel('查找', { exact: true }).fill('plw');
    await button('查询').click();
    await page.waitForSelector('td.first >> text=盘老五');
    await button('全部清除').click();
    await rowsAre(2);
});

test('a word typed before does not hide what a link asks for; going back brings it again', async () => {
    await browser.go(page, '/t/station.resident');
    await page.getByLabel('查找', { exact: true }).fill('黄');
    await button('查询').click();
    await rowsAre(1);
    await browser.go(page, `/t/station.resident?div.within=${YANGHUA}`);
    await rowsAre(2);
    assert.equal(await page.locator('.chips >> text=查找').count(), 0);
    await page.goBack();
    await rowsAre(1);
    await page.waitForSelector('.chips >> text=查找：黄');
    await button('全部清除').click();
    await rowsAre(2);
});

test('the list counted: a picture and the same figures in a table', async () => {
    await browser.go(page, LIST);
    await button('统计').click();
    await choose('按', '诉求类别');
    await page.waitForSelector('.counts-both >> text=设施报修');
    assert.match(await page.textContent('.counts-both table'), /设施报修\s*15/);
    await page.waitForSelector('.chart canvas');
    await browser.shot(page, 'list-counts');
    await button('返回列表').click();
    await rowsAre(20);
});

test('on paper: across, without what only a screen needs', async () => {
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.filters').isVisible(), false);
    assert.match(await page.textContent('.print-head'), /江华.*打印/);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    assert.match(pdf, /MediaBox \[0 0 84[12](\.\d+)? 59[45]/);
    await browser.shot(page, 'list-print');
    await page.emulateMedia({ media: 'screen' });
});

test('nothing found, nothing open, nobody there: each in words', async () => {
    await browser.go(page, `${LIST}?category.eq=MEAL`);
    await page.waitForSelector('text=没有符合条件的记录');
    browser.expect(1);
    await browser.go(page, '/t/station.nothing');
    await page.waitForSelector('[role=alert]');
    await browser.go(page, LIST);
    await rowsAre(20);
    const cut = await browser.cut(page, '**/station/requests?*');
    await button('刷新').click();
    await page.waitForSelector('[role=alert]');
    await browser.shot(page, 'list-unreachable');
    assert.equal(cut.lost, 3, 'asked three times');
    await cut.mend();
    await page.getByRole('alert').getByRole('button').click();
    await page.waitForSelector('[role=alert]', { state: 'detached' });
    assert.equal(await rows().count(), 20);
});

test('to be read and worked in light, dark and large', async () => {
    for (const look of ['light', 'dark', 'large']) {
        await page.evaluate((to) => localStorage.setItem('wulian.look',
            JSON.stringify({ dark: to === 'dark', size: to === 'large' ? 'large' : 'standard' })), look);
        await page.reload();
        await browser.go(page, `${LIST}?state.eq=new&overdue=any`);
        await browser.go(page, `${LIST}?state.eq=new`);
        await rowsAre(20);
        await rows().nth(0).locator('input').click();
        await browser.accessible(page, `${look} list`);
        await browser.shot(page, `list-${look}`);
        await button('高级筛选').click();
        await page.waitForSelector('.advanced-row');
        await browser.accessible(page, `${look} advanced`);
        await page.keyboard.press('Escape');
        await browser.go(page, `${LIST}?tab=counts`);
        await page.waitForSelector('.counts-both');
        await browser.accessible(page, `${look} counts`);
    }
});
