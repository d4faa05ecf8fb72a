// Rows as A4 forms: as many sheets as rows, nothing cut, black on white in a dark room too.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who;
const rows = [];

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    for (const name of ['李秀英', '盘阿妹', '赵大爷'])
        rows.push((await who.head.post('/station/residents', { name, sex: '2', birth: '1944-05-06', div: YANGHUA, phone: '13907460000' })).body);
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

/** Sheets of a PDF, counted where it says so itself. */
const sheets = (pdf) => Math.max(...[...pdf.toString('latin1').matchAll(/\/Count (\d+)/g)].map(([, n]) => Number(n)));

test('one row is one sheet with title, place, masked values and lines to sign on', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD, { bypassCSP: true });
    await browser.go(page, `/print/station.resident/${rows[0].id}`);
    await page.waitForSelector('.sheet >> text=沱江镇社工站');
    const text = await page.textContent('.sheet');
    for (const word of ['居民登记表', '江华瑶族自治县', '李秀英', '139****0000', '经办人签字', '负责人签字', '服务对象签字', '打印时间'])
        assert.ok(text.includes(word), word);
    assert.equal(await page.locator('.sheet a[href*="download"], .sheet button').count(), 0);
    await browser.accessible(page, 'print');
    await browser.shot(page, 'print-screen');
    const pdf = await page.pdf({ preferCSSPageSize: true });
    assert.equal(sheets(pdf), 1);
    assert.match(pdf.toString('latin1'), /MediaBox ?\[0 0 59[45][.0-9]* 84[12]/); // A4
    await page.context().close();
});

test('several rows begin each on its own sheet, and no line of a form is cut', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await browser.go(page, `/print/station.resident/${rows[0].id}?ids=${rows.map(({ id }) => id).join(',')}`);
    await page.waitForFunction(() => document.querySelectorAll('.sheet').length === 3);
    assert.equal(sheets(await page.pdf({ preferCSSPageSize: true })), 3);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.evaluate(() => Array.from(document.querySelectorAll('.sheet > table > tbody > tr'))
        .filter((row) => getComputedStyle(row).breakInside !== 'avoid').length), 0);
    await page.context().close();
});

test('on paper it is black on white, in the dark look as well, without the bar', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await page.evaluate(() => localStorage.setItem('wulian.look', JSON.stringify({ dark: true, size: 'standard' })));
    await browser.go(page, `/print/station.resident/${rows[1].id}`);
    await page.reload();
    await page.waitForSelector('.sheet table td');
    await page.emulateMedia({ media: 'print' });
    const seen = await page.evaluate(() => ({
        ink: getComputedStyle(document.querySelector('.sheet td')).color,
        paper: getComputedStyle(document.querySelector('.sheet')).backgroundColor,
        bar: getComputedStyle(document.querySelector('.sheet-bar')).display,
    }));
    assert.deepEqual(seen, { ink: 'rgb(0, 0, 0)', paper: 'rgb(255, 255, 255)', bar: 'none' });
    await browser.shot(page, 'print-paper');
    await page.context().close();
});

test('a row that is not open to the caller gives no sheet', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    browser.expect(1);
    await browser.go(page, '/print/station.resident/01a203e8-1b50-732b-80d7-000000000000');
    await page.waitForSelector('[role=alert]');
    assert.equal(await page.locator('.sheet').count(), 0);
    await page.context().close();
});
