// The hotline, by keyboard alone: from the number to the request at the station; nothing typed is lost to Esc,
// to a reload or to a server that goes away in the middle, and nothing is made twice.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who, stations;
const login = (name) => `${name}@${JIANGHUA}`;
const PHONE = '13807461111', SHARED = '13807462222', STRANGE = '13807469999';

before(async () => {
    server = await startConsole();
    ({ who, stations } = await openTwoCounties(server));
    for (const [name, sex, birth, phone] of [['黄阿婆', '2', '1946-05-06', PHONE], ['李秀英', '2', '1944-05-06', SHARED],
        ['李秀英', '2', '1951-02-03', SHARED]])
        await who.head.post('/station/residents', { name, sex, birth, phone, div: YANGHUA });
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

async function open(options) {
    const page = await browser.signIn(login('operator'), PASSWORD, options);
    await page.waitForSelector('.panes'); // the hotline is where an operator begins
    return page;
}
const at = (page) => page.evaluate(() => document.activeElement.id);
const count = (what) => server.psql(`select count(*) from station.${what}`).then(Number);
/** Enter until the field is reached. */
async function enterTo(page, id) {
    for (let i = 0; i < 12 && await at(page) !== id; i++) await page.keyboard.press('Enter');
    assert.equal(await at(page), id);
}

test('a call by keyboard alone, and the station has the request on its board', async () => {
    const page = await open();
    const keys = page.keyboard;
    await keys.press('F2');
    assert.equal(await at(page), 'call-phone');
    await keys.type(PHONE);
    await keys.press('Enter');
    assert.equal(await at(page), 'call-name');
    await page.waitForSelector('.chosen-person >> text=1946 年生'); // the only one whose number it is
    await page.waitForSelector('.call-clock >> text=通话中');
    await browser.shot(page, 'hotline-caller');
    await keys.type('黄阿婆');
    await keys.press('Alt+2');
    await enterTo(page, 'call-content');
    await keys.type('下雨天，降压药吃完了');
    await browser.shot(page, 'hotline-call');
    await keys.press('Control+d');
    await page.waitForSelector('.saved >> text=已受理，交沱江镇派人');
    assert.equal(await at(page), 'new-call');
    await browser.shot(page, 'hotline-dispatched');

    const [row] = await server.rows(`select r.state, r.channel, r.category, r.domain, r.urgency, r.content, r.div,
            c.outcome, c.answered_at is not null as answered, c.ended_at >= c.answered_at as ended, c.ring_seconds, c.request = r.id as linked
        from station.request r join station.call_log c on c.county = r.county and c.request = r.id`);
    assert.deepEqual(row, { answered: true, ended: true, linked: true, ring_seconds: row.ring_seconds, state: 'accepted', channel: 'HOTLINE', category: 'BUY_DRUG', domain: 'E', urgency: 'U2',
        content: '下雨天，降压药吃完了', div: Number(YANGHUA), outcome: 'REQUEST' });
    assert.equal(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.includes('hotline')).length), 0);
    await page.context().close();

    const head = await browser.signIn(login('head'), PASSWORD);
    await browser.go(head, '/dispatch');
    await head.getByRole('region', { name: '待派单', exact: true }).locator('.card', { hasText: /代买药.*黄阿婆/s }).waitFor();
    await head.context().close();
});

test('the same matter joins the open request; no second one is made', async () => {
    const page = await open();
    const before = await count('request');
    await page.keyboard.press('F2');
    await page.keyboard.type(PHONE);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^并入 / }).press('Enter');
    await page.waitForSelector('text=不另立诉求');
    await browser.shot(page, 'hotline-join');
    await page.focus('#call-content');
    await page.keyboard.type('药店五点关门');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.saved');
    assert.equal(await count('request'), before);
    assert.match(await server.psql(`select content from station.request where category = 'BUY_DRUG'`), /降压药吃完了\n【.*】药店五点关门/);
    assert.equal(await server.psql(`select count(*) from station.call_log c join station.request r on r.id = c.request
        where r.category = 'BUY_DRUG'`), '2');
    await page.context().close();
});

