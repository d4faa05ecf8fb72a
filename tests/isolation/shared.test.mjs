// A referral is one row of two stations, and while it runs the person's own row is read at the station it
// goes to: one row, by GET alone, from acceptance until it ends or runs out, each look in the audit. Both
// walls say so, and each alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, YANGHUA, faultAt, faultsOf, openTwoCounties, people }
    from '../lib/county.mjs';
import { rowSecurity } from '../lib/row_security.mjs';
import { startServer } from '../lib/server.mjs';

const BUILD = process.env.WULIAN_BUILD || 'build';
const PATH = '/station/referrals', RESIDENTS = '/station/residents';
const THIRD = '431129103';

let server, who, suyu, stations;

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        there: ['social_worker', HELUKOU, '河路口社工'], third: ['social_worker', THIRD, '第三镇社工'],
        masked: ['agency_supervisor', HELUKOU, '督导'], section: ['county_section', JIANGHUA, '县科员'],
    }));
});
after(() => server?.stop());

function must({ status, body, ...rest }, wanted) {
    assert.equal(status, wanted, JSON.stringify(body));
    return { status, body, ...rest };
}

const refusal = ({ status, body }) => `${status} ${body?.code ?? ''}`.trim();
const own = (row, tail = '') => `${RESIDENTS}/${row.id}${tail}`;

/** An elder of Tuojiang who agrees, and the referral to Helukou. */
async function referred() {
    const elder = must(await who.worker.post(RESIDENTS,
        { name: '单秀英', div: YANGHUA, phone: '13807465678' }), 201).body;
    const consent = must(await who.worker.post('/station/consents', {
        person: elder.id, kind: 'REFERRAL', purpose: '转介', text_version: '2026-1',
        signed_by: '单秀英', signer_relation: '01', signed_at: '2026-03-01T02:00:00Z' }), 201).body;
    const sent = must(await who.worker.post(PATH, {
        person: elder.id, person_name: '单秀英', kind: 'NEED', urgency: 'U3', need: '请每周探访',
        to_unit: stations[HELUKOU], consent: consent.id, service: 'E' }), 201).body;
    return { elder, consent, sent, path: `${PATH}/${sent.id}` };
}

const accept = ({ path }) => who.there.act(path, 'accept', { receiver: who.there.account });

/** Nobody elsewhere sees anything of the person's row. */
async function shut({ elder }, callers) {
    for (const caller of callers)
        assert.equal(refusal(await caller.get(own(elder))), '404 not_found');
}

/** The referral itself: seen by both stations and the county, answered by one, changed by the other. */
async function twoStations({ sent, path }) {
    for (const caller of [who.worker, who.there, who.section]) {
        assert.equal(must(await caller.get(path), 200).body.need, '请每周探访');
        must(await caller.get(`${path}/history`), 200);
        const list = must(await caller.get(`${PATH}?limit=200`), 200).body.items;
        assert.ok(list.some(({ id }) => id === sent.id));
    }
    for (const caller of [who.third, suyu.head]) {
        assert.equal(refusal(await caller.get(path)), '404 not_found');
        assert.equal(refusal(await caller.get(`${path}/history`)), '404 not_found');
        assert.deepEqual(must(await caller.get(`${PATH}?limit=200`), 200).body.items, []);
    }
    assert.deepEqual((await who.there.get(path)).body._actions.sort(), ['accept', 'refuse']);
    assert.deepEqual((await who.worker.get(path)).body._actions, ['withdraw']);
    assert.equal(refusal(await who.there.patch(path, { need: '改' }, '"v1"')), '403 elsewhere');
    must(await who.worker.patch(path, { need: '请每周探访' }, '"v1"'), 200);
    assert.equal(refusal(await who.third.post(`${path}/actions/refuse`, { reason: '代拒' },
        { ifMatch: '"v2"' })), '404 not_found');
}

