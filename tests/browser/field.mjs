// What the field page's tests stand on: a township with its elders, an errand to take, a call and a round of
// meals of today, and a phone to use them with.
import assert from 'node:assert/strict';

import { callClock, day } from '../../plugins/elderly/tests/call_clock.mjs';
import { HELUKOU, JIANGHUA, PASSWORD, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { status } from '../lib/station.mjs';
import { endAll, startBrowser, startConsole } from './browser.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const made = async (caller, path, body) => (await status(201, caller.post(path, body))).body;

async function meals(server, who, persons) {
    const route = await made(who.head, '/elderly/meal_routes',
        { date: day(2), meal: 'L', line: '东线', courier: who.li.account });
    for (const [i, person] of persons.entries())
        await made(who.head, '/elderly/meal_orders',
            { person, date: day(2), meal: 'L', mode: 'DELIVERY', route: route.id, stop_no: i + 1 });
    for (const table of ['meal_order', 'meal_route'])
        await server.psql(`update elderly.${table} set date = core.today()`);
}

async function call(clock, who, person) {
    await made(who.li, '/elderly/call_plans', { person, days: ['1', '2', '3', '4', '5', '6', '7'], call_at: '00:00',
        caller: who.li.account, worker: who.li.account, since: day(-3) });
    await clock.days(day(-1));
}

async function world(server) {
    const { who } = await openTwoCounties(server);
    Object.assign(who, await people(server, JIANGHUA, {
        li: ['social_worker', TUOJIANG, '李社工'], feng: ['social_worker', HELUKOU, '奉社工'],
        room: ['room_worker', YANGHUA, '邓村干'],
    }));
    const elder = async (name, birth, phone) => (await made(who.li, '/station/residents',
        { name, birth, phone, sex: '2', div: YANGHUA, address: '5 组' })).id;
    const at = { widow: await elder('黄秀英', '1941-05-06', '13874601111'), second: await elder('盘金凤', '1948-01-02', '13874602222') };
    await meals(server, who, [at.widow, at.second]);
    await call(await callClock(server), who, at.widow);
    at.errand = (await made(who.li, '/elderly/errands', { person: at.widow, kind: 'BUY_FOOD', items: '大米 10 斤' })).id;
    await made(who.li, '/station/requests',
        { person: at.widow, channel: 'VISIT', category: 'OTHER', domain: 'E', urgency: 'U3', content: '想看戏' });
    return { who, at };
}

/** { server, browser, who, at, phone(name), go(page, path), stop() } */
export async function startField() {
    const server = await startConsole({ WULIAN_JOBS_CHORES: '0' });
    const { who, at } = await world(server).catch(async (error) => {
        await server.stop();
        throw error;
    });
    const browser = await startBrowser(server);

    async function phone(name, look = {}) {
        const page = await browser.open(PHONE);
        await page.context().addInitScript((kept) => localStorage.setItem('wulian.look', JSON.stringify(kept)), look);
        await page.goto(`${server.base}/m/`);
        await page.fill('#login', `${name}@${JIANGHUA}`);
        await page.fill('#password', PASSWORD);
        await page.tap('button[type=submit]');
        await page.waitForSelector('.tiles');
        await browser.quiet(page);
        return page;
    }
    async function go(page, path) {
        await page.goto(`${server.base}/m/#${path}`);
        await browser.quiet(page);
    }
    const stop = () => endAll(browser, server);
    return { server, browser, who, at, phone, go, stop };
}

/** The choice of that field. */
export const choose = (page, field, option) => page.getByRole('group', { name: field }).getByRole('button', { name: option, exact: true }).tap();
export const tap = (page, name) => page.getByRole('button', { name, exact: true }).tap();
export const follow = (page, name) => page.getByRole('link', { name }).first().tap();

/** A picture with a place in its EXIF data, larger than may go up, standing on its side. */
export async function photo(page, side = 3000) {
    const drawn = await page.evaluate(async (size) => {
        const canvas = document.createElement('canvas');
        canvas.width = size;
        canvas.height = size / 2;
        const pen = canvas.getContext('2d');
        const noise = pen.createImageData(size, size / 2);
        for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : (i * 2654435761 >>> 13) % 256;
        pen.putImageData(noise, 0, 0);
        pen.fillStyle = '#d32f2f'; // the left half, which is the top when it is turned the right way
        pen.fillRect(0, 0, size / 2, size / 2);
        return canvas.toDataURL('image/jpeg', 0.95).split(',')[1];
    }, side);
    const jpeg = Buffer.from(drawn, 'base64');
    assert.equal(jpeg.readUInt16BE(0), 0xffd8);
    return Buffer.concat([jpeg.subarray(0, 2), exif(), jpeg.subarray(2)]);
}

/** APP1: turned by 90 degrees (orientation 6), and a place: 25° N. */
function exif() {
    const entry = (tag, type, count, value) => {
        const e = Buffer.alloc(12);
        e.writeUInt16BE(tag, 0); e.writeUInt16BE(type, 2); e.writeUInt32BE(count, 4);
        if (type === 3) e.writeUInt16BE(value, 8); else if (type === 2) e.write(value, 8, 'latin1'); else e.writeUInt32BE(value, 8);
        return e;
    };
    const count = (n) => Buffer.from([0, n]);
    const none = Buffer.alloc(4);
    const main = [count(2), entry(0x112, 3, 1, 6), entry(0x8825, 4, 1, 8 + 2 + 24 + 4), none];
    const place = [count(2), entry(1, 2, 2, 'N'), entry(2, 5, 3, 8 + 30 + 30), none];
    const degrees = Buffer.alloc(24);
    [25, 1, 6, 1, 0, 1].forEach((n, i) => degrees.writeUInt32BE(n, 4 * i));
    const tiff = Buffer.concat([Buffer.from('4d4d002a00000008', 'hex'), ...main, ...place, degrees]);
    const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(body.length + 2, 2);
    return Buffer.concat([head, body]);
}