test('namesakes behind one number are told apart; F3 finds by initials, arrows and Enter choose, Esc loses nothing', async () => {
    const page = await open();
    const keys = page.keyboard;
    await keys.press('F2');
    await keys.type(SHARED);
    await keys.press('Enter');
    await page.waitForSelector('text=这个号码登记了 2 人');
    assert.match(await page.textContent('.person-pane'), /1944 年生.*1951 年生/s);
    await keys.type('李家的儿子');
    await keys.press('F3');
    assert.equal(await at(page), 'find-person');
    await keys.type('lxy');
    await page.waitForSelector('#found-1');
    await browser.shot(page, 'hotline-search');
    await keys.press('ArrowDown');
    const wanted = await page.textContent('#found-1');
    await keys.press('Enter');
    await page.waitForSelector('.chosen-person');
    assert.ok(wanted.includes(await page.textContent('.chosen-person b')));
    assert.equal(await at(page), 'call-name');
    await keys.press('F3');
    await keys.type('黄');
    await keys.press('Escape');
    assert.equal(await at(page), 'call-name');
    assert.equal(await page.inputValue('#find-person'), '黄');
    assert.equal(await page.inputValue('#call-name'), '李家的儿子');
    await keys.press('Escape');
    assert.equal(await page.inputValue('#call-name'), '李家的儿子');

    await page.reload();
    await page.waitForSelector('.chosen-person >> text=沱江镇');
    assert.equal(await page.inputValue('#call-name'), '李家的儿子');
    assert.equal(await page.inputValue('#call-phone'), SHARED);
    await page.context().close();
});

test('an Enter that chooses a character goes nowhere; ? shows the keys, but not while somebody types', async () => {
    const page = await open();
    const ime = (selector) => page.$eval(selector, (field) => {
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, isComposing: true }));
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true, isComposing: true }));
    });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: '快捷键' }).waitFor();
    await browser.shot(page, 'hotline-keys');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const before = await count('call_log');
    await page.keyboard.press('F2');
    await page.keyboard.press('Enter');
    assert.equal(await at(page), 'call-name');
    await ime('#call-name');
    assert.equal(await at(page), 'call-name');
    await page.keyboard.type('问路的?');
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.equal(await page.inputValue('#call-name'), '问路的?');
    await ime('#find-person');
    assert.equal(await count('call_log'), before);
    await page.context().close();
});

test('the line breaks after the request is there: what was typed stays, saving again makes nothing twice', async () => {
    const page = await open();
    const keys = page.keyboard;
    const [requests, calls] = [await count('request'), await count('call_log')];
    await keys.press('F2');
    await keys.type(STRANGE);
    await keys.press('Enter');
    await page.waitForSelector('text=没有人登记过这个号码');
    await keys.press('Alt+1');
    await enterTo(page, 'call-content');
    await keys.type('想订午餐');
    // The request is made and its answer is lost; then the server is away for the call.
    let lost = 0;
    await page.route('**/api/v1/station/requests', async (route) => {
        if (lost++) return route.continue();
        await route.fetch();
        browser.expect(1);
        return route.abort();
    });
    const calling = await browser.cut(page, '**/api/v1/station/calls');
    await keys.press('Control+d');
    await page.waitForSelector('.call-form [role=alert] >> text=连不上服务器');
    assert.equal(calling.lost, 3, 'asked three times');
    assert.match(await page.textContent('.call-form'), /诉求 .*R\d{8}-\d{4} 已登记，来电还没有存好/);
    assert.equal(await page.inputValue('#call-content'), '想订午餐');
    await browser.shot(page, 'hotline-broken');
    await page.reload();
    await page.waitForSelector('#call-content');
    assert.equal(await page.inputValue('#call-content'), '想订午餐');
    await page.unrouteAll();
    await keys.press('Control+d');
    await page.waitForSelector('.saved');
    assert.deepEqual([await count('request'), await count('call_log')], [requests + 1, calls + 1]);
    assert.equal(await server.psql(`select state from station.request where content = '想订午餐'`), 'accepted');
    await page.context().close();
});