/** The person's row, while it is shared: read, and that is all. */
async function readOnly({ elder, sent }) {
    const { body } = must(await who.there.get(own(elder)), 200);
    assert.deepEqual([body.name, body._shared, body.id], ['单秀英', sent.id, elder.id]);
    assert.ok(!body.phone.includes('13807465678')); // its masks stay
    assert.equal(must(await who.masked.get(own(elder)), 200).body.name, '单**');
    await shut({ elder }, [who.third, suyu.head]);
    assert.equal(refusal(await who.there.get(own(elder, '/history'))), '404 not_found');
    const then = encodeURIComponent(new Date().toISOString());
    assert.equal(refusal(await who.there.get(own(elder, `?as_of=${then}`))), '404 not_found');
    const list = must(await who.there.get(`${RESIDENTS}?limit=200`), 200).body.items;
    assert.ok(!list.some(({ id }) => id === elder.id));
    const found = await who.there.post(`${RESIDENTS}/search`, { name: '单秀英' });
    assert.ok(!must(found, 200).body.items.some(({ id }) => id === elder.id));
    assert.equal(refusal(await who.there.patch(own(elder), { address: '改' }, '"v1"')), '404 not_found');
    assert.equal(refusal(await who.there.post(own(elder, '/reveal'),
        { field: 'phone', reason: 'SERVICE' })), '404 not_found');
    const visit = await who.there.post('/station/visits', { person: elder.id, kind: 'ROUTINE',
        visited_at: '2026-11-01T00:00:00Z', result: 'MET_WELL' });
    assert.equal(faultAt(visit, '/person'), 'reference_unknown', JSON.stringify(faultsOf(visit)));
    assert.ok(!('_shared' in must(await who.worker.get(own(elder)), 200).body));
}

async function wholeLife() {
    const one = await referred();
    await twoStations(one);
    await shut(one, [who.there, who.masked, who.third]);
    const accepted = must(await accept(one), 200).body;
    assert.ok(Date.parse(accepted.shared_until) > Date.now() + 89 * 86400e3);
    await readOnly(one);
    must(await who.there.act(one.path, 'finish', { feedback: '已探访' }), 200);
    must(await who.there.get(own(one.elder)), 200);
    must(await who.worker.act(one.path, 'end', { result: '已稳定' }), 200);
    await shut(one, [who.there, who.masked, who.third]);

    const late = await referred();
    must(await accept(late), 200);
    must(await who.there.get(own(late.elder)), 200);
    await server.psql(`update station.referral set shared_until = now() - interval '1 second'
        where id = '${late.sent.id}'`);
    await shut(late, [who.there]);

    const unwilling = await referred();
    must(await accept(unwilling), 200);
    must(await who.worker.act(`/station/consents/${unwilling.consent.id}`, 'withdraw', {}), 200);
    await shut(unwilling, [who.there]);

    const refused = await referred();
    must(await who.there.act(refused.path, 'refuse', { reason: '人手不足' }), 200);
    await shut(refused, [who.there]);
}

async function restart(options) {
    await server.halt();
    server = await startServer({ dir: server.dir, ...options });
    for (const caller of [...Object.values(who), ...Object.values(suyu)]) caller.base = server.base;
}

test('both walls up: from acceptance to its end, one row, to read', wholeLife);

test('row security off: the application alone says the same', async () => {
    await rowSecurity(server, 'disable');
    try {
        await wholeLife();
    } finally {
        await rowSecurity(server, 'enable');
    }
});

test('the application\'s own wall down: the database alone says the same', async () => {
    await restart({ build: `${BUILD}/wall-off` });
    await wholeLife();
    await restart({});
});

test('both walls down: the row is read, so the test can fail', async () => {
    await restart({ build: `${BUILD}/wall-off` });
    await rowSecurity(server, 'disable');
    const one = await referred();
    must(await who.third.get(own(one.elder)), 200);
    await rowSecurity(server, 'enable');
    await restart({});
});

test('each look stands in the audit with the referral as its reason', async () => {
    const one = await referred();
    must(await accept(one), 200);
    must(await who.there.get(own(one.elder)), 200);
    must(await who.masked.get(own(one.elder)), 200);
    must(await who.worker.get(own(one.elder)), 200);
    await shut(one, [who.third]);
    const looks = await server.rows(`select actor, reason, note from core.audit
        where object = 'station.resident' and object_id = '${one.elder.id}' and action = 'look'
        order by at`);
    assert.deepEqual(looks, [
        { actor: who.there.account, reason: 'REFERRAL', note: one.sent.id },
        { actor: who.masked.account, reason: 'REFERRAL', note: one.sent.id },
        { actor: who.worker.account, reason: null, note: null }]);
});
