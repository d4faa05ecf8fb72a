// The county's administrators: who works here, by two people's word; where the stations stand; the
// figures the county lives by; and what was done by whom.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, openTwoCounties, people } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who;
const login = (name) => `${name}@${JIANGHUA}`;

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        sys: ['sys_admin', JIANGHUA, '何系统'], sec: ['sec_admin', JIANGHUA, '奉安全'], aud: ['audit_admin', JIANGHUA, '盘审计'],
    }));
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

/** Chooses in one of Element Plus's selects, by what its options say. */
async function choose(page, id, text) {
    await page.click(`#${id}`);
    await page.locator('.el-select-dropdown__item:visible', { hasText: text }).first().click();
}

test('a person is proposed by one administrator, approved by another, and signs in with a code handed over', async () => {
    const sys = await browser.signIn(login('sys'), PASSWORD);
    await sys.waitForURL(/admin\/users/);
    await sys.click('text=新增人员');
    browser.expect(1); // an empty form: refused field by field
    await sys.click('.el-dialog button[type=submit]');
    await sys.waitForSelector('.el-dialog .fault');
    await sys.fill('#person-login', 'li.xin');
    await sys.fill('#person-name', '李新');
    await choose(sys, 'post-role', '业务股室');
    await sys.click('#post-scope_div');
    await sys.locator('.el-select-dropdown__item:visible, .el-tree-node__content:visible', { hasText: '江华' }).first().click();
    await browser.shot(sys, 'users-new');
    await sys.click('.el-dialog button[type=submit]');
    await sys.waitForSelector('text=待安全管理员审批');
    await browser.shot(sys, 'users-waiting');
    assert.equal(await sys.locator('button:has-text("批准")').count(), 0, 'who proposes does not approve');

    const sec = await browser.signIn(login('sec'), PASSWORD);
    await sec.waitForSelector('section.panel >> text=李新');
    const waiting = sec.locator('.waiting-row button', { hasText: '批准' });
    assert.equal(await waiting.count(), 2); // the account, and its post
    await waiting.first().click();
    await browser.shot(sec, 'users-approve');
    const yes = sec.locator('.el-dialog:visible button[type=submit]');
    await yes.click();
    await sec.waitForFunction(() => document.querySelectorAll('.waiting-row > .actions').length === 0);
    await waiting.first().click();
    await yes.or(sec.locator('.el-message')).first().waitFor();
    if (await yes.count()) await yes.click();
    await sec.waitForSelector('.waiting-row', { state: 'detached' });
    await sec.context().close();

    await sys.click('text=刷新');
    await sys.locator('tr', { hasText: '李新' }).locator('text=发激活码').click();
    const code = await sys.textContent('.slip-facts .code');
    await browser.shot(sys, 'users-code');
    await sys.click('text=已记下');
    await browser.accessible(sys, 'users');
    await sys.context().close();

    const li = await browser.open();
    await li.goto(server.base);
    await li.click('text=首次登录');
    await li.fill('#login', login('li.xin'));
    await li.fill('#code', code.trim());
    await li.fill('#password', PASSWORD);
    await li.fill('#repeat', PASSWORD);
    await li.click('button[type=submit]');
    await li.waitForSelector('.shell >> text=李新');
    await li.context().close();
});

test('a parameter that nobody stands for is set on a document, confirmed, and counts', async () => {
    const page = await browser.signIn(login('admin'), PASSWORD);
    await browser.go(page, '/admin/parameters');
    const row = page.locator('tr', { hasText: '诉求办结时限（一般）' });
    await row.locator('text=未确认').waitFor();
    await browser.shot(page, 'parameters');
    await row.locator('text=设定').click();
    await page.fill('#parameter-value', '两天');
    browser.expect(1);
    await page.click('.el-dialog button[type=submit]');
    await page.waitForSelector('.el-dialog .field.invalid .fault'); // at the value, in words
    await page.fill('#parameter-value', '960');
    await page.fill('#parameter-basis', '江民发〔2026〕9号');
    await browser.shot(page, 'parameter-set');
    await page.click('.el-dialog button[type=submit]');
    await row.locator('text=16 个工作小时').waitFor();
    await row.locator('button:has-text("确认")').click();
    await row.locator('text=已确认').waitFor();
    assert.equal((await who.admin.get('/station/policy_params?key=request.finish_minutes.U3')).body.items[0].value, '960');
    await browser.accessible(page, 'parameters');
    await page.context().close();
});

test('the county sees where its stations and rooms stand', async () => {
    const page = await browser.signIn(login('admin'), PASSWORD);
    await browser.go(page, '/admin/places');
    await page.waitForSelector('.places-tree >> text=沱江镇');
    await page.click('.places-tree >> text=沱江镇');
    await page.waitForSelector('.places-head >> text=沱江镇');
    const divs = await page.locator('.places table.rows tbody tr').count();
    assert.ok(divs >= 1);
    await page.locator('.places table.rows tbody a').first().click();
    await page.waitForSelector('dl.facts');
    await browser.go(page, '/admin/places');
    await page.waitForSelector('.places-tree >> text=沱江镇');
    await browser.shot(page, 'places');
    await browser.accessible(page, 'places');
    await page.context().close();
});

test('the audit administrator reads who did what, in words, and narrows it down', async () => {
    await who.head.get('/station/policy_values?limit=1');
    const page = await browser.signIn(login('aud'), PASSWORD);
    await page.waitForURL(/admin\/audit/);
    await page.waitForSelector('table.rows tbody >> text=政策参数');
    await browser.shot(page, 'audit');
    await page.locator('table.rows tbody button', { hasText: '政策参数' }).first().click();
    await page.waitForFunction(() => [...document.querySelectorAll('table.rows tbody tr')].every((row) => row.textContent.includes('政策参数')));
    await browser.accessible(page, 'audit');
    await page.context().close();
});
