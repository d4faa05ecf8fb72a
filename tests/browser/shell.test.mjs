// The shell around every page: tags, the division in view, jobs, the lock of a screen that is left, posts,
// sessions, tabs of one browser, a server that is away for a moment.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { LIMITED, endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who, person;
const HEAD = `head@${JIANGHUA}`;

before(async () => {
    server = await startConsole(LIMITED);
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        sys: ['sys_admin', JIANGHUA, '赵系统'], sec: ['sec_admin', JIANGHUA, '钱安全'],
        li: ['social_worker', TUOJIANG, '李社工'],
    }));
    person = (await who.head.post('/station/residents', { name: '李秀英', sex: '2', birth: '1944-05-06', div: YANGHUA })).body.id;
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

const tagTexts = (page) => page.locator('.tags li a').allTextContents();
const menuOf = async (page, item) => {
    await page.click('.person');
    await page.getByRole('menuitem', { name: item }).click();
};
/** Opens a page from the menu, as people do. */
async function openFromMenu(page, word) {
    await page.waitForSelector('.menu-group'); // before it is there, / finds nothing to search
    await page.keyboard.press('/');
    await page.keyboard.type(word);
    await page.keyboard.press('Enter');
}

test('pages stay as tags: found again as they were left, closed by cross, key and middle button', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await page.waitForSelector('.menu-group');
    await openFromMenu(page, '走访');
    await page.waitForSelector('.tags .here >> text=走访');
    await openFromMenu(page, '居民');
    await page.click('table.rows tbody .act a');
    await page.waitForSelector('.tags .here >> text=李秀英');
    assert.deepEqual(await tagTexts(page), ['今日待办', '走访', '居民', '李秀英']);
    assert.equal(await page.title(), '居民 · 五联', 'the history of the browser holds no name');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await page.reload();
    await page.waitForSelector('.tags .here >> text=李秀英');
    await browser.shot(page, 'shell-tags');
    await page.getByRole('button', { name: '关闭 走访' }).click();
    await page.focus('.tags .here a');
    await page.keyboard.press('Delete');
    await page.waitForURL(/#\/t\/station\.resident$/);
    await page.locator('.tags a', { hasText: '居民' }).click({ button: 'middle' });
    await page.waitForURL(/#\/today$/);
    assert.deepEqual(await tagTexts(page), ['今日待办']);
    await page.context().close();
});

test('the tree of divisions goes by keys, and what is chosen stands in the bar until it is cleared', async () => {
    const page = await browser.signIn(`admin@${JIANGHUA}`, PASSWORD);
    await page.click('.bar .division');
    await page.waitForSelector('[role=treeitem] >> text=沱江镇');
    await page.focus('[role=treeitem]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('[role=treeitem][aria-level="3"]');
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('[role=treeitem][aria-level="3"]', { state: 'detached' });
    await page.keyboard.press('Enter');
    await page.waitForSelector('.division.chosen >> text=沱江镇');
    await page.fill('.divisions input', '阳华社区');
    await page.click('[role=treeitem] >> text=阳华社区');
    await page.waitForSelector('.division.chosen >> text=阳华社区');
    await browser.shot(page, 'shell-divisions');
    await page.reload();
    await page.waitForSelector('.division.chosen >> text=阳华社区');
    await page.getByRole('button', { name: '取消，看全部' }).click();
    await page.waitForSelector('.division >> text=全部');
    await page.context().close();
});

test('an export shows as a job, and its file comes from the drawer', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await who.head.post('/station/residents/export', { format: 'csv' });
    await page.click('.jobs-button');
    await page.waitForSelector('.jobs .state[data-tone=done]');
    await browser.shot(page, 'jobs');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.jobs a >> text=下载文件')]);
    assert.match(download.suggestedFilename(), /\.csv$/);
    await page.context().close();
});

test('a screen that is left is covered, stays so over a reload, and opens as it was', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, '/t/station.resident/new');
    await page.fill('#field-name', '填了一半');
    await page.evaluate(() => localStorage.setItem('wulian.seen', String(Date.now() - 11 * 60_000)));
    await page.waitForSelector('#lock', { timeout: 15_000 });
    assert.ok(!(await page.isVisible('#field-name')), 'nothing is to be read behind it');
    await page.waitForFunction(() => document.activeElement.id === 'lock-password');
    for (let i = 0; i < 6; i++) {
        await page.keyboard.press('Tab');
        assert.ok(await page.evaluate(() => document.activeElement === document.body
            || document.activeElement.closest('#lock') !== null), 'nor to be reached');
    }
    await browser.shot(page, 'locked');
    await page.reload();
    await page.waitForSelector('#lock');
    assert.equal(await page.locator('.shell').count(), 0);
    browser.expect(1);
    await page.fill('#lock-password', 'Wrong-Horse-1!');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#lock [role=alert]');
    await page.fill('#lock-password', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#field-name');
    assert.equal(await page.inputValue('#field-name'), '填了一半');
    await page.context().close();
});

