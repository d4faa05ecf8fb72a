// What a chief sees first: the county at a glance, each figure leading to what is behind it; parts that
// fail leave the others standing; a station sees its own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who;
const ADMIN = `admin@${JIANGHUA}`;

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { chief: ['county_leader', JIANGHUA, '蒋局长'] }));
    const { body: person } = await who.head.post('/station/residents',
        { name: '李秀英', sex: '2', birth: '1944-05-06', div: YANGHUA });
    const request = (of) => who.operator.post('/station/requests', { channel: 'HOTLINE', category: 'MEAL', domain: 'E',
        urgency: 'U2', content: '想订午餐', ...of });
    for (const of of [{ person: person.id }, { person: person.id }, { div: `${HELUKOU}000` }])
        assert.equal((await request(of)).status, 201);
    // late, and received this month
    await server.psql(`update station.request set due_accept_at = now() - interval '1 minute',
        received_at = greatest(received_at - interval '9 days', m.begun) from (
            select date_trunc('month', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai' as begun) m
        where div / 1000 = ${HELUKOU}`);
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

const card = (page, name) => page.locator('.key-card', { has: page.locator('.key-name', { hasText: name }) });
const drawn = (page) => page.waitForSelector('.chart[aria-busy=false] canvas');

test('a chief begins at the dashboard and sees who works, what is late and where', async () => {
    const page = await browser.signIn(`chief@${JIANGHUA}`, PASSWORD);
    await page.waitForSelector('h1 >> text=看板');
    await drawn(page);
    assert.match(await page.locator('.now-tile', { hasText: '运行中的社工站' }).textContent(), /2 \/ 2/);
    assert.match(await page.locator('.now-tile', { hasText: '在办诉求' }).textContent(), /3.*超时 1 件/);
    assert.match(await card(page, '诉求受理').textContent(), /3件/);
    await page.waitForSelector('table.townships tbody tr:nth-child(2)');
    const names = await page.locator('table.townships tbody th').allTextContents();
    assert.equal(names[0], '河路口镇', 'the worst stands first');
    await browser.shot(page, 'dash');
    await page.context().close();
});

test('a figure leads to what is behind it', async () => {
    const page = await browser.signIn(ADMIN, PASSWORD);
    await page.locator('table.townships tr', { hasText: '河路口镇' }).getByRole('button', { name: /逾期/ }).click();
    await page.waitForSelector('.el-drawer >> text=服务诉求');
    await browser.shot(page, 'dash-late');
    await page.locator('.el-drawer .late-word').first().click();
    await page.waitForURL(/station\.request\?.*overdue/);
    await page.waitForSelector('table.rows tbody a');
    assert.equal(await page.locator('table.rows tbody tr').count(), 1);
    await page.goBack();
    await page.locator('.now-tile', { hasText: '在办诉求' }).click();
    await page.waitForSelector('table.rows tbody tr:nth-child(3)');
    await page.context().close();
});

test('an indicator is chosen for its year; the picture says its numbers on hover and as a table', async () => {
    const page = await browser.signIn(ADMIN, PASSWORD);
    await card(page, '办结').click();
    await page.waitForSelector('.chart figcaption >> text=办结');
    await card(page, '诉求受理').click();
    await drawn(page);
    const box = await page.locator('.chart-box').boundingBox();
    await page.mouse.move(box.x + box.width - 30, box.y + box.height / 2); // a tooltip is drawn, not styled
    await browser.shot(page, 'dash-hover');
    await page.getByRole('button', { name: '看表格' }).click();
    const rows = page.locator('.chart table.rows tbody tr');
    assert.equal(await rows.count(), 12);
    assert.match(await rows.last().textContent(), /至今.*3/);
    await page.context().close();
});

test('the townships turn by any column', async () => {
    const page = await browser.signIn(ADMIN, PASSWORD);
    await page.waitForSelector('table.townships tbody tr:nth-child(2)');
    await page.getByRole('button', { name: /诉求受理 \(件\)/ }).click();
    assert.equal(await page.locator('table.townships tbody th').first().textContent(), '沱江镇');
    await page.getByRole('button', { name: /诉求受理 \(件\)/ }).click();
    assert.notEqual(await page.locator('table.townships tbody th').first().textContent(), '沱江镇');
    await page.context().close();
});

test('a part that fails leaves the others standing, and is asked again', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD); // begins elsewhere
    await browser.quiet(page); // the home page asks there too
    const cut = await browser.cut(page, '**/api/v1/agenda/counts', { status: 500 });
    await browser.go(page, '/dash');
    await page.waitForSelector('[role=alert] >> text=服务器出错');
    await page.waitForSelector('.key-card strong');
    await browser.shot(page, 'dash-part-fails');
    assert.equal(cut.lost, 1);
    await cut.mend();
    await page.getByRole('button', { name: '再试一次' }).click();
    await page.waitForSelector('.now-tile');
    await page.waitForSelector('[role=alert]', { state: 'detached' });
    await page.context().close();
});

test('a station head sees the own station, and no other township', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await browser.go(page, '/dash');
    await drawn(page);
    assert.match(await card(page, '诉求受理').textContent(), /2件/);
    assert.equal(await page.locator('table.townships').count(), 0);
    assert.doesNotMatch(await page.textContent('.dash'), /河路口/);
    await browser.shot(page, 'dash-station');
    await page.context().close();
});

test('who may not read reports is not led here', async () => {
    const page = await browser.signIn(`operator@${JIANGHUA}`, PASSWORD);
    await page.waitForSelector('.menu-item');
    assert.equal(await page.locator('.menu-item', { hasText: '看板' }).count(), 0);
    await page.context().close();
});

for (const look of [{}, { dark: true }, { size: 'large' }]) {
    const name = look.dark ? 'dark' : look.size ?? 'light';
    test(`the dashboard is readable, ${name}`, async () => {
        const page = await browser.open({ bypassCSP: true });
        await page.addInitScript((kept) => localStorage.setItem('wulian.look', JSON.stringify(kept)), look);
        await page.goto(server.base);
        await page.fill('#login', ADMIN);
        await page.fill('#password', PASSWORD);
        await page.click('button[type=submit]');
        await page.waitForSelector('table.townships tbody tr:nth-child(2)');
        await drawn(page);
        await browser.accessible(page, `dash ${name}`);
        await browser.shot(page, `dash-${name}`);
        await page.context().close();
    });
}
