// Forms of any record: what is wrong is said before anything is sent; nothing typed is lost when
// somebody else changes the row, the server goes away or the page is left.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { status } from '../lib/station.mjs';
import { PIXEL } from '../lib/tables.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who, stations, person, room;
const HEAD = `head@${JIANGHUA}`;

before(async () => {
    server = await startConsole();
    ({ who, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { li: ['social_worker', TUOJIANG, '李社工'] }));
    ({ body: person } = await who.head.post('/station/residents',
        { name: '李秀英', sex: '2', birth: '1944-05-06', div: YANGHUA, address: '8 组', phone: '13907460000' }));
    // made here: who signs in often has older sessions of theirs ended
    room = (await status(201, who.head.post('/station/rooms', { div: `${TUOJIANG}000`, unit: stations[TUOJIANG],
        type: 'CASE', name: '个案室', area_m2: '15.0', has_logo: true }))).body;
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

const button = (page, name) => page.getByRole('button', { name, exact: true });
const saved = (page) => page.waitForURL(/\/t\/station\.resident\/[0-9a-f-]{36}$/);
const addressNow = () => server.psql(`select address from station.resident where id = '${person.id}'`);
async function choose(page, label, option) {
    await page.getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option, exact: true }).first().click();
}

test('a wrong number is told when its field is left, and the focus goes to the first fault', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, '/t/station.resident/new');
    await page.fill('#field-id_number', '431129195002030021');
    await page.fill('#field-phone', '1390000');
    await page.press('#field-phone', 'Tab');
    assert.match(await page.textContent('#field-id_number-fault'), /校验位/);
    await button(page, '保存').click(); // nothing is sent: no refusal is expected
    await page.waitForSelector('#field-name-fault >> text=必须填写');
    await page.waitForFunction(() => document.activeElement?.id === 'field-name');
    await browser.shot(page, 'form-faults');
    await page.fill('#field-name', '  ');
    assert.match(await page.textContent('#field-name-fault'), /空格/);
    await page.context().close();
});

test('who is there already is shown before they are made a second time; saving anyway is possible', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    const many = () => server.psql(`select count(*) from station.resident where name = '李秀英'`);
    await browser.go(page, '/t/station.resident/new');
    await page.fill('#field-name', '李秀英');
    await choose(page, /性别/, '女');
    await page.fill('#field-birth', '1944-05-06');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+s');
    const dialog = page.getByRole('dialog', { name: '可能已经登记过' });
    await dialog.getByRole('cell', { name: '李秀英' }).waitFor();
    await browser.shot(page, 'form-alike');
    assert.equal(await many(), '1');
    await dialog.getByRole('button', { name: '回去修改' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await page.inputValue('#field-name'), '李秀英');
    await page.keyboard.press('Control+Enter');
    await dialog.getByRole('button', { name: '不是同一个，仍要新增' }).click();
    await saved(page);
    assert.equal(await many(), '2');
    await page.context().close();
});

test('two people change one row: each field is chosen, and nothing of either is lost unseen', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, `/t/station.resident/${person.id}/edit`);
    assert.equal(await page.inputValue('#field-phone'), ''); // its mask is a hint, never a value
    await page.fill('#field-address', '9 组');
    await page.fill('#field-alias', '阿英');
    const { etag } = await who.li.get(`/station/residents/${person.id}`);
    assert.equal((await who.li.patch(`/station/residents/${person.id}`, { address: '10 组', language: '瑶语' }, etag)).status, 200);
    browser.expect(1);
    await button(page, '保存').click();
    const dialog = page.getByRole('dialog', { name: '这条记录刚被别人改过' });
    await dialog.getByRole('row', { name: /语言.*瑶语/ }).waitFor();
    await dialog.locator('tr', { hasText: '现住址' }).getByRole('radio').first().waitFor({ state: 'attached' });
    await browser.shot(page, 'form-clash');
    await dialog.getByRole('button', { name: '按所选保存' }).click();
    await saved(page);
    assert.equal(await server.psql(`select address || language || alias from station.resident where id = '${person.id}'`), '9 组瑶语阿英');
    assert.match((await who.li.get(`/station/residents/${person.id}`)).body.phone, /0000$/); // was not touched
    await page.context().close();
});

test('leaving asks, and what was typed is there again; dropping it brings the row back', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, `/t/station.resident/${person.id}/edit`);
    await page.fill('#field-address', '没存的住址');
    await page.goto(`${server.base}/#/today`);
    const dialog = page.getByRole('dialog', { name: '还没有保存' });
    await dialog.waitFor();
    await browser.shot(page, 'form-leave');
    await dialog.getByRole('button', { name: '继续填写' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await page.inputValue('#field-address'), '没存的住址');
    await page.goto(`${server.base}/#/today`);
    await dialog.getByRole('button', { name: '离开，草稿保留' }).click();
    await page.waitForURL(/today/);
    await browser.go(page, `/t/station.resident/${person.id}/edit`);
    await page.waitForSelector('text=已恢复上次未保存的内容');
    assert.equal(await page.inputValue('#field-address'), '没存的住址');
    await button(page, '放弃这些内容').click();
    assert.equal(await page.inputValue('#field-address'), '9 组');
    await page.context().close();
});