test('somebody else may sit down at a locked screen, and finds nothing of the first', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, '/t/station.resident/new');
    await page.fill('#field-name', '未存的人');
    const other = await page.context().newPage();
    await other.goto(`${server.base}/#/t/station.resident`);
    await other.waitForSelector('table.rows >> text=李秀英');
    await browser.quiet(other);
    await menuOf(page, '锁屏');
    await page.waitForSelector('#lock');
    await other.waitForSelector('#lock');
    await browser.quiet(page);
    assert.equal(await browser.sessions(page), 0, 'the session has ended');
    await page.getByRole('button', { name: '换人登录' }).click();
    await page.getByRole('button', { name: '清除并换人' }).click();
    await page.waitForSelector('#login');
    await other.waitForSelector('#login'); // and never the list again
    assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
    await page.fill('#login', `li@${JIANGHUA}`);
    await page.fill('#password', PASSWORD);
    await page.click('button[type=submit]');
    await page.waitForSelector('.person >> text=李社工');
    assert.deepEqual(await tagTexts(page), ['今日待办']);
    await page.context().close();
});

/** The session that they opened last; jobs have sessions too. */
const newest = (login) => server.psql(`select s.hash from core.session s join admin.account a on a.id = s.account
    where a.login = '${login}' and s.kind = 'session' order by s.opened_at desc limit 1`);
const hasEnded = async (session) => await server.psql(`select ended_at is not null from core.session where hash = '${session}'`) === 't';

test('a session that had ended before the screen was locked is opened once, not twice', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await server.psql(`update core.session set ended_at = now() where hash = '${await newest('head')}'`);
    browser.expect(1); // it is ended once more
    await menuOf(page, '锁屏');
    await page.waitForSelector('#lock');
    await page.fill('#lock-password', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('#lock', { state: 'detached' });
    await browser.go(page, '/t/station.resident');
    await page.waitForSelector('table.rows >> text=李秀英');
    assert.equal(await page.getByRole('dialog', { name: '请重新登录' }).count(), 0);
    assert.equal(await hasEnded(await newest('head')), false);
    await page.context().close();
});

/** A page that the head has left, by either way, while the server could not be told; { page, session, cut } */
async function leftUntold(way) {
    const page = await browser.signIn(HEAD, PASSWORD);
    const session = await newest('head');
    const cut = await browser.cut(page, '**/api/v1/sessions/current');
    await menuOf(page, way);
    if (way === '锁屏') {
        await page.getByRole('button', { name: '换人登录' }).click();
        await page.getByRole('button', { name: '清除并换人' }).click();
    } else {
        await page.waitForSelector('.el-message >> text=没有连上服务器');
    }
    await page.waitForSelector('#login');
    assert.equal(await hasEnded(session), false, 'the line is cut');
    return { page, session, cut };
}
async function enter(page, name, password) {
    await page.fill('#login', `${name}@${JIANGHUA}`);
    await page.fill('#password', password);
    await page.click('button[type=submit]');
}
const nothingOwed = (page) => page.waitForFunction(() => !localStorage.getItem('wulian.owed'));