test('what is refused stands at its field, and a mended form goes through', async () => {
    const page = await open();
    await page.keyboard.press('F2');
    browser.expect(1);
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.chip-row.invalid .fault');
    await browser.shot(page, 'hotline-refused');
    await page.keyboard.press('Alt+3');
    await page.focus('#call-content');
    await page.keyboard.type('买点菜');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.saved >> text=已登记');
    await page.context().close();
});

test('what is confidential goes to its own file', async () => {
    const page = await open();
    await page.keyboard.press('F2');
    await page.keyboard.type(PHONE);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.chosen-person');
    await page.keyboard.press('Alt+7');
    await page.focus('#call-content');
    await page.keyboard.type('家里有人打她');
    await page.getByRole('checkbox', { name: /保密/ }).press('Space');
    await page.keyboard.press('Control+d');
    await page.waitForSelector('.saved >> text=已受理');
    assert.equal(await server.psql(`select count(*) from station.request where content like '%打她%'`), '0');
    assert.equal(await server.psql(`select s.content || ' ' || r.state || ' ' || r.secret || ' ' || (c.person is null)
        from station.request_secret s join station.request r on r.secret_ref = s.id join station.call_log c on c.request = r.id`),
    '家里有人打她 accepted true true');
    await page.context().close();
});

test('a caller nobody knows is registered by a few fields', async () => {
    const page = await open();
    await page.keyboard.press('F2');
    await page.keyboard.type('13807463333');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=没有人登记过这个号码');
    await page.getByRole('button', { name: '登记新居民' }).press('Enter');
    await page.waitForFunction(() => document.activeElement.id === 'register-name');
    await page.keyboard.type('盘新来');
    const place = page.getByRole('form', { name: '登记新居民' }).getByRole('combobox', { name: '乡镇' });
    await place.fill('沱江');
    await page.getByRole('option', { name: '沱江镇' }).last().waitFor();
    await place.press('ArrowDown');
    await place.press('Enter');
    await browser.shot(page, 'hotline-register');
    await page.getByRole('button', { name: '登记', exact: true }).press('Enter');
    await page.waitForSelector('.chosen-person >> text=沱江镇');
    assert.equal(await server.psql(`select name || div from station.resident where name = '盘新来'`), `盘新来${TUOJIANG}000`);
    await page.context().close();
});

test('a missed call is called back, and leaves the list', async () => {
    const page = await open();
    const keys = page.keyboard;
    // whole seconds of the answers' Date: it may seem to go back by one between the two calls
    let behind = 0;
    await page.route('**/api/v1/station/**', async (route) => {
        const response = await route.fetch();
        const headers = response.headers();
        const date = new Date(Date.parse(headers.date) - behind).toUTCString();
        await route.fulfill({ response, headers: { ...headers, date } });
    });
    await keys.press('F2');
    await keys.type(STRANGE);
    await page.getByRole('radio', { name: '未接到' }).press('Space');
    await keys.press('Control+Enter');
    const missed = page.getByRole('region', { name: '未接来电' });
    await missed.getByRole('button', { name: '回拨' }).waitFor();
    assert.doesNotMatch(await missed.textContent(), new RegExp(STRANGE), 'the number is masked');
    await browser.shot(page, 'hotline-missed');
    behind = 1000;
    await missed.getByRole('button', { name: '回拨' }).press('Enter');
    await page.waitForFunction((phone) => document.getElementById('call-phone')?.value === phone, STRANGE);
    await page.getByRole('radio', { name: '当场答复' }).press('Space');
    await keys.press('Control+Enter');
    await missed.getByText('没有要回拨的来电').waitFor();
    assert.equal(await server.psql(`select m.answered_at is null and c.outcome = 'ANSWERED' from station.call_log m
        join station.call_log c on c.id = m.returned_by where m.outcome = 'MISSED'`), 't');
    await page.context().close();
});

