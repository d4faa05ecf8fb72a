// The import wizard with a table as an old office saves it: GB18030, and not all of it right. The dry run
// says what is wrong, cell by cell; the import takes the good rows; the refused ones come back as a file.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';

import { JIANGHUA, PASSWORD, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';
import { startBrowser } from './browser.mjs';

let server, browser;

before(async () => {
    server = await startServer({ env: { WULIAN_PATHS_WEB: join(root, 'web', 'dist') } });
    await openTwoCounties(server);
    browser = await startBrowser(server);
});
after(async () => {
    try {
        await browser?.stop();
    } finally {
        await server?.stop();
    }
});

// 姓名,性别,出生日期 / 盘大妹,女,1951-02-03 / 赵老四,雄,1950-05-06 / 李阿公,男,1949-13-01 in GB18030
const WORDS = { 姓名: 'd0d5c3fb', 性别: 'd0d4b1f0', 出生日期: 'b3f6c9fac8d5c6da', 盘大妹: 'c5ccb4f3c3c3', 女: 'c5ae',
    赵老四: 'd5d4c0cfcbc4', 雄: 'd0db', 李阿公: 'c0eeb0a2b9ab', 男: 'c4d0' };
const bytes = (text) => Buffer.concat([...text.matchAll(/[\u4e00-\u9fff]+|[\x00-\x7f]+/g)].map(([part]) =>
    WORDS[part] ? Buffer.from(WORDS[part], 'hex') : Buffer.from(part)));

test('a broken GB18030 table: tried, told cell by cell, imported but for the bad rows', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await browser.go(page, '/t/station.resident');
    await page.getByRole('button', { name: '导入' }).click();
    await page.waitForSelector('#import-file');
    await page.setInputFiles('#import-file', { name: '名册.csv', mimeType: 'text/csv', buffer: bytes(
        '姓名,性别,出生日期\r\n盘大妹,女,1951-02-03\r\n赵老四,雄,1950-05-06\r\n李阿公,男,1949-13-01\r\n') });
    await page.getByRole('button', { name: '试导入' }).click();
    await page.waitForSelector('text=试导入结果');
    assert.match(await page.textContent('[role=status]'), /新增 1 条.*有误 2 条/);
    const faults = await page.locator('table.rows tbody tr').allTextContents();
    assert.deepEqual(faults.map((text) => text.replace(/\s+/g, ' ')).map((text) => /^(\d+)\s*(性别|出生日期)/.exec(text)?.slice(1)),
        [['3', '性别'], ['4', '出生日期']]);
    assert.equal(await server.psql(`select count(*) from station.resident where name = '盘大妹'`), '0');
    await browser.shot(page, 'import-tried');

    await page.getByRole('button', { name: '正式导入' }).click();
    await page.waitForSelector('text=已新增 1 条');
    assert.equal(await server.psql(`select count(*) from station.resident where name in ('盘大妹', '赵老四')`), '1');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载有误的行' }).click();
    assert.match((await download).suggestedFilename(), /\.csv$/);
    await browser.shot(page, 'import-done');
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
