// What the whole county reads and only its own place changes (WL_COUNTY_WIDE): the org units, which
// every record of the stations may refer to.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

let server, who, suyu, stations;

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        room: ['room_worker', YANGHUA, '村社工'], local: ['county_admin', TUOJIANG, '镇管理员'] }));
});
after(() => server?.stop());

const path = (township) => `/admin/org_units/${stations[township]}`;

test('whoever may read org units reads those of the whole county, and of no other', async () => {
    const wanted = (await who.admin.get('/admin/org_units?limit=200')).body.items;
    for (const caller of [who.room, who.helukou, who.operator]) {
        const { status, body } = await caller.get('/admin/org_units?limit=200&count=exact');
        assert.equal(status, 200);
        assert.deepEqual(body.items.map(({ id }) => id), wanted.map(({ id }) => id));
        assert.equal(body.count, wanted.length);
        for (const place of [HELUKOU, TUOJIANG]) {
            assert.equal((await caller.get(path(place))).body.id, stations[place]);
            assert.equal((await caller.get(`${path(place)}/history`)).body.items.length, 1);
            const now = encodeURIComponent(new Date().toISOString());
            assert.equal((await caller.get(`${path(place)}?as_of=${now}`)).status, 200);
        }
    }
    const { body } = await suyu.head.get('/admin/org_units?limit=200');
    assert.ok(body.items.length > 0 && body.items.every(({ div }) => div.startsWith('321311')));
    for (const tail of ['', '/history'])
        assert.equal((await suyu.head.get(path(TUOJIANG) + tail)).status, 404);
});

test('a filter and a cursor go over the county, too', async () => {
    const first = await who.room.get('/admin/org_units?kind.eq=STATION&limit=1');
    const next = await who.room.get(
        `/admin/org_units?kind.eq=STATION&limit=1&cursor=${first.body.next}`);
    assert.deepEqual([...first.body.items, ...next.body.items].map(({ id }) => id).sort(),
        Object.values(stations).sort());
});

test('what lies elsewhere is not changed, and the refusal says why', async () => {
    const { etag, body } = await who.local.get(path(HELUKOU));
    const refused = await who.local.patch(path(HELUKOU), { service_phone: '12345' }, etag);
    assert.equal(refused.status, 403);
    assert.equal(refused.body.code, 'elsewhere');
    assert.match(refused.body.title, /you may read it, not change it/);
    const stale = await who.local.patch(path(HELUKOU), { service_phone: '12345' }, '"v9.00000000"');
    assert.equal(stale.body.code, 'elsewhere');
    const batch = await who.local.post('/admin/org_units/batch', { items: [
        { op: 'patch', id: body.id, version: body.version, data: { service_phone: '12345' } }] });
    assert.equal(batch.status, 422);
    assert.deepEqual(faultsOf(batch), { '/items/0': 'elsewhere' });
    assert.equal((await who.admin.get(path(HELUKOU))).body.version, body.version);
    const abroad = await suyu.admin.patch(path(HELUKOU), { service_phone: '12345' }, etag);
    assert.equal(abroad.body.code, 'not_found');

    const own = await who.local.get(path(TUOJIANG));
    const done = await who.local.patch(path(TUOJIANG), { service_phone: '12345' }, own.etag);
    assert.equal(done.status, 200, JSON.stringify(done.body));
});

test('rows of the own place may refer to one elsewhere in the county, not to one of another', async () => {
    const room = { name: '沱江村社工室', kind: 'ROOM', status: 'PLANNED' };
    const made = await who.local.post('/admin/org_units', { ...room, parent: stations[HELUKOU] });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const [abroad] = (await suyu.admin.get('/admin/org_units?kind.eq=STATION')).body.items;
    const refused = await who.local.post('/admin/org_units', { ...room, parent: abroad.id });
    assert.deepEqual(faultsOf(refused), { '/parent': 'reference_unknown' });
    const placed = await who.local.post('/admin/org_units', { ...room, div: `${HELUKOU}000` });
    assert.deepEqual(faultsOf(placed), { '/div': 'division_elsewhere' });
});
