// The two walls around profiles, assessments and contacts, and each of them alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { rowSecurity } from '../../../tests/lib/row_security.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { done, made, step } from '../../../tests/lib/steps.mjs';
import { assess, sheet } from './assess.mjs';

let server, who, suyu, person, rows;

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { second: ['social_worker', TUOJIANG, '赵社工'] }));
    await done(who.admin.put(`/admin/townships/${HELUKOU}/plugins/elderly`, { enabled: true }));
    person = (await made(who.worker.post('/station/residents',
        { name: '单秀英', div: YANGHUA, birth: '1941-03-08' }))).id;
    const profile = await made(who.worker.post('/elderly/profiles',
        { person, categories: ['ALONE'], consent_visit: true }));
    const contact = await made(who.worker.post('/elderly/contacts',
        { person, name: '邓大姐', relation: '99', roles: ['KEY'], phone: '13907461234' }));
    await step(who.worker, `/elderly/profiles/${profile.id}`, 'activate');
    const assessment = await assess(person, [who.worker, who.second], 40);
    rows = {
        profiles: [profile.id, { floor: 1 }, ['raise', { tier: 'H', reason: '试' }]],
        contacts: [contact.id, { lives: '改' }],
        assessments: [assessment.id, { place: '改' }, ['dispute', { note: '试' }]],
    };
});
after(() => server?.stop());

/** Nothing of them can be read, found, changed or built on from elsewhere. */
async function holds() {
    for (const caller of [who.helukou, suyu.head]) {
        for (const [path, [id, change, action]] of Object.entries(rows)) {
            const at = `/elderly/${path}/${id}`;
            const { etag } = await who.head.get(at);
            assert.ok(etag, at);
            const tries = [caller.get(at), caller.get(`${at}/history`), caller.patch(at, change, etag),
                ...action ? [caller.post(`${at}/actions/${action[0]}`, action[1], { ifMatch: etag })] : []];
            for (const answer of await Promise.all(tries)) assert.equal(answer.status, 404, at);
            assert.deepEqual((await done(caller.get(`/elderly/${path}?person.eq=${person}`))).items, []);
        }
        const reveal = await caller.post(`/elderly/contacts/${rows.contacts[0]}/reveal`,
            { field: 'phone', reason: 'CONTACT' });
        assert.equal(reveal.status, 404);
        assert.equal((await caller.delete(`/elderly/contacts/${rows.contacts[0]}`, '"v1"')).status, 404);
        const answer = await caller.post('/elderly/assessments', sheet(person, [caller, caller], 40));
        assert.equal(faultsOf(answer)['/person'], 'reference_unknown', JSON.stringify(answer.body));
    }
}

test('both walls up: nobody elsewhere gets near the files [E15 E16]', holds);

test('row security off: the application\'s own wall holds [E15 E16]', async () => {
    await rowSecurity(server, 'disable');
    try {
        await holds();
    } finally {
        await rowSecurity(server, 'enable');
    }
});

test('the application\'s wall gone: row security shows and changes a place\'s own rows alone [E15 E16]', async () => {
    const scope = (county, lo, hi) => `begin; set local wl.county = '${county}'; set local wl.lo = '${lo}';
        set local wl.hi = '${hi}'; set local wl.actor = '${who.head.account}';`;
    for (const table of ['elder_profile', 'ability_assessment', 'elder_contact']) {
        const seen = async (where, name) => server.psql(`${scope(...where)}
            select count(*) from elderly.${name}; rollback`, 'wulian_app');
        for (const name of [table, `${table}_history`]) {
            assert.notEqual(await seen([JIANGHUA, `${TUOJIANG}000`, '431129101000'], name), '0', name);
            assert.equal(await seen([JIANGHUA, `${HELUKOU}000`, '431129107000'], name), '0', name);
            assert.equal(await seen([321311, '321311000000', '321312000000'], name), '0', name);
        }
        const changed = await server.psql(`${scope(JIANGHUA, `${HELUKOU}000`, '431129107000')}
            with u as (update elderly.${table} set updated_at = now() returning 1)
            select count(*) from u; rollback`, 'wulian_app');
        assert.equal(changed, '0');
    }
});
