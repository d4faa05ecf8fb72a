// Ways in and what is asked for on them: a second factor set up and used, roles that must have one, a
// password that is too old, the password once more before something grave.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, TUOJIANG, openTwoCounties, people, setParam } from '../lib/county.mjs';
import { codeOf } from '../lib/totp.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who;

before(async () => {
    server = await startConsole({ WULIAN_AUTH_STEP_UP_MINUTES: '5' });
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { li: ['social_worker', TUOJIANG, '李社工'] }));
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

const menuOf = async (page, item) => {
    await page.click('.person');
    await page.getByRole('menuitem', { name: item }).click();
};
/** Types what signs in, without waiting for anything. */
async function enter(page, login, password = PASSWORD) {
    await page.goto(server.base);
    await page.fill('#login', login);
    await page.fill('#password', password);
    await page.click('button[type=submit]');
}
/** From the dialogue that begins it to the recovery codes: { uri, codes }. */
async function enrol(page) {
    await page.click('.el-dialog >> text="启用"');
    const uri = await page.getAttribute('.el-dialog a[href^="otpauth:"]', 'href');
    await page.fill('#factor-code', codeOf(uri).replace(/^.../, '$& '));
    await page.keyboard.press('Enter');
    await page.waitForSelector('.factor-codes li');
    return { uri, codes: await page.locator('.factor-codes li').allTextContents() };
}
const later = (caller) =>
    server.psql(`update core.second_factor set step = 0 where id = '${caller.account}'`);

test('turned on from the menu, asked for at the next sign-in, turned off with the password', async () => {
    const page = await browser.signIn(who.li.login, PASSWORD);
    await menuOf(page, '动态验证码');
    const { uri, codes } = await enrol(page);
    assert.equal(codes.length, 10);
    await browser.accessible(page, 'recovery codes');
    await page.click('text=已保存');
    await later(who.li);
    await menuOf(page, '退出登录');
    await page.waitForSelector('#login');
    await browser.quiet(page); // the page asks anew for an end that it did not see

    browser.expect(1);
    await enter(page, who.li.login);
    await page.waitForSelector('#factor');
    await browser.shot(page, 'entry-code');
    await page.fill('#factor', codeOf(uri));
    await page.keyboard.press('Enter');
    await page.waitForSelector('.shell');

    await server.psql(`update core.session set fresh_at = now() - interval '6 minutes'
        where account = '${who.li.account}'`);
    await menuOf(page, '动态验证码');
    await page.waitForSelector('text=还剩 10 个恢复码');
    browser.expect(2);
    await page.click('.el-dialog >> text="停用"');
    const again = page.locator('.el-dialog', { hasText: '请再次输入密码' });
    await again.locator('input').fill('Wrong-Horse-1');
    await page.keyboard.press('Enter');
    await again.getByText('密码不正确').waitFor();
    await again.locator('input').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.el-dialog >> text="启用"');
    assert.equal((await who.li.get('/me')).body.session.second_factor, false);
    await page.context().close();
});

test('who must have it meets nothing else before', async () => {
    await setParam(server, JIANGHUA, 'sign_in.second_factor_roles', 'county_admin');
    const page = await browser.open();
    await enter(page, who.admin.login);
    await page.waitForSelector('text=您的角色须启用动态验证码');
    assert.equal(await page.locator('.shell').count(), 0);
    const { uri } = await enrol(page);
    await later(who.admin);
    await page.click('text=已保存');
    await page.waitForSelector('#login');
    browser.expect(1);
    await enter(page, who.admin.login);
    await page.waitForSelector('#factor');
    await page.fill('#factor', codeOf(uri));
    await page.keyboard.press('Enter');
    await page.waitForSelector('.shell');
    await page.context().close();
});

test('a password that is too old is changed before anything else', async () => {
    await server.psql(`update core.credential set password_at = now() - interval '91 days'
        where account = '${who.head.account}'`);
    const page = await browser.open();
    await enter(page, who.head.login);
    await page.waitForSelector('text=密码已超过使用期限');
    await browser.accessible(page, 'old password');
    assert.equal(await page.locator('.shell').count(), 0);
    await page.fill('#password-current', PASSWORD);
    await page.fill('#password-new', `${PASSWORD}-2`);
    await page.fill('#password-repeat', `${PASSWORD}-2`);
    await page.click('text=保存');
    await page.waitForSelector('#login');
    await enter(page, who.head.login, `${PASSWORD}-2`);
    await page.waitForSelector('.shell');
    await page.context().close();
});
