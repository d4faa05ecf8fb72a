// The console as its users find it: signing in, what is to be done, lists, a form that the server
// refuses and then takes, a row and its history.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who;
const HEAD = `head@${JIANGHUA}`;

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        hot: ['hotline_operator', JIANGHUA, '盘接线'],
        li: ['social_worker', TUOJIANG, '李社工'],
    }));
    const { body: person } = await who.head.post('/station/residents',
        { name: '李秀英', sex: '2', birth: '1944-05-06', div: YANGHUA });
    await who.hot.post('/station/requests', { channel: 'HOTLINE', person: person.id, category: 'MEAL', domain: 'E',
        urgency: 'U2', content: '想订午餐' });
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

test('a wrong password is told in words, and what was typed stays', async () => {
    const page = await browser.open();
    await page.goto(server.base);
    await page.fill('#login', HEAD);
    await page.fill('#password', 'Wrong-Horse-1!');
    browser.expect(1);
    await page.click('button[type=submit]');
    await page.waitForSelector('[role=alert]');
    assert.match(await page.textContent('[role=alert]'), /[\u4e00-\u9fff]/);
    assert.equal(await page.inputValue('#login'), HEAD);
    await browser.shot(page, 'sign-in-refused');
    await page.context().close();
});

test('what is to be done stands on the first page, and leads to the row', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await page.waitForSelector('table.rows tbody a');
    await browser.shot(page, 'today');
    await page.click('table.rows tbody a');
    await page.waitForSelector('h1');
    await page.waitForSelector('dl.facts');
    assert.match(await page.textContent('dl.facts'), /想订午餐/);
    await page.waitForSelector('dl.facts >> text=李秀英'); // a reference goes by its name
    await browser.shot(page, 'request');
    await page.context().close();
});

test('an action runs from the row, is refused until its input is there, and stands in the history', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, '/t/station.request');
    await page.click('table.rows tbody .act a');
    await page.getByRole('button', { name: '受理', exact: true }).click();
    await page.getByRole('button', { name: '派单', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: '派单' }).click();
    await page.waitForSelector('[role=dialog] .fault');
    await browser.shot(page, 'action-refused');
    await page.getByRole('dialog').getByRole('combobox').fill('李社工');
    await page.getByRole('option', { name: /李社工/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: '派单' }).click();
    await page.waitForSelector('[role=dialog]', { state: 'hidden' });
    await page.waitForSelector('.state[data-tone] >> text=已派单');
    await page.getByRole('tab', { name: '变更记录' }).click();
    await page.waitForSelector('.history li');
    assert.match(await page.textContent('.history'), /已受理.*→.*已派单|待受理.*→.*已受理/s);
    await browser.shot(page, 'history');
    await page.context().close();
});

test('the inbox tells of the new request, and opening it makes it read', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await page.waitForSelector('.bell b');
    assert.match(await page.textContent('.bell b'), /^1/);
    await page.click('.bell');
    await page.waitForSelector('.bell-list >> text=新诉求');
    await browser.shot(page, 'bell');
    await page.getByRole('link', { name: '全部通知' }).click();
    await page.waitForSelector('.notices .unread button');
    await browser.shot(page, 'notices');
    await page.click('.notices .unread button');
    await page.waitForSelector('dl.facts >> text=想订午餐');
    await page.waitForSelector('.bell b', { state: 'detached' });
    await page.click('.bell');
    await page.getByRole('link', { name: '全部通知' }).click();
    await page.waitForSelector('.notices li');
    assert.ok(await page.getByRole('button', { name: '全部标为已读' }).isDisabled());
    await page.context().close();
});

test('a form shows each fault at its field, keeps what was typed over a reload, and saves', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, '/t/station.resident/new');
    await page.fill('#field-name', '盘阿妹');
    await page.fill('#field-id_number', '43112919500203002');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForSelector('#field-id_number-fault');
    assert.match(await page.textContent('#field-id_number-fault'), /[\u4e00-\u9fff]/);
    await browser.shot(page, 'form-refused');
    await page.reload();
    await page.waitForSelector('#field-name');
    assert.equal(await page.inputValue('#field-name'), '盘阿妹');
    assert.equal(await page.inputValue('#field-id_number'), '43112919500203002');
    await page.fill('#field-id_number', '');
    await page.fill('#field-phone', '13900001234');
    await page.getByRole('combobox', { name: /性别/ }).click();
    await page.getByRole('option', { name: '女' }).first().click();
    await page.fill('#field-birth', '1950-02-03');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '保存' }).click();
    await page.waitForURL(/\/t\/station\.resident\/[0-9a-f-]{36}$/);
    await page.waitForSelector('dl.facts');
    assert.match(await page.textContent('dl.facts'), /盘阿妹/);
    await browser.shot(page, 'resident');
    await page.context().close();
});

test('a session that ends under a form is opened again over it; nothing typed is lost, the change goes through', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    const person = await server.psql(`select id from station.resident where name = '李秀英'`);
    await browser.go(page, `/t/station.resident/${person}/edit`);
    await page.fill('#field-address', '8 组 12 号');
    await server.psql(`update core.session set ended_at = now() where ended_at is null and kind = 'session'
        and account = (select id from admin.account where login = 'head' and county = ${JIANGHUA})
        and seen_at > now() - interval '1 minute' and opened_at = (select max(opened_at) from core.session
            where account = (select id from admin.account where login = 'head' and county = ${JIANGHUA}))`);
    browser.expect(1);
    await page.getByRole('button', { name: '保存' }).click();
    const again = page.getByRole('dialog');
    await again.getByLabel('密码').fill(PASSWORD);
    await browser.shot(page, 'sign-in-again');
    await again.getByRole('button', { name: '登录' }).click();
    await page.waitForSelector('dl.facts >> text=8 组 12 号');
    assert.equal(await server.psql(`select address from station.resident where id = '${person}'`), '8 组 12 号');
    await page.context().close();
});

test('what somebody typed is not there for who signs in next at the same screen', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, '/t/station.resident/new');
    await page.fill('#field-name', '未存的人');
    await page.getByRole('button', { name: /李站长/ }).click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await page.waitForSelector('#login');
    assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
    await page.context().close();
});

test('signed out, the console shows nothing; a plugin that is off is nowhere in it', async () => {
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: false });
    const page = await browser.signIn(HEAD, PASSWORD);
    await page.waitForSelector('.menu-group');
    assert.doesNotMatch(await page.textContent('nav.menu'), /为老服务/);
    browser.expect(1);
    await browser.go(page, '/t/elderly.errand');
    await page.waitForSelector('[role=alert]');
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true });
    await page.reload();
    await page.waitForSelector('.menu-group >> text=为老服务');

    await page.getByRole('button', { name: /李站长/ }).click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await page.waitForSelector('#login');
    await browser.go(page, '/t/station.request');
    await page.waitForSelector('#login');
    assert.equal(await browser.sessions(page), 0);
    await page.context().close();
});
