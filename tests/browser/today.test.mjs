// What is to be done: by kind, late first, and again when somebody comes back to the page.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { JIANGHUA, PASSWORD, YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';
import { startBrowser } from './browser.mjs';

let server, browser, who;
const request = () => who.operator.post('/station/requests', { channel: 'HOTLINE', category: 'MEAL', domain: 'E',
    urgency: 'U2', content: '想订午餐', div: YANGHUA });

before(async () => {
    server = await startServer({ env: { WULIAN_PATHS_WEB: join(root, 'web', 'dist') } });
    ({ who } = await openTwoCounties(server));
    browser = await startBrowser(server);
});
after(async () => {
    try {
        await browser?.stop();
    } finally {
        await server?.stop();
    }
});

test('nothing to do is said; what comes is there on coming back, counted by kind, and narrowed by it', async () => {
    const page = await browser.signIn(`head@${JIANGHUA}`, PASSWORD);
    await browser.go(page, '/today');
    await page.waitForSelector('text=没有待办事项');
    await request();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    const kind = page.getByRole('button', { name: /服务诉求.*应受理时间/ });
    await kind.waitFor();
    assert.equal(await page.locator('table.rows tbody tr').count(), 2); // two limits of one request
    await kind.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 1);
    assert.match(await page.textContent('table.rows tbody'), /还剩.*未指定/s);
    await browser.shot(page, 'today');
    await page.context().close();
});
