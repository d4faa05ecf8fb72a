// 为老服务 as its people use it: profiles, and errands that go wrong. The good way of an errand is told in
// tests/api/main_job.test.mjs, meals in meals.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, SUYU, openCounty, openStations, people } from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';

const TUOJIANG = '431129100', HELUKOU = '431129106', YANGHUA = '431129100010';

let server, who, suyu, widow, neighbour;

before(async () => {
    server = await startServer();
    await openCounty(server, JIANGHUA);
    await openCounty(server, SUYU);
    who = await people(server, JIANGHUA, { admin: ['county_admin', 431129, '何局员'] });
    await openStations(who.admin, { [TUOJIANG]: '沱江镇', [HELUKOU]: '河路口镇' });
    Object.assign(who, await people(server, JIANGHUA, {
        operator: ['hotline_operator', 431129, '唐接线'],
        section: ['county_section', 431129, '周科长'],
        head: ['station_head', TUOJIANG, '李站长'],
        worker: ['social_worker', TUOJIANG, '盘社工'],
        other: ['social_worker', TUOJIANG, '赵社工'],
        room: ['room_worker', YANGHUA, '邓村干'],
        helukou: ['station_head', HELUKOU, '奉站长'],
    }));
    suyu = await people(server, SUYU, { head: ['station_head', '321311001', '宿豫站长'] });
    for (const township of [TUOJIANG, HELUKOU])
        await made(who.admin.put(`/admin/townships/${township}/plugins/elderly`, { enabled: true }));
    const resident = (name) => made(who.worker.post('/station/residents', { name, div: YANGHUA }));
    widow = (await resident('单秀英')).id;
    neighbour = (await resident('欧阳修')).id;
});
after(() => server?.stop());

/** The body of an answer that must be a success. */
async function made(answer) {
    const { status, body } = await answer;
    assert.ok(status === 200 || status === 201, `${status} ${JSON.stringify(body)}`);
    return body;
}

async function refused(answer, status, code) {
    const { status: is, body } = await answer;
    assert.deepEqual([is, body.errors?.[0].code ?? body.code], [status, code], JSON.stringify(body));
    return body.errors?.[0].pointer;
}

/* ---- profiles ---------------------------------------------------------------------------------- */

const profile = () => ({
    person: widow, categories: ['AGED', 'ALONE'], living: 'ALONE', tier: 'H', consent_visit: true,
    floor: 6, lift: false, allergy: '青霉素',
});

test('a profile is drafted, used, set aside and closed', async () => {
    const drafted = await made(who.worker.post('/elderly/profiles', profile()));
    assert.deepEqual([drafted.state, drafted.div, drafted.floor], ['draft', YANGHUA, 6]);
    const path = `/elderly/profiles/${drafted.id}`;
    const hospital = { suspended_for: 'HOSPITAL', reason: '住院' };
    const moved = { closed_for: 'MOVED', reason: '迁往女儿家' };
    await refused(who.worker.act(path, 'suspend', hospital), 409, 'wrong_state');
    assert.equal((await made(who.worker.act(path, 'activate'))).state, 'active');
    assert.equal(await refused(who.worker.act(path, 'suspend', { suspended_for: 'HOSPITAL' }), 422,
        'required'), '/reason');
    assert.equal((await made(who.worker.act(path, 'suspend', hospital))).state, 'suspended');
    await refused(who.worker.act(path, 'close', moved), 403, 'not_permitted');

    // one open profile a person; when it is closed there may be another
    assert.equal(await refused(who.worker.post('/elderly/profiles', profile()), 422, 'elder_profile_once'),
        '/person');
    assert.equal((await made(who.head.act(path, 'close', moved))).state, 'closed');
    await made(who.worker.post('/elderly/profiles', profile()));
});

test('who has it masked sees neither categories nor allergy', async () => {
    const { items } = await made(who.operator.get('/elderly/profiles'));
    const shown = await made(who.operator.get(`/elderly/profiles/${items[0].id}`));
    for (const field of ['categories', 'allergy', 'ability', 'diet', 'drug_note']) {
        assert.ok(!(field in shown), field);
        assert.ok(shown._masked.includes(field), field);
    }
    assert.deepEqual(shown._actions, []);
    await refused(who.operator.get(`/elderly/residents/${widow}/card`), 403, 'not_permitted');
});

/* ---- errands ----------------------------------------------------------------------------------- */