test('a session whose end the server did not hear of ends once there is a line, and lets nobody in before', async () => {
    for (const way of ['锁屏', '退出登录']) {
        const { page, session, cut } = await leftUntold(way);
        await page.evaluate(() => localStorage.setItem('wulian.entered', '1')); // as if it had not been left here
        await page.goto(`${server.base}/#/t/station.resident`);
        await page.waitForURL(/#\/login\?to=/);
        browser.expect(1);
        await enter(page, 'li', 'Wrong-Horse-1!');
        await page.waitForSelector('.fault');
        await cut.mend();
        await nothingOwed(page); // by itself
        assert.equal(await hasEnded(session), true, way);
        assert.equal(await browser.sessions(page), 0);
        await page.context().close();
    }
});

test('who signs in before the server has heard of the last one\'s end stays signed in', async () => {
    const { page, cut } = await leftUntold('退出登录');
    await enter(page, 'li', PASSWORD);
    await page.waitForSelector('.person >> text=李社工');
    await nothingOwed(page);
    const session = await newest('li');
    await cut.mend();
    await sleep(6000); // longer than who still owes waits
    await page.reload();
    await page.waitForSelector('.person >> text=李社工');
    await browser.quiet(page);
    assert.equal(await hasEnded(session), false);
    await page.context().close();
});

test('who has just signed in on the field page is not taken for one who has been away', async () => {
    const page = await browser.open();
    await page.goto(`${server.base}/m/`);
    await page.evaluate(() => localStorage.setItem('wulian.seen', String(Date.now() - 86400_000)));
    await enter(page, 'li', PASSWORD);
    await page.waitForSelector('.tiles');
    await page.goto(server.base);
    await page.waitForSelector('.person >> text=李社工');
    await browser.quiet(page);
    assert.equal(await page.locator('#lock').count(), 0);
    await page.context().close();
});

test('tabs of one browser lock, open and leave together', async () => {
    const one = await browser.signIn(HEAD, PASSWORD);
    const two = await one.context().newPage();
    await two.goto(`${server.base}/#/t/station.resident`);
    await two.waitForSelector('table.rows tbody .act a');
    await browser.quiet(two);
    await menuOf(one, '锁屏');
    await two.waitForSelector('#lock');
    await one.fill('#lock-password', PASSWORD);
    await one.keyboard.press('Enter');
    await two.waitForSelector('#lock', { state: 'detached' });
    await two.click('table.rows tbody .act a');
    await two.waitForSelector('dl.facts');
    await menuOf(one, '退出登录');
    await two.waitForSelector('#login');
    assert.deepEqual(await two.evaluate(() => Object.keys(sessionStorage)), []);
    await one.context().close();
});

test('another post shows another menu, in every tab', async () => {
    const { status, body: made } = await who.sys.post('/admin/posts', { account: who.li.account, role: 'county_section',
        scope_div: `${JIANGHUA}000000`, div: `${JIANGHUA}000000`, valid_from: '2026-01-01' });
    assert.equal(status, 201, JSON.stringify(made));
    assert.equal((await who.sec.act(`/admin/posts/${made.id}`, 'approve', {})).status, 200);
    const page = await browser.signIn(`li@${JIANGHUA}`, PASSWORD);
    const other = await page.context().newPage();
    await other.goto(server.base);
    await other.waitForSelector('.person >> text=驻站社工');
    await page.click('.person');
    await browser.shot(page, 'posts');
    await page.getByRole('menuitem', { name: /业务股室/ }).click();
    await page.waitForSelector('.person >> text=业务股室');
    await other.waitForSelector('.person >> text=业务股室');
    await page.context().close();
});

test('a password is changed where the old one is known, and other sessions are ended', async () => {
    const page = await browser.signIn(`li@${JIANGHUA}`, PASSWORD);
    const other = await browser.signIn(`li@${JIANGHUA}`, PASSWORD);
    await menuOf(page, '我的登录');
    await page.waitForSelector('.el-dialog table.rows tbody tr');
    await browser.shot(page, 'sessions');
    const rows = await page.locator('.el-dialog tbody tr').count();
    await page.getByRole('dialog').getByRole('button', { name: '退出' }).first().click();
    await page.waitForFunction((n) => document.querySelectorAll('.el-dialog tbody tr').length === n, rows - 1);
    await page.keyboard.press('Escape');
    await menuOf(page, '修改密码');
    await page.fill('#password-current', 'Wrong-Horse-1!');
    await page.fill('#password-new', `${PASSWORD}-2`);
    await page.fill('#password-repeat', `${PASSWORD}-3`);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=dialog] [role=alert] >> text=不一样');
    await page.fill('#password-repeat', `${PASSWORD}-2`);
    browser.expect(1);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=dialog] .panel.fault');
    await browser.shot(page, 'password-refused');
    await page.fill('#password-current', PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=密码已修改');
    await page.context().close();
    await other.context().close();
});