test('while somebody waits: whom to turn to and what is in force, by a word of it', async () => {
    const made = await who.head.post('/station/contact_cards', { div: `${TUOJIANG}000`, account: who.worker.account,
        unit: stations[TUOJIANG], name: '盘小英', title: '社工', phone: '0746-2320110', hours: '8:00-18:00', languages: '瑶语',
        intro: '我是小英，有困难找我' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const page = await open();
    const look = async (word, found) => {
        await page.fill('#knowledge', word);
        await page.waitForSelector(found);
    };
    await look('瑶语', 'text=没有相关资料'); // not published yet
    assert.equal((await who.worker.act(`/station/contact_cards/${made.body.id}`, 'publish')).status, 200);
    await look('小英', '.hits >> text=0746-2320110');
    assert.match(await page.textContent('.hits'), /盘小英 · 社工.*瑶语/s);
    await browser.shot(page, 'hotline-knowledge');
    await look('查无此事', 'text=没有相关资料');
    assert.equal(await page.locator('.hits').count(), 0);
    const cut = await browser.cut(page, '**/api/v1/station/contact_cards*');
    await look('小英', '[role=alert] >> text=连不上服务器');
    assert.equal(cut.lost, 3, 'asked three times');
    await cut.mend();
    await page.getByRole('button', { name: '再试一次' }).click();
    await page.waitForSelector('.hits >> text=盘小英');
    await page.context().close();
});

/** Both of them are on duty now, one after the other. */
async function onDuty(...turns) {
    const at = (hours) => new Date(Date.now() + (8 + hours) * 3600e3).toISOString();
    const date = at(-1).slice(0, 10); // the shift may have begun yesterday
    for (const [i, staff] of turns.entries())
        assert.equal((await who.head.post('/station/rosters', { div: `${TUOJIANG}000`, date, shift: 'DAY', starts: at(-1).slice(11, 16),
            ends: at(9).slice(11, 16), staff: staff.account, turn: i + 1, phone: `0746-231234${i + 1}` })).status, 201);
}

test('a call is passed on to who is on duty; where nobody answers, to the next and back to the hotline', async () => {
    Object.assign(who, await people(server, JIANGHUA, { second: ['social_worker', TUOJIANG, '赵社工'] }));
    await onDuty(who.worker, who.second);
    const page = await open();
    await page.keyboard.press('F2');
    await page.keyboard.type(PHONE);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.chosen-person');
    await page.keyboard.press('Alt+2');
    await page.fill('#call-content', '问社工今天来不来');
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.saved >> text=已登记');
    await page.getByRole('button', { name: '把来电转给当班人员' }).click();
    const nobody = async () => {
        await page.locator('.forward').getByRole('button', { name: '无人接听' }).click();
        await page.getByRole('dialog').getByRole('button', { name: '无人接听' }).click();
    };
    await page.waitForSelector('.forward >> text=0746-2312341');
    await browser.shot(page, 'hotline-forward');
    await nobody();
    await page.waitForSelector('.forward >> text=0746-2312342');
    await nobody(); // the next row is as new as the first was
    await page.waitForSelector('.forward >> text=转回热线');
    await page.locator('.forward').getByRole('button', { name: '已接听' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '已接听' }).click();
    await page.waitForSelector('.forward .state >> text=已接听');
    assert.deepEqual(await server.rows('select target, state from station.duty_forward order by forwarded_at'), [
        { target: 'STATION', state: 'unanswered' }, { target: 'STATION', state: 'unanswered' }, { target: 'HOTLINE', state: 'answered' }]);
    await page.context().close();
});

test('the page can be read in light, dark and large; a reader of the county has no such page', async () => {
    const page = await open({ bypassCSP: true });
    for (const look of ['light', 'dark', 'large']) {
        await page.evaluate((to) => localStorage.setItem('wulian.look',
            JSON.stringify({ dark: to === 'dark', size: to === 'large' ? 'large' : 'standard' })), look);
        await page.reload();
        await page.waitForSelector('.panes');
        if (look === 'light') {
            await page.keyboard.press('F2');
            await page.keyboard.type(PHONE);
            await page.keyboard.press('Enter');
        }
        await page.waitForSelector('.chosen-person');
        await page.waitForSelector('.timeline');
        await browser.accessible(page, `${look} /hotline`);
        await browser.shot(page, `hotline-${look}`);
    }
    await page.context().close();
    const admin = await browser.signIn(login('admin'), PASSWORD);
    await admin.waitForSelector('nav.menu a');
    assert.equal(await admin.locator('nav.menu').getByText('热线', { exact: true }).count(), 0);
    await admin.context().close();
});
