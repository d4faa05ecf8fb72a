// People search: by name, pinyin and initials with the readings that surnames have, by id number and
// phone; in pages, within one's own place, and without harm from what is typed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { idNumber } from '../lib/api.mjs';
import { HELUKOU, YANGHUA, faultsOf, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const PEOPLE = '/station/residents';
/** name, in full, initials */
const NAMES = [
    ['单雄信', 'shanxiongxin', 'sxx'], ['仇英', 'qiuying', 'qy'], ['解缙', 'xiejin', 'xj'],
    ['区海龙', 'ouhailong', 'ohl'], ['查良镛', 'zhaliangyong', 'zly'], ['曾国藩', 'zengguofan', 'zgf'],
    ['朴树仁', 'piaoshuren', 'psr'], ['尉迟恭', 'yuchigong', 'ycg'], ['长孙无忌', 'zhangsunwuji', 'zswj'],
    ['吕秀兰', 'lvxiulan', 'lxl'], ['欧阳修', 'ouyangxiu', 'oyx'], ['阿依古丽·买买提', 'ayigulimaimaiti', 'ayglmmt'],
];
const ID = idNumber('431129', '19400101', 12), PHONE = '13807461234';

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    for (const [name] of NAMES) await add(name);
    await add('盘王妹', { id_number: ID, phone: PHONE });
});
after(() => server?.stop());

async function add(name, more = {}, caller = who.head, div = YANGHUA) {
    const answer = await caller.post(PEOPLE, { div, name, ...more });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
}

async function search(body, caller = who.worker) {
    const answer = await caller.post(`${PEOPLE}/search`, body);
    assert.equal(answer.status, 200, `${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
    return answer.body;
}

const names = ({ items }) => items.map((item) => item.name).sort();

test('a name is found by its beginning, its pinyin and its initials', async () => {
    for (const [name, full, initials] of NAMES) {
        assert.ok(names(await search({ name: [...name][0] })).includes(name), name);
        assert.deepEqual(names(await search({ name })), [name]);
        for (const pinyin of [full, initials, full.slice(0, -1), full.toUpperCase(),
            `${full.slice(0, 3)} ${full.slice(3)}`])
            assert.ok(names(await search({ pinyin })).includes(name), `${name} by ${pinyin}`);
    }
    for (const pinyin of ['danxiong', 'chouying', 'jiejin', 'quhai', 'chaliang', 'cengguo', 'pushu',
        'weichi', 'changsun'])
        assert.deepEqual((await search({ pinyin })).items, [], pinyin);
});

test('id number and phone are found whole, in any form, and nothing shorter is', async () => {
    for (const body of [{ id_number: ID }, { id_number: ` ${ID} ` }, { phone: PHONE },
        { phone: '138 0746 1234' }, { phone: `+86${PHONE}` }])
        assert.deepEqual(names(await search(body)), ['盘王妹'], JSON.stringify(body));
    assert.deepEqual((await search({ id_number: idNumber('431129', '19400101', 14) })).items, []);
    for (const item of (await search({ id_number: ID })).items)
        assert.doesNotMatch(JSON.stringify(item), new RegExp(`${ID}|${PHONE}`));
});

test('what stands in patterns and quotes stands for itself', async () => {
    for (const name of ['%', '_', '单%', "'", "' or true --", '\\', '"', '}', '\u{10ffff}', '😀', '單'])
        assert.deepEqual((await search({ name })).items, [], name);
    await add("O'Brien_%");
    assert.deepEqual(names(await search({ name: "O'Brien_%" })), ["O'Brien_%"]);
    assert.deepEqual(names(await search({ name: "O'" })), ["O'Brien_%"]);
});

test('pages of a name give everyone once, in order, while others come', async () => {
    for (let i = 0; i < 47; i += 1) await add(`郑${String.fromCodePoint(0x4e00 + i * 7)}`);
    const seen = [];
    let pages = 0;
    for (let cursor; cursor !== null; pages++) {
        const body = await search({ name: '郑', ...(cursor && { cursor }) });
        assert.ok(body.items.length <= 20);
        seen.push(...body.items.map((item) => item.name));
        cursor = body.next;
        await add(`郑一${pages}`); // before what is still to come
    }
    assert.equal(pages, 3);
    assert.equal(seen.length, 47);
    assert.deepEqual(seen, [...seen].sort());
    assert.equal(new Set(seen).size, 47);
});

test('a cursor belongs to its name and its caller', async () => {
    const { next } = await search({ name: '郑' });
    assert.ok(!Buffer.from(next, 'base64url').toString().includes('郑'));
    const refused = async (body, caller, code) => {
        const answer = await caller.post(`${PEOPLE}/search`, body);
        assert.equal(answer.status, 422, JSON.stringify(body));
        assert.deepEqual(code ? faultsOf(answer) : answer.body.code, code ?? 'search_one_key');
    };
    await refused({ name: '王', cursor: next }, who.worker, { '/cursor': 'bad_cursor' });
    await refused({ name: '郑', cursor: next }, who.helukou, { '/cursor': 'bad_cursor' });
    await refused({ name: '郑', cursor: next }, suyu.head, { '/cursor': 'bad_cursor' });
    await refused({ name: '郑', cursor: `${next}A` }, who.worker, { '/cursor': 'bad_cursor' });
    await refused({ name: '郑', cursor: 5 }, who.worker, { '/cursor': 'bad_cursor' });
    await refused({ pinyin: 'z', cursor: next }, who.worker);
    await refused({ cursor: next }, who.worker);
});

test('neighbours and other counties find their own only; the masked see masks', async () => {
    const there = await add('单邻居', {}, who.helukou, `${HELUKOU}201`);
    assert.deepEqual((await search({ name: '单' }, who.helukou)).items.map((one) => one.id), [there.id]);
    assert.deepEqual((await search({ pinyin: 'sx' }, suyu.head)).items, []);
    assert.deepEqual((await search({ id_number: ID }, suyu.head)).items, []);
    const masked = await search({ name: '单雄信' }, who.operator);
    assert.equal(masked.items.length, 1);
    assert.notEqual(masked.items[0].name, '单雄信');
});

test('a search leaves one row in the audit, with the number shown and no word of what was sought', async () => {
    const answer = await who.worker.post(`${PEOPLE}/search`, { name: '郑' });
    const [row] = await server.rows(`select * from core.audit
        where request = '${answer.headers.get('x-request-id')}'`);
    assert.deepEqual([row.action, row.object, row.n], ['search', 'station.resident', 20]);
    assert.ok(!JSON.stringify(row).includes('郑'));
});