const errand = (extra) => made(who.worker.post('/elderly/errands',
    { person: widow, kind: 'BUY_FOOD', items: '米十斤', ...extra }));

test('an errand is its courier\'s own until it is settled', async () => {
    const path = `/elderly/errands/${(await errand()).id}`;
    await refused(who.room.act(path, 'accept'), 403, 'not_permitted');
    const accepted = await made(who.worker.act(path, 'accept'));
    assert.deepEqual([accepted.state, accepted.courier], ['accepted', who.worker.account]);
    const purchase = { advance_fen: 3000, spent_fen: 2800, receipt: '7' };
    await refused(who.other.act(path, 'purchase', purchase), 403, 'not_yours');
    assert.ok(!(await made(who.other.get(path)))._actions.includes('purchase'));
    await made(who.worker.act(path, 'purchase', purchase));
    await refused(who.other.act(path, 'deliver', { wellbeing: 'OK', handed_to: '本人' }), 403,
        'not_yours');
});

test('a dispute is decided by the county as by the head, and the errand goes on', async () => {
    const path = `/elderly/errands/${(await errand()).id}`;
    await made(who.worker.act(path, 'accept'));
    await made(who.worker.act(path, 'purchase', { advance_fen: 5000, spent_fen: 4800, receipt: '8' }));
    await made(who.worker.act(path, 'deliver', { wellbeing: 'OK', handed_to: '本人' }));
    await made(who.head.act(path, 'dispute', { reason: '收据金额不符' }));
    await refused(who.worker.act(path, 'decide', { reason: '属实' }), 403, 'not_permitted');
    const decided = await made(who.section.act(path, 'decide', { reason: '收据有效' }));
    assert.equal(decided.state, 'delivered');
    assert.equal((await made(who.head.act(path, 'settle', { returned_fen: 200 }))).state, 'settled');
});

test('an errand that nobody has bought for yet can be cancelled, later not', async () => {
    const path = `/elderly/errands/${(await errand()).id}`;
    await made(who.worker.act(path, 'accept'));
    assert.equal((await made(who.worker.act(path, 'cancel', { reason: '家属已买' }))).state, 'cancelled');
    const late = `/elderly/errands/${(await errand()).id}`;
    await made(who.worker.act(late, 'accept'));
    await made(who.worker.act(late, 'purchase', { advance_fen: 100, spent_fen: 100, receipt: '9' }));
    await refused(who.worker.act(late, 'cancel', { reason: '不要了' }), 409, 'wrong_state');
});

test('money, receipt and courier are not for clients to write', async () => {
    const { id } = await errand();
    const path = `/elderly/errands/${id}`;
    const { etag } = await who.worker.get(path);
    for (const body of [{ spent_fen: 1 }, { receipt: 'x' }, { courier: who.worker.account },
        { state: 'settled' }, { settled_at: '2026-01-01T00:00:00Z' }]) {
        const pointer = await refused(who.worker.patch(path, body, etag), 422, 'read_only');
        assert.equal(pointer, `/${Object.keys(body)[0]}`);
    }
    await refused(who.worker.patch(path, { person: neighbour }, etag), 422, 'fixed');
});

/* ---- the card, and strangers ------------------------------------------------------------------- */

test('the card counts what is under way', async () => {
    const before_ = (await made(who.worker.get(`/elderly/residents/${widow}/card`))).open_errands;
    await errand();
    const card = await made(who.worker.get(`/elderly/residents/${widow}/card`));
    assert.deepEqual([card.name, card.open_errands], ['单秀英', before_ + 1]);
    const [look] = await server.rows(`select action, object, n from core.audit
        where object_id = '${widow}' and action = 'route' order by at desc limit 1`);
    assert.deepEqual(look, { action: 'route', object: 'elderly/residents/{id}/card', n: 1 });
});

test('another station and another county find nothing', async () => {
    const { id } = await errand();
    for (const [caller, codes] of [[who.helukou, ['not_found']],
        [suyu.head, ['plugin-not-enabled', 'not_found']]])
        for (const path of [`/elderly/errands/${id}`, `/elderly/errands/${id}/history`,
            `/elderly/residents/${widow}/card`]) {
            const { status, body } = await caller.get(path);
            assert.equal(status, 404, path);
            assert.ok(codes.includes(body.code), body.code);
        }
    await refused(who.helukou.post('/elderly/errands',
        { person: widow, kind: 'BUY_FOOD', items: '米' }), 422, 'reference_unknown');
});
