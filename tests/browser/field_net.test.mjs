// The field page on a bad line: slow, broken off in the middle, answers lost behind the commit, a session that
// ends. Nothing typed is lost, and nothing is there twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD } from '../lib/county.mjs';
import { choose, follow, photo, startField, tap } from './field.mjs';

let field, browser, at, who;

before(async () => {
    field = await startField();
    ({ browser, at, who } = field);
});
after(() => field?.stop());

const VISITS = '**/api/v1/station/visits';
const visits = async (person) => (await who.head.get(`/station/visits?person.eq=${person}`)).body.items;

async function visitOf(page, person, note) {
    await field.go(page, `/new/station.visit?person=${person}`);
    await choose(page, '走访类型', '日常');
    await choose(page, '走访结果', '见面正常');
    await page.fill('#f-note', note);
}
/** What is asked arrives, its answer does not. A request that fails is told on the console each time. */
async function answersLost(page, where) {
    await page.route(where, async (route) => {
        if (route.request().method() === 'GET') return route.continue();
        browser.expect(1);
        await route.fetch();
        return route.abort('connectionreset');
    });
}

test('a slow line shows what comes and says that it is slow; who leaves does not wait', async () => {
    const page = await field.phone('li');
    let go;
    const held = new Promise((done) => { go = done; });
    await page.route('**/api/v1/agenda*', async (route) => {
        await held;
        await route.continue().catch(() => {});
    });
    await page.reload();
    await page.waitForSelector('.bone');
    await page.waitForSelector('text=网络较慢');
    await browser.shot(page, 'field-slow');
    const left = page.waitForEvent('requestfailed', (request) => request.url().includes('/agenda'));
    await follow(page, '我的');
    await left;
    go();
    await page.unroute('**/api/v1/agenda*');
    await page.context().close();
});

test('no line at all: it says so, and again is enough', async () => {
    const page = await field.phone('li');
    const cut = await browser.cut(page, '**/api/v1/agenda*');
    await tap(page, '刷新');
    await page.waitForSelector('.trouble >> text=连不上服务器');
    await browser.shot(page, 'field-unreachable');
    await cut.mend();
    await tap(page, '再试一次');
    await page.waitForSelector('.trouble', { state: 'detached' });
    await page.context().close();
});

test('an answer lost behind the commit: sent again, also after a reload, there is one visit', async () => {
    const page = await field.phone('li');
    await visitOf(page, at.widow, '第一次');
    await answersLost(page, VISITS);
    await tap(page, '提交');
    await page.waitForSelector('text=没有收到服务器的答复');
    await browser.shot(page, 'field-unsent');
    assert.equal((await visits(at.widow)).length, 1);
    await page.unroute(VISITS);
    await page.reload();
    await page.waitForSelector('text=已恢复上次没提交的内容');
    assert.equal(await page.inputValue('#f-note'), '第一次');
    await tap(page, '再提交一次');
    await page.waitForSelector('.facts >> text=第一次');
    assert.equal((await visits(at.widow)).length, 1);
    await page.context().close();
});

test('changed after a lost answer, the first one stands and is shown', async () => {
    const page = await field.phone('li');
    await visitOf(page, at.second, '先写的');
    await answersLost(page, VISITS);
    await tap(page, '提交');
    await page.waitForSelector('text=没有收到服务器的答复');
    await page.unroute(VISITS);
    await page.fill('#f-note', '后改的');
    browser.expect(1); // 409: it had arrived
    await tap(page, '再提交一次');
    await page.waitForSelector('.facts >> text=先写的');
    assert.equal((await visits(at.second)).length, 1);
    await page.context().close();
});

test('a double tap makes one row', async () => {
    const page = await field.phone('li');
    await visitOf(page, at.second, '连点两下');
    let sent = 0;
    await page.route(VISITS, async (route) => {
        sent++;
        await route.continue();
    });
    await page.getByRole('button', { name: '提交', exact: true }).evaluate((button) => { button.click(); button.click(); });
    await page.waitForSelector('.facts >> text=连点两下');
    assert.equal(sent, 1);
    await page.context().close();
});

test('a step whose answer was lost is not taken twice', async () => {
    const page = await field.phone('li');
    await field.go(page, `/r/elderly.errand/${at.errand}/do/accept`);
    await page.waitForSelector('.send');
    await answersLost(page, '**/actions/accept');
    await tap(page, '接单');
    await page.waitForSelector('text=没有收到服务器的答复');
    await page.unroute('**/actions/accept');
    await tap(page, '再提交一次');
    await page.waitForSelector('text=接单：已完成');
    const row = (await who.head.get(`/elderly/errands/${at.errand}`)).body;
    assert.deepEqual([row.state, row.version], ['accepted', 2]);
    await page.context().close();
});

test('a photo broken off goes on where it stopped, and the form waits for it', async () => {
    const page = await field.phone('li');
    const big = await photo(page);
    await field.go(page, `/r/elderly.errand/${at.errand}/do/purchase`);
    const pieces = [];
    let broken = true;
    await page.route('**/api/v1/files/*', async (route) => {
        const request = route.request();
        if (request.method() !== 'PATCH') return route.continue();
        pieces.push(Number(request.headers()['upload-offset']));
        if (broken && pieces.length > 1) {
            browser.expect(1);
            return route.abort('connectionreset');
        }
        return route.continue();
    });
    await page.setInputFiles('#f-receipt_photo', { name: 'receipt.jpg', mimeType: 'image/jpeg', buffer: big });
    await page.waitForSelector('.photo >> text=连不上服务器');
    await page.locator('.photo .trouble').first().scrollIntoViewIfNeeded();
    await browser.shot(page, 'field-photo-broken');
    broken = false;
    const before = pieces.length;
    await page.getByRole('button', { name: '接着上传' }).tap();
    await page.waitForSelector('text=照片已上传');
    assert.equal(pieces[0], 0);
    assert.ok(pieces.slice(before).every((offset) => offset >= 65536), 'no piece went up twice');
    await page.context().close();
});

test('a session that ends asks for the password over the page; what was typed goes out', async () => {
    const page = await field.phone('li');
    await visitOf(page, at.widow, '登录过期也不丢');
    await page.context().clearCookies();
    browser.expect(1);
    await tap(page, '提交');
    await page.waitForSelector('dialog[open]');
    await browser.shot(page, 'field-again');
    await browser.accessible(page, 'again');
    await page.fill('#again-password', PASSWORD);
    await page.locator('dialog').getByRole('button', { name: '登录', exact: true }).tap();
    await page.waitForSelector('.facts >> text=登录过期也不丢');
    assert.equal((await visits(at.widow)).length, 2); // this one and the first
    await page.context().close();
});

test('who leaves without a line has left; the server hears of it once there is one', async () => {
    const page = await field.phone('li');
    const cut = await browser.cut(page, '**/api/v1/sessions/current');
    await field.go(page, '/me');
    await tap(page, '退出登录');
    await page.waitForSelector('#login');
    await page.waitForSelector('.toast >> text=没有连上服务器');
    assert.equal(cut.lost, 3, 'told three times');
    await browser.shot(page, 'field-left-untold');
    assert.equal(await browser.sessions(page), 1);
    await cut.mend();
    await page.evaluate(() => { window.dispatchEvent(new Event('online')); });
    await page.waitForFunction(() => !localStorage.getItem('wulian.owed'));
    assert.equal(await browser.sessions(page), 0);
    await page.context().close();
});