test('a server that is away is told in words, the form stays, and the same save goes through later', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, `/t/station.resident/${person.id}/edit`);
    await page.fill('#field-address', '11 组');
    const cut = await browser.cut(page, '**/api/v1/station/residents/*');
    await button(page, '保存').click();
    await page.waitForSelector('[role=alert] >> text=连不上服务器');
    assert.equal(await page.inputValue('#field-address'), '11 组');
    assert.equal(cut.lost, 3, 'asked three times');
    await cut.mend();
    await button(page, '保存').click();
    await saved(page);
    assert.equal(await addressNow(), '11 组');
    await page.context().close();
});

test('a file is checked before it is sent, goes up, and the row is saved with it', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, '/t/station.station_room/new');
    const chooser = page.locator('#field-photo');
    await chooser.setInputFiles({ name: '照片.exe', mimeType: 'application/x-msdownload', buffer: PIXEL });
    await page.waitForSelector('.file-input [role=alert] >> text=不能用这种文件');
    await browser.shot(page, 'form-file-refused');
    await chooser.setInputFiles({ name: '门牌.png', mimeType: 'image/png', buffer: PIXEL });
    await page.waitForSelector('.file-show >> text=门牌.png');
    await browser.shot(page, 'form-file');
    await page.context().close();
});

test('a file that was saved with its row is there when the row is opened again, byte for byte', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, `/t/station.station_room/${room.id}/edit`);
    await page.locator('#field-photo').setInputFiles({ name: '门牌.png', mimeType: 'image/png', buffer: PIXEL });
    await page.waitForSelector('.file-show >> text=门牌.png');
    await button(page, '保存').click();
    await page.waitForURL(new RegExp(`station_room/${room.id}$`));
    await page.reload();
    const file = page.locator('.file-show', { hasText: '门牌.png' });
    await file.waitFor();
    const come = page.waitForEvent('download');
    await file.getByRole('link', { name: '下载' }).click();
    assert.deepEqual(readFileSync(await (await come).path()), PIXEL);
    await file.getByRole('button').click();
    await page.waitForFunction(() => document.querySelector('.picture')?.naturalWidth === 1);
    await browser.go(page, `/t/station.station_room/${room.id}/edit`);
    await page.waitForSelector('.file-show >> text=门牌.png');
    await page.context().close();
});

test('two of one name are told apart where a person is chosen, by what their row shows', async () => {
    const registered = async (more) => (await status(201,
        who.li.post('/station/residents', { name: '任桂英', sex: '2', div: YANGHUA, ...more }))).body;
    await registered({ birth: '1943-08-09' });
    const second = await registered({ birth: '1951-02-03', id_number: '431129195102030027' });
    const page = await browser.signIn(HEAD, PASSWORD, { bypassCSP: true });
    await browser.go(page, '/t/station.visit/new');
    const person = page.getByRole('combobox', { name: '走访对象' });
    for (const word of ['rgy', '任桂英']) {
        await person.fill(word);
        await page.getByRole('option', { name: /任桂英1943 年生/ }).waitFor();
    }
    const option = page.getByRole('option', { name: /任桂英1951 年生/ });
    const text = await option.textContent();
    assert.match(text, /阳华/);
    assert.ok(text.includes((await who.li.get(`/station/residents/${second.id}`)).body.id_number), text);
    assert.doesNotMatch(text, /02-03|19510203/); // a year and a mask tell enough
    await browser.shot(page, 'form-namesakes');
    await option.click();
    await page.waitForSelector('.el-select__selected-item >> text=/^任桂英$/');
    await page.context().close();
});

test('a list takes rows by keyboard, and says which row is wrong', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, '/t/elderly.ability_assessment/new');
    const list = page.locator('.list-input');
    await list.getByRole('button', { name: '加一行' }).click();
    await page.waitForFunction(() => document.activeElement?.closest('.list-row'));
    await list.getByRole('button', { name: '加一行' }).click();
    assert.equal(await list.locator('.list-row').count(), 2);
    await list.getByRole('button', { name: '删除第 2 行' }).click();
    assert.equal(await list.locator('.list-row').count(), 1);
    await page.context().close();
});

test('a form that is not open to the caller says so', async () => {
    const page = await browser.signIn(HEAD, PASSWORD);
    await browser.go(page, '/t/station.fund_source/new');
    await page.waitForSelector('[role=alert] >> text=您不能新增');
    await browser.shot(page, 'form-refused-role');
    await page.context().close();
});

test('forms can be read in light, dark and large', async () => {
    const page = await browser.signIn(HEAD, PASSWORD, { bypassCSP: true });
    for (const look of ['light', 'dark', 'large']) {
        await page.evaluate((to) => localStorage.setItem('wulian.look',
            JSON.stringify({ dark: to === 'dark', size: to === 'large' ? 'large' : 'standard' })), look);
        await page.reload();
        await page.waitForSelector('h1');
        for (const path of ['/t/elderly.ability_assessment/new', '/t/station.station_room/new', `/t/station.resident/${person.id}/edit`]) {
            await browser.go(page, path);
            await page.waitForSelector('.form-foot');
            await browser.accessible(page, `${look} ${path}`);
        }
        await browser.shot(page, `form-${look}`);
    }
    await page.context().close();
});
