// The two walls around what happens at venues, and each of them alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties }
    from '../../../tests/lib/county.mjs';
import { rowSecurity } from '../../../tests/lib/row_security.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { done, made, step } from '../../../tests/lib/steps.mjs';

let server, who, suyu, person, centre, rows;
const at = (minutes) => new Date(Date.now() + minutes * 60e3).toISOString();

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    await done(who.admin.put(`/admin/townships/${HELUKOU}/plugins/elderly`, { enabled: true }));
    person = (await made(who.worker.post('/station/residents', { name: '单秀英', div: YANGHUA }))).id;
    const file = await made(who.worker.post('/elderly/profiles',
        { person, categories: ['CHILD_LOST'], consent_visit: true }));
    await step(who.worker, `/elderly/profiles/${file.id}`, 'activate');
    centre = (await made(who.head.post('/station/venues', { div: YANGHUA, name: '阳华日间照料中心',
        type: 'DAYCARE', open_mode: 'NORMAL', manager: who.worker.account }))).id;
    const post = async (path, body) =>
        (await made(who.worker.post(`/elderly/${path}`, { venue: centre, ...body }))).id;
    rows = {
        venue_attendance: [await post('venue_attendance', { person, came_at: at(-20) }), { note: '改' },
            ['strike', { reason: '试' }]],
        venue_needs: [await post('venue_needs', { collected_on: at(8 * 60).slice(0, 10), kind: 'CULTURE',
            content: '想听瑶歌' }), { heads: 3 }, ['decline', { reason: '试' }]],
        venue_logs: [await post('venue_logs', { served_at: at(-60), kind: 'GROOM', heads: 3,
            worker: who.worker.account, content: '理发' }), { heads: 4 }],
    };
});
after(() => server?.stop());

/** Nothing of them can be read, found, changed or built on from elsewhere. */
async function holds() {
    assert.equal((await done(who.worker.get('/elderly/my_venues'))).items.length, 1);
    assert.equal((await done(who.worker.get('/elderly/invitees?category=CHILD_LOST'))).items.length, 1);
    for (const caller of [who.helukou, suyu.head]) {
        for (const [path, [id, change, action]] of Object.entries(rows)) {
            const row = `/elderly/${path}/${id}`;
            const { etag } = await who.head.get(row);
            assert.ok(etag, row);
            const tries = [caller.get(row), caller.get(`${row}/history`), caller.patch(row, change, etag),
                ...action ? [caller.post(`${row}/actions/${action[0]}`, action[1], { ifMatch: etag })] : []];
            for (const answer of await Promise.all(tries)) assert.equal(answer.status, 404, row);
            assert.deepEqual((await done(caller.get(`/elderly/${path}?venue.eq=${centre}`))).items, []);
        }
        for (const path of ['my_venues', 'invitees?category=CHILD_LOST'])
            assert.deepEqual((await done(caller.get(`/elderly/${path}`))).items, []);
        const answer = await caller.post('/elderly/venue_attendance', { person, venue: centre, came_at: at(0) });
        assert.equal(faultsOf(answer)['/venue'], 'reference_unknown', JSON.stringify(answer.body));
    }
}

test('both walls up: nobody elsewhere gets near a venue\'s rows [E11 E19 E20]', holds);

test('row security off: the application\'s own wall holds [E11 E19 E20]', async () => {
    await rowSecurity(server, 'disable');
    try {
        await holds();
    } finally {
        await rowSecurity(server, 'enable');
    }
});

test('the application\'s wall gone: row security shows a place its own rows alone [E11 E19 E20]', async () => {
    const seen = (county, lo, hi, name) => server.psql(`begin; set local wl.county = '${county}';
        set local wl.lo = '${lo}'; set local wl.hi = '${hi}';
        select count(*) from elderly.${name}; rollback`, 'wulian_app');
    for (const table of ['venue_attendance', 'venue_need', 'venue_log'])
        for (const name of [table, `${table}_history`]) {
            assert.notEqual(await seen(JIANGHUA, `${TUOJIANG}000`, '431129101000', name), '0', name);
            assert.equal(await seen(JIANGHUA, `${HELUKOU}000`, '431129107000', name), '0', name);
            assert.equal(await seen(321311, '321311000000', '321312000000', name), '0', name);
        }
});
