// The import wizard with a table as an old office saves it: GB18030, and not all of it right. The dry run
// says what is wrong, cell by cell; the import takes the good rows; the refused ones come back as a file.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { jobEnd } from '../lib/tables.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

let server, browser, who;

before(async () => {
    server = await startConsole();
    ({ who } = await openTwoCounties(server));
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

// 姓名,性别,出生日期 / 盘大妹,女,1951-02-03 / 赵老四,雄,1950-05-06 / 李阿公,男,1949-13-01 in GB18030
const WORDS = { 姓名: 'd0d5c3fb', 性别: 'd0d4b1f0', 出生日期: 'b3f6c9fac8d5c6da', 盘大妹: 'c5ccb4f3c3c3', 女: 'c5ae',
    赵老四: 'd5d4c0cfcbc4', 雄: 'd0db', 李阿公: 'c0eeb0a2b9ab', 男: 'c4d0' };
const bytes = (text) => Buffer.concat([...text.matchAll(/[\u4e00-\u9fff]+|[\x00-\x7f]+/g)].map(([part]) =>
    WORDS[part] ? Buffer.from(WORDS[part], 'hex') : Buffer.from(part)));

test('a broken GB18030 table: tried, told cell by cell, imported but for the bad rows', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await browser.go(page, '/t/station.resident');
    await page.getByRole('button', { name: '导入' }).click();
    await page.waitForSelector('#import-file', { state: 'attached' });
    await browser.shot(page, 'import');
    const file = { name: '名册.csv', mimeType: 'text/csv', buffer: bytes(
        '姓名,性别,出生日期\r\n盘大妹,女,1951-02-03\r\n赵老四,雄,1950-05-06\r\n李阿公,男,1949-13-01\r\n') };
    await page.setInputFiles('#import-file', { ...file, name: '名册.doc' });
    await page.waitForSelector('text=只能导入 Excel');
    await page.setInputFiles('#import-file', file);
    await page.getByRole('button', { name: '上传并检查' }).click();
    await page.waitForSelector('text=检查结果');
    assert.match(await page.textContent('.import-job'), /新增 1 条.*有误 2 条/);
    await page.waitForSelector('.fault-grid');
    const bad = await page.locator('.fault-grid td.bad').allTextContents();
    assert.deepEqual(bad.map((text) => /^\s*(\S+)\s/.exec(text)?.[1]), ['雄', '1949-13-01']);
    assert.match(bad[0], /可填：.*男、女/);
    assert.equal(await server.psql(`select count(*) from station.resident where name = '盘大妹'`), '0');
    await browser.shot(page, 'import-tried');
    await page.locator('.el-select__wrapper', { has: page.getByRole('combobox', { name: '只看' }) }).click();
    await page.getByRole('option', { name: '性别（1）' }).click();
    assert.equal(await page.locator('.fault-grid tbody tr').count(), 1);

    await page.reload();
    await page.waitForSelector('text=错误明细'); // the job is where it was; the file is not in the browser any more
    await browser.shot(page, 'import-again');
    await page.getByRole('button', { name: '正式导入 1 条' }).click();
    await page.waitForSelector('text=已新增 1 条');
    assert.equal(await server.psql(`select count(*) from station.resident where name in ('盘大妹', '赵老四')`), '1');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载标出错误的文件' }).click();
    assert.match((await download).suggestedFilename(), /\.csv$/);
    await browser.shot(page, 'import-done');
    await page.getByRole('link', { name: '查看列表' }).click();
    await page.waitForSelector('td.first >> text=盘大妹');
    await page.context().close();
});

test('a broken Excel table: row, column and what is wrong with each, and how to mend it', async () => {
    await who.head.post('/station/residents', { name: '任桂英', sex: '2', birth: '1947-03-04', div: YANGHUA, phone: '13907461234' });
    const { body: asked } = await who.head.post('/station/residents/export', { format: 'xlsx', fields: ['name', 'phone'], filter: {} });
    const { links } = await jobEnd(who.head, asked.id); // a masked number is none
    const masked = await fetch(server.base + links.result, { headers: { Authorization: `Bearer ${who.head.token}` } });
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await browser.go(page, '/t/station.resident/import');
    await page.setInputFiles('#import-file', { name: '名册.xlsx', mimeType: masked.headers.get('content-type'),
        buffer: Buffer.from(await masked.arrayBuffer()) });
    await page.getByRole('button', { name: '上传并检查' }).click();
    const row = page.locator('[role=region] tbody tr', { hasText: '联系电话' });
    await row.waitFor();
    assert.match(await row.textContent(), /^\d+联系电话✕ .+11 位手机号/);
    await browser.shot(page, 'import-excel');
    await page.context().close();
});

test('a line that breaks while the file goes up: said, and gone on with', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await browser.go(page, '/t/station.resident/import');
    await page.setInputFiles('#import-file', { name: '名册.csv', mimeType: 'text/csv', buffer: Buffer.from('姓名,性别\r\n赵新来,男\r\n') });
    const cut = await browser.cut(page, '**/api/v1/files/*', { which: (request) => request.method() === 'PATCH' });
    await page.getByRole('button', { name: '上传并检查' }).click();
    await page.waitForSelector('[role=alert]');
    assert.equal(cut.lost, 3, 'asked three times');
    await cut.mend();
    await page.getByRole('button', { name: /继续上传|上传并检查/ }).click();
    await page.waitForSelector('text=没有错误，可以正式导入');
    await page.context().close();
});

test('the import can be read in light, dark and large', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD, { bypassCSP: true });
    for (const look of ['light', 'dark', 'large']) {
        await page.evaluate((to) => localStorage.setItem('wulian.look',
            JSON.stringify({ dark: to === 'dark', size: to === 'large' ? 'large' : 'standard' })), look);
        await page.reload();
        await page.waitForSelector('.page'); // an address that changes before is not heard
        await browser.go(page, '/t/station.resident/import');
        await page.setInputFiles('#import-file', { name: '名册.csv', mimeType: 'text/csv', buffer: Buffer.from('姓名,性别\r\n赵,雄\r\n') });
        await page.getByRole('button', { name: '上传并检查' }).click();
        await page.waitForSelector('.fault-grid');
        await browser.accessible(page, `${look} import`);
        await browser.shot(page, `import-${look}`);
    }
    await page.context().close();
});

test('what the list shows is exported as a job and fetched', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await browser.go(page, '/t/station.resident');
    await page.getByRole('button', { name: '导出' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '导出' }).click();
    await page.waitForSelector('[role=dialog] >> text=下载');
    const download = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('link', { name: '下载' }).click();
    assert.match((await download).suggestedFilename(), /\.xlsx$/);
    await browser.shot(page, 'export');
    await page.context().close();
});
