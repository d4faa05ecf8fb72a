// The wall screen as it hangs in a hall: figures that come anew by themselves, a server that goes and comes
// back beneath it, a session that ends, and nobody's name on it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

const HALL = { viewport: { width: 1920, height: 1080 } };
const PERSON = { name: '李秀英', sex: '2', birth: '1944-05-06', phone: '13812345678', div: YANGHUA };
let server, browser, who, person;

const request = () => who.operator.post('/station/requests', { channel: 'HOTLINE', category: 'MEAL', domain: 'E',
    urgency: 'U2', content: '想订午餐', person });

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { chief: ['county_leader', JIANGHUA, '蒋局长'] }));
    person = (await who.head.post('/station/residents', PERSON)).body.id;
    assert.ok(person);
    assert.equal((await request()).status, 201);
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

/** The screen with a clock that the test turns; refusals of a server that is away are counted off. */
async function hang(options = HALL) {
    const page = await browser.open(options);
    page.on('requestfailed', (failed) => {
        if (/REFUSED|RESET/.test(failed.failure()?.errorText ?? '')) browser.expect(1);
    });
    await page.clock.install();
    await page.goto(`${server.base}/#/screen/county`);
    await page.fill('#login', `chief@${JIANGHUA}`);
    await page.fill('#password', PASSWORD);
    await page.click('button[type=submit]');
    await page.waitForSelector('.heat tbody tr:nth-child(2)');
    return page;
}
const requests = (page) => page.locator('.live li', { hasText: '今日诉求' }).locator('strong').textContent();

test('it shows the county, and comes anew each minute', async () => {
    const page = await hang();
    await page.waitForSelector('.wall-trend canvas');
    assert.match(await page.textContent('h1'), /江华瑶族自治县/);
    assert.equal(await requests(page), '1');
    await page.waitForSelector('.news li >> text=沱江镇');
    assert.equal((await request()).status, 201);
    await page.clock.fastForward(61000);
    await page.waitForFunction(() => document.querySelector('.live strong').textContent === '2');
    await browser.shot(page, 'screen');
    await page.context().close();
});

test('nobody is named on it, nor can be found by it', async () => {
    const page = await browser.open(HALL);
    const answers = [];
    page.on('response', async (response) => {
        if (/reports|agenda/.test(response.url())) answers.push(await response.text().catch(() => ''));
    });
    await page.goto(`${server.base}/#/screen/county`);
    await page.fill('#login', `chief@${JIANGHUA}`);
    await page.fill('#password', PASSWORD);
    await page.click('button[type=submit]');
    await page.waitForSelector('.heat tbody tr:nth-child(2)');
    const shown = await page.content() + answers.join();
    const names = ['李秀英', PERSON.phone, '1944', person, '想订午餐', '李站长', '盘社工', '唐接线', '奉站长', '蒋局长', 'chief@'];
    assert.deepEqual(names.filter((name) => shown.includes(name)), []);
    assert.doesNotMatch(await page.textContent('.wall'), /1[3-9]\d{9}|\d{17}[\dX]/);
    await page.context().close();
});

test('the server goes and comes back beneath it: the last figures stay, and it says so', async () => {
    const page = await hang();
    const before = await requests(page);
    server.env.WULIAN_HTTP_LISTEN = server.place.address;
    await server.halt();
    await page.clock.fastForward(61000);
    for (let i = 0; i < 3; i++) await page.clock.runFor(2000); // each question is tried three times
    await page.waitForSelector('.wall-state.away >> text=连不上服务器');
    assert.equal(await requests(page), before);
    await browser.shot(page, 'screen-away');
    await server.start();
    await server.healthy();
    await page.clock.runFor(11000);
    await page.waitForSelector('.wall-state:not(.away) >> text=数据更新于');
    await page.context().close();
});

test('the session ends: it says how to go on, and goes on by itself', async () => {
    const page = await hang();
    const refused = [];
    page.on('response', (response) => { if (response.status() === 401) refused.push(response.url()); });
    await server.psql('delete from core.session');
    await page.clock.fastForward(61000);
    await page.waitForSelector('.wall-state >> text=登录已到期');
    assert.equal(await page.getByRole('dialog').count(), 0, 'no dialogue covers a hall\'s screen');
    await browser.shot(page, 'screen-ended');
    await page.getByRole('link', { name: '去登录' }).click();
    await page.fill('#login', `chief@${JIANGHUA}`);
    await page.fill('#password', PASSWORD);
    await page.click('button[type=submit]');
    await page.waitForSelector('.wall-state >> text=数据更新于');
    await page.waitForSelector('.heat tbody tr:nth-child(2)');
    browser.expect(refused.length);
    await page.context().close();
});

test('it fits screens of other sizes, and is readable', async () => {
    for (const [width, height] of [[1366, 768], [1280, 1024]]) {
        const page = await browser.signIn(`chief@${JIANGHUA}`, PASSWORD, { viewport: { width, height }, bypassCSP: true });
        await browser.go(page, '/screen/county');
        await page.waitForSelector('.heat tbody tr:nth-child(2)');
        const { right, bottom } = await page.evaluate(() => document.querySelector('.wall-side').getBoundingClientRect().toJSON());
        assert.ok(right <= width && bottom <= height);
        await browser.accessible(page, `screen ${width}`);
        await browser.shot(page, `screen-${width}`);
        await page.context().close();
    }
});
