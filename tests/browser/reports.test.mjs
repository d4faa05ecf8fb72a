// The month's report on the screen: its head looks over, writes and sends; the county returns it with a
// reason, it is mended and sent again, the county accepts and closes its month.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

const NOW = new Date(Date.now() + 8 * 3600e3);
const LAST = new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
const login = (name) => `${name}@${JIANGHUA}`;
const button = (page, name) => page.getByRole('button', { name, exact: true });

let server, browser, who;

before(async () => {
    server = await startConsole({ WULIAN_JOBS_CHORES: '0' });
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { section: ['county_section', JIANGHUA, '义科员'] }));
    const widow = await who.head.post('/station/residents', { name: '黄阿婆', sex: '2', birth: '1946-05-06', div: YANGHUA });
    for (let day = 10; day < 17; day++)
        await who.worker.post('/station/visits', { person: widow.body.id, kind: 'ROUTINE', way: 'HOME',
            visited_at: `${LAST}-${day}T09:00:00+08:00`, result: 'MET_WELL' });
    const other = await who.helukou.post('/station/month_reports',
        { div: `${HELUKOU}000`, month: `${LAST}-01`, work: '河路口镇本月工作' });
    await who.helukou.act(`/station/month_reports/${other.body.id}`, 'submit');
    browser = await startBrowser(server);
});
after(() => endAll(browser, server));

const stepOf = (page, name) => page.locator('.steps > li', { hasText: name });

test('the head begins, is told what is missing, writes and sends', async () => {
    const page = await browser.signIn(login('head'), PASSWORD);
    await browser.go(page, '/reports');
    await page.waitForSelector('text=还没有开始填报');
    await browser.shot(page, 'reports-none');
    await button(page, '开始填报').click();
    await page.waitForSelector('.steps');
    await page.waitForSelector('text=还没有填写本月工作开展情况');
    assert.equal(await button(page, '报送').count(), 0);
    await browser.shot(page, 'reports-open');
    await page.getByLabel('本月工作开展情况').fill('走访独居老人 7 次，代买药品');
    await page.reload(); // what was typed is kept
    await page.waitForSelector('text=已恢复上次没有保存的内容');
    await page.getByLabel('下月工作计划').fill('冬季用火安全宣传');
    await stepOf(page, '填写文字').getByRole('button', { name: '保存' }).click();
    await stepOf(page, '填写文字').getByText('已填写').waitFor();
    await button(page, '报送').click();
    await page.getByRole('dialog').getByRole('button', { name: '报送', exact: true }).click();
    await stepOf(page, '县里审核').getByText('等待审核').waitFor();
    await page.waitForSelector('.el-overlay', { state: 'hidden' });
    await browser.shot(page, 'reports-sent');
    await page.getByRole('link', { name: '查看本月数据' }).click();
    await page.waitForSelector('.report-table >> text=M08');
    await page.waitForSelector('text=校验码');
    assert.equal(await page.getByText('实时数据').count(), 0);
    await browser.shot(page, 'report-sent');
    await page.context().close();
});

test('the county sees who is where, opens a number, and returns with a reason', async () => {
    const page = await browser.signIn(login('section'), PASSWORD);
    await browser.go(page, '/reports');
    const row = page.locator('tr', { hasText: '沱江镇社工站' });
    await row.getByText('待审核').waitFor();
    await browser.shot(page, 'reports-county');
    await row.getByRole('link', { name: '沱江镇社工站' }).click();
    await page.getByRole('button', { name: /探访人次 7/ }).click();
    await page.waitForSelector('.el-drawer tbody tr >> nth=6');
    await browser.shot(page, 'report-behind');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.el-drawer', { state: 'hidden' });
    await button(page, '退回').click();
    await page.getByRole('dialog').getByLabel('退回原因').fill('7 次探访没有写明情况');
    await page.getByRole('dialog').getByRole('button', { name: '退回' }).click();
    await page.waitForSelector('.sheet-head >> text=7 次探访没有写明情况');
    await page.waitForSelector('text=实时数据，尚未报送');
    await page.context().close();
});

