// People who stand in the register twice: found on saving and in a list, merged, and told apart again.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { idNumber, uuid7 } from '../lib/api.mjs';
import {
    HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people, villagesOf,
} from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const RESIDENTS = '/station/residents';

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server?.stop());

const ids = (rows) => rows.map((row) => row.id).sort();
const person = async (name, more = {}, caller = who.head) => {
    const made = await caller.post(RESIDENTS, { div: YANGHUA, name, sex: '1', birth: '1951-02-03', ...more });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
};
const request = async (of) => {
    const made = await who.worker.post('/station/requests', { div: YANGHUA, person: of, channel: 'DOOR',
        category: 'OTHER', domain: 'K', urgency: 'U3', content: '查询' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
};
const merge = (from, into, { caller = who.admin, ...options } = {}) =>
    caller.post(`${RESIDENTS}/${from}/merge`, { into }, { ifMatch: '"v1"', ...options });

test('on saving, whoever sounds alike and was born the same day is named', async () => {
    const first = await person('章子伟');
    assert.equal(first._duplicates, undefined);
    const second = await person('张紫伟');
    assert.deepEqual(second._duplicates, [first.id]);
    assert.equal((await person('张紫伟', { birth: '1951-02-04' }))._duplicates, undefined);
    const third = await person('张三', {});
    const renamed = await who.head.patch(`${RESIDENTS}/${third.id}`, { name: '章紫薇', birth: '1951-02-03' }, '"v1"');
    assert.equal(renamed.status, 200);
    assert.deepEqual(renamed.body._duplicates.sort(), ids([first, second]));
    const address = await who.head.patch(`${RESIDENTS}/${third.id}`, { alias: '老三' }, '"v2"');
    assert.equal(address.body._duplicates, undefined, 'the change made nobody alike');
});

test('what may be there twice is a list to be worked off, within the caller’s scope', async () => {
    const [a, b] = [await person('雷同一'), await person('雷童依')];
    const there = await person('雷同一', { div: villagesOf(HELUKOU)[0].code }, who.helukou);
    const mine = await who.head.get(`${RESIDENTS}/duplicates`);
    assert.equal(mine.status, 200);
    const set = mine.body.items.find(({ rows }) => rows.some((row) => row.id === a.id));
    assert.deepEqual(ids(set.rows), ids([a, b]));
    const county = await who.admin.get(`${RESIDENTS}/duplicates?limit=200`);
    const whole = county.body.items.find(({ rows }) => rows.some((row) => row.id === a.id));
    assert.deepEqual(ids(whole.rows), ids([a, b, there]));
    const one = await who.head.get(`${RESIDENTS}/${a.id}/duplicates`);
    assert.deepEqual(ids(one.body.items), [b.id]);
    assert.equal((await who.helukou.get(`${RESIDENTS}/${a.id}/duplicates`)).status, 404);
    assert.equal((await suyu.head.get(`${RESIDENTS}/${a.id}/duplicates`)).status, 404);
    assert.deepEqual((await suyu.admin.get(`${RESIDENTS}/duplicates`)).body.items, []);
    assert.equal((await who.head.get(`${RESIDENTS}/duplicates?limit=0`)).status, 400);
    assert.equal((await who.head.get(`${RESIDENTS}/duplicates?colour=red`)).status, 400);
});

test('merging moves every reference, deletes the one, keeps history and reports, and can be undone', async () => {
    const from = await person('奉莲花'), into = await person('奉莲华', { id_number: idNumber('431129', '19510203', 11) });
    const asked = [await request(from.id), await request(from.id), await request(into.id)];
    const household = (await who.head.post('/station/households', { div: YANGHUA, head: from.id })).body;
    const report = async () => (await who.admin.get(`/reports/SM-01?period=${new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7)}`));
    const before = await report();

    const merged = await merge(from.id, into.id);
    assert.equal(merged.status, 200, JSON.stringify(merged.body));
    assert.deepEqual(merged.body, { id: from.id, into: into.id,
        moved: { 'station.household.head': 1, 'station.request.person': 2 } });
    assert.equal((await who.head.get(`${RESIDENTS}/${from.id}`)).status, 404);
    const now = await who.worker.get(`/station/requests/${asked[0].id}`);
    assert.deepEqual([now.body.person, now.body.version], [into.id, 2]);
    const history = await who.worker.get(`/station/requests/${asked[0].id}/history`);
    assert.deepEqual(history.body.items.map((x) => [x.version, x.person]), [[2, into.id], [1, from.id]]);
    const after = await report();
    assert.equal(after.status, 200);
    assert.deepEqual(after.body.rows?.length, before.body.rows?.length);
    assert.equal(await server.psql(`select count(*) from core.audit where action = 'merge' and object_id = '${from.id}'`), '1');
    const restored = await who.head.post(`${RESIDENTS}/${from.id}/restore`, undefined, { ifMatch: '"v2"' });
    assert.deepEqual([restored.status, restored.body.code], [409, 'merged_away']);

    // a request that came since stays where it was put
    const since = await request(into.id);
    const undone = await who.admin.post(`${RESIDENTS}/${from.id}/unmerge`, undefined, { ifMatch: '"v2"' });
    assert.equal(undone.status, 200, JSON.stringify(undone.body));
    assert.equal((await who.head.get(`${RESIDENTS}/${from.id}`)).body.name, '奉莲花');
    for (const [id, holder] of [[asked[0].id, from.id], [asked[1].id, from.id], [asked[2].id, into.id], [since.id, into.id]])
        assert.equal((await who.worker.get(`/station/requests/${id}`)).body.person, holder);
    assert.equal((await who.head.get(`/station/households/${household.id}`)).body.head, from.id);
    const again = await who.admin.post(`${RESIDENTS}/${from.id}/unmerge`, undefined, { ifMatch: '"v3"' });
    assert.deepEqual([again.status, again.body.code], [409, 'not_merged']);
});

test('the same merge again answers the same; tried, it leaves nothing', async () => {
    const [from, into] = [await person('廖一'), await person('廖依')];
    const tried = await who.admin.call('POST', `${RESIDENTS}/${from.id}/merge`, { into: into.id },
        { Prefer: 'tx=rollback', 'If-Match': '"v1"', 'Idempotency-Key': randomUUID() });
    assert.equal(tried.status, 200, JSON.stringify(tried.body));
    assert.equal((await who.head.get(`${RESIDENTS}/${from.id}`)).status, 200);
    const key = randomUUID();
    const first = await merge(from.id, into.id, { key });
    const again = await merge(from.id, into.id, { key });
    assert.deepEqual([first.status, again.body], [200, first.body]);
    assert.equal((await merge(from.id, into.id)).status, 404);
});

test('what cannot be merged says why', async () => {
    const [from, into] = [await person('盘甲'), await person('盘贾')];
    const narrow = await merge(from.id, into.id, { caller: who.head });
    assert.deepEqual([narrow.status, narrow.body.code], [403, 'not_permitted']);
    const { section } = await people(server, JIANGHUA, { section: ['county_section', TUOJIANG, '科员'] });
    const town = await merge(from.id, into.id, { caller: section });
    assert.deepEqual([town.status, town.body.code], [403, 'whole_county_only']);
    assert.equal((await merge(from.id, into.id, { caller: suyu.admin })).status, 404);
    assert.deepEqual(faultsOf(await merge(from.id, from.id)), { '/into': 'reference_unknown' });
    assert.deepEqual(faultsOf(await merge(from.id, uuid7())), { '/into': 'reference_unknown' });
    assert.deepEqual(faultsOf(await merge(from.id, 'x')), { '/into': 'id_expected' });
    assert.deepEqual(faultsOf(await merge(from.id, undefined)), { '/into': 'required' });
    assert.equal((await merge(from.id, into.id, { ifMatch: '"v7"' })).status, 412);
    assert.equal((await who.admin.post(`${RESIDENTS}/${from.id}/merge`, { into: into.id })).status, 428);
    const profile = (of) => who.worker.post('/elderly/profiles',
        { person: of, categories: ['ALONE'], tier: 'H', consent_visit: true });
    const made = [await profile(from.id), await profile(into.id)];
    if (made.every(({ status }) => status === 201)) {
        const both = await merge(from.id, into.id);
        assert.deepEqual([both.status, both.body.code], [409, 'merge_conflict']);
        assert.equal((await who.head.get(`${RESIDENTS}/${from.id}`)).status, 200);
    } else {
        assert.fail(JSON.stringify(made.map(({ body }) => body)));
    }
});

test('a merged row outlives its retention until the merge is undone or the other is gone', async () => {
    const [from, into, plain] = [await person('蓝留一'), await person('蓝留依'), await person('蓝走')];
    assert.equal((await merge(from.id, into.id)).status, 200);
    assert.equal((await who.head.delete(`${RESIDENTS}/${plain.id}`, '"v1"')).status, 204);
    const age = (rows) => server.psql(`update station.resident set deleted_at = now() - interval '999 days'
        where id in (${rows.map(({ id }) => `'${id}'`)})`);
    const purge = () => server.psql('select core.deleted_purge(431129, 100)', 'wulian_gate');
    const there = async (row) => await server.psql(`select count(*) from station.resident
        where id = '${row.id}'`) === '1';
    await age([from, plain]);
    assert.equal(await purge(), '1');
    assert.deepEqual([await there(from), await there(plain)], [true, false]);
    const undone = await who.admin.post(`${RESIDENTS}/${from.id}/unmerge`, undefined, { ifMatch: '"v2"' });
    assert.equal(undone.status, 200, JSON.stringify(undone.body));

    assert.equal((await merge(from.id, into.id, { ifMatch: '"v3"' })).status, 200);
    assert.equal((await who.head.delete(`${RESIDENTS}/${into.id}`, '"v1"')).status, 204);
    await age([from, into]);
    assert.equal(await purge(), '1', 'the one it was merged into goes first');
    assert.deepEqual([await there(from), await there(into)], [true, false]);
    assert.equal(await purge(), '1');
    assert.equal(await there(from), false);
});

test('a chain of merges is undone from its end', async () => {
    const [a, b, c] = [await person('赵链一'), await person('赵链依'), await person('赵链伊')];
    assert.equal((await merge(a.id, b.id)).status, 200);
    assert.equal((await merge(b.id, c.id)).status, 200);
    const early = await who.admin.post(`${RESIDENTS}/${a.id}/unmerge`, undefined, { ifMatch: '"v2"' });
    assert.deepEqual([early.status, early.body.code], [409, 'winner_gone']);
    for (const id of [b.id, a.id])
        assert.equal((await who.admin.post(`${RESIDENTS}/${id}/unmerge`, undefined, { ifMatch: '"v2"' })).status, 200);
});