test('? shows the keys, not while somebody types one', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await page.focus('.menu-search');
    await page.keyboard.press('?');
    assert.equal(await page.inputValue('.menu-search'), '?');
    await page.keyboard.press('Escape');
    await page.focus('#main');
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.getByRole('link', { name: '查看全部帮助' }).click();
    await page.waitForSelector('h1 >> text=帮助');
    await browser.shot(page, 'help');
    await page.context().close();
});

test('a server that is busy for a moment is asked again; one that is away is said so, and back later', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    let refused = 0;
    const busy = [[503, 'unavailable'], [429, 'too_many_requests']];
    await page.route('**/api/v1/station/residents?**', (route) => {
        const [status, code] = busy[refused++] ?? [];
        return status ? route.fulfill({ status, contentType: 'application/problem+json', headers: { 'Retry-After': '1' },
            body: JSON.stringify({ title: '忙', status, code }) }) : route.continue();
    });
    browser.expect(2);
    await openFromMenu(page, '居民');
    await page.waitForSelector('table.rows tbody .act a');
    assert.equal(refused, 3);
    await page.unroute('**/api/v1/station/residents?**');
    const cut = await browser.cut(page, '**/api/v1/station/visits?**');
    await openFromMenu(page, '走访');
    await page.waitForSelector('[role=alert] >> text=连不上服务器', { timeout: 15_000 });
    assert.equal(cut.lost, 3, 'asked three times');
    await browser.shot(page, 'unreachable');
    await cut.mend();
    await page.getByRole('button', { name: '再试一次' }).click();
    await page.waitForSelector('[role=alert]', { state: 'detached' });
    await page.context().close();
});

test('back and forward go through the pages as they were', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await openFromMenu(page, '居民');
    await page.click('table.rows tbody .act a');
    await page.waitForSelector('dl.facts');
    await page.goBack();
    await page.waitForSelector('table.rows tbody .act a');
    await page.goForward();
    await page.waitForURL(new RegExp(person));
    await page.waitForSelector('dl.facts >> text=李秀英');
    await page.context().close();
});

test('on a small screen, and at 200 %, the menu lies over the page and everything is in reach', async () => {
    const page = await browser.signIn(HEAD, PASSWORD, { viewport: { width: 683, height: 384 }, bypassCSP: true });
    assert.ok(!(await page.isVisible('#menu')));
    await page.getByRole('button', { name: '菜单' }).click();
    await page.waitForSelector('#menu .menu-group');
    await browser.shot(page, 'small-menu');
    await page.click('#menu .menu-item >> text=今日待办');
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no page scrolls sideways');
    await browser.accessible(page, 'small');
    await browser.shot(page, 'small');
    await page.context().close();
});