test('the head reads why, mends it and sends again; the county accepts both and closes', async () => {
    const head = await browser.signIn(login('head'), PASSWORD);
    await browser.go(head, '/reports');
    await head.waitForSelector('.returned >> text=7 次探访没有写明情况');
    await browser.shot(head, 'reports-returned');
    await head.getByLabel('存在问题').fill('探访记录已补齐');
    await stepOf(head, '填写文字').getByRole('button', { name: '保存' }).click();
    await head.waitForSelector('.el-message >> text=已保存');
    await button(head, '报送').click();
    await head.getByRole('dialog').getByRole('button', { name: '报送', exact: true }).click();
    await stepOf(head, '县里审核').getByText('等待审核').waitFor();
    await head.context().close();

    const county = await browser.signIn(login('section'), PASSWORD);
    await browser.go(county, '/reports');
    for (const station of ['沱江镇社工站', '河路口镇社工站']) {
        const row = county.locator('tr', { hasText: station });
        await row.getByRole('button', { name: '审核通过' }).click();
        await row.getByText('已通过').waitFor();
    }
    await button(county, '办结').click();
    await county.getByRole('dialog').getByRole('button', { name: '办结', exact: true }).click();
    await county.waitForSelector('.month-sum >> text=办结');
    await county.waitForSelector('.el-overlay', { state: 'hidden' });
    await browser.shot(county, 'reports-closed');
    await county.getByRole('link', { name: '全县数据' }).click();
    await county.waitForSelector('text=全县社工站月报汇总表');
    await county.waitForSelector('text=校验码');
    await county.context().close();
});

test('a form is printed and taken along', async () => {
    const page = await browser.signIn(login('section'), PASSWORD);
    await browser.go(page, `/report?period=${LAST}&township=${TUOJIANG}`);
    await page.waitForSelector('.report-table >> text=M08');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.getByText('站长（签字）').isVisible(), true);
    assert.equal(await page.locator('.page-head').isVisible(), false);
    await browser.shot(page, 'report-print');
    await page.emulateMedia({ media: 'screen' });
    await button(page, '下载').click();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByText('Excel 表格').click()]);
    assert.equal(file.suggestedFilename(), `SM-01 ${LAST}.xlsx`);
    await page.context().close();
});

test('what is refused, missing or out of reach is said', async () => {
    const page = await browser.signIn(login('helukou'), PASSWORD);
    browser.expect(1);
    await browser.go(page, `/report?period=${LAST}&township=${TUOJIANG}`);
    await page.waitForSelector('[role=alert]');
    assert.equal(await page.locator('.report-table').count(), 0, 'no number of a report that failed');
    const cut = await browser.cut(page, '**/api/v1/reports/**');
    await page.goto(`${server.base}/#/reports?period=${LAST}`);
    await page.waitForSelector('[role=alert] >> text=连不上');
    await browser.shot(page, 'reports-unreachable');
    assert.equal(cut.lost, 3, 'asked three times');
    await cut.mend();
    await page.getByRole('button', { name: /重试|再试/ }).click();
    await page.waitForSelector('.steps');
    await page.context().close();
});

test('everybody can use it, by light, in the dark and in large type', async () => {
    for (const name of ['head', 'section'])
        for (const look of [{}, { dark: true }, { size: 'large' }]) {
            const page = await browser.open({ bypassCSP: true });
            await page.addInitScript((given) => localStorage.setItem('wulian.look',
                JSON.stringify({ dark: false, size: 'standard', ...given })), look);
            await page.goto(server.base);
            await page.fill('#login', login(name));
            await page.fill('#password', PASSWORD);
            await page.click('button[type=submit]');
            await page.waitForSelector('.shell');
            for (const path of ['/reports', `/report?period=${LAST}`]) {
                await browser.go(page, path);
                await page.waitForSelector('.steps, .month-sum, .report-table');
                const mark = Object.values(look)[0] ?? 'light';
                await browser.accessible(page, `${name} ${path} ${mark}`);
                await browser.shot(page, `reports-${name}-${path.startsWith('/reports') ? 'centre' : 'form'}-${mark === true ? 'dark' : mark}`);
            }
            await page.context().close();
        }
});
