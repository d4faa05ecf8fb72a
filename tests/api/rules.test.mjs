// Rules between fields: told together with all else on create, held of the row as it would become on
// change and action, and never slipped past by two writers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { YANGHUA, faultsOf } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { everythingEnv, goodThing, openEverything } from '../plugins/everything/everything.mjs';

const THINGS = '/everything/things';
const USCC = '91350100M000100Y43';
const AT = (hour) => `2026-01-05T${hour}:00:00+08:00`;

let server, who, RELATION;

before(async () => {
    server = await startServer({ env: everythingEnv });
    ({ who } = await openEverything(server));
    RELATION = await server.psql("select min(code) from core.code where tab = 'FAMILY_REL'");
});
after(() => server?.stop());

const create = (more) => who.worker.post(THINGS, { div: YANGHUA, ...goodThing(more) });

async function made(more = {}) {
    const answer = await create(more);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return { path: `${THINGS}/${answer.body.id}`, ...answer };
}

const points = (...all) => all.map((n) => ({ topic: 'MEAL', points: n }));

/** [what is given, { place: code } or nothing when it is taken]. */
const CASES = [
    [{ kind: 'OTHER' }, { '/reason': 'required_if' }],
    [{ kind: 'OTHER', reason: null }, { '/reason': 'required_if' }],
    [{ kind: 'OTHER', reason: '别的' }],
    [{ kind: 'PLAIN', reason: '别的' }],
    [{ active: false, subsidy_fen: 0 }, { '/subsidy_fen': 'forbidden_if' }],
    [{ active: false, subsidy_fen: null }],
    [{ active: true, subsidy_fen: 5 }],
    [{ seen_at: AT('09'), left_at: AT('09') }, { '/left_at': 'after' }],
    [{ seen_at: '2026-01-05T09:00:00Z', left_at: AT('16') }, { '/left_at': 'after' }],
    [{ seen_at: AT('09'), left_at: AT('10') }], [{ left_at: AT('10') }], [{ seen_at: AT('10') }],
    [{ opens: '09:00', closes: '08:59' }, { '/closes': 'after' }],
    [{ opens: '09:00', closes: '09:00' }, { '/closes': 'after' }],
    [{ opens: '09:00', closes: '09:01' }],
    [{ closes: '09:00' }, { '/opens': 'required_if' }], [{ opens: '09:00' }],
    [{ begins: '2026-02-01', ends: '2026-01-31' }, { '/ends': 'not_before' }],
    [{ begins: '2026-02-01', ends: '2026-02-01' }], [{ ends: null }],
    [{ price_fen: 100, subsidy_fen: 30, own_fen: 71 }, { '/price_fen': 'sum_of' }],
    [{ price_fen: 100, subsidy_fen: 30, own_fen: 70 }],
    [{ price_fen: 30, subsidy_fen: 30 }], [{ price_fen: 0 }],
    [{ price_fen: 1 }, { '/price_fen': 'sum_of' }], [{ subsidy_fen: 30, own_fen: 1 }],
    [{ points: 7, items: points(3, 5) }, { '/points': 'sum_of' }],
    [{ points: 8, items: points(3, 5) }], [{ points: 0, items: [] }], [{ points: 0 }],
    [{ points: 3 }, { '/points': 'sum_of' }], [{ items: points(9) }],
    [{ phone: null }, { '/person': 'any_of' }],
    [{ phone: null, note: '无电话' }], [{ phone: null, uscc: USCC }],
    [{ kind: 'OTHER', ends: '2026-01-01', price_fen: 1, weight: 'x', opens: 5, closes: '09:00' },
        { '/reason': 'required_if', '/ends': 'not_before', '/price_fen': 'sum_of',
            '/weight': 'decimal_expected', '/opens': 'clock_expected' }],
];

test('on create they are told with everything else', async () => {
    for (const [given, faults] of CASES) {
        const answer = await create(given);
        const what = `${JSON.stringify(given)}: ${JSON.stringify(answer.body.errors)}`;
        assert.equal(answer.status, faults ? 422 : 201, what);
        assert.deepEqual(faultsOf(answer), faults ?? {}, what);
        if (given.uscc) await who.head.delete(`${THINGS}/${answer.body.id}`, answer.etag);
    }
});

test('on change they hold of the row as it would become', async () => {
    for (const [given, faults] of CASES.slice(0, -1)) {
        const { path, etag } = await made({ note: null });
        const answer = await who.worker.patch(path, given, etag);
        const what = `${JSON.stringify(given)}: ${JSON.stringify(answer.body.errors)}`;
        assert.equal(answer.status, faults ? 422 : 200, what);
        assert.deepEqual(faultsOf(answer), faults ?? {}, what);
        assert.equal((await who.worker.get(path)).body.version, faults ? 1 : 2, what);
        if (given.uscc) await who.head.delete(path, answer.etag);
    }
});

test('what stands already counts, and so does what is cleared', async () => {
    const { path, etag } = await made({ kind: 'OTHER', reason: '别的', opens: '08:00',
        closes: '12:00', price_fen: 100, own_fen: 100, points: 8, items: points(3, 5),
        begins: '2026-02-01', ends: '2026-03-01' });
    for (const [given, faults] of [
        [{ reason: null }, { '/reason': 'required_if' }],
        [{ opens: null }, { '/opens': 'required_if' }], [{ opens: '12:00' }, { '/closes': 'after' }],
        [{ begins: '2026-03-02' }, { '/ends': 'not_before' }],
        [{ own_fen: 99 }, { '/price_fen': 'sum_of' }], [{ own_fen: null }, { '/price_fen': 'sum_of' }],
        [{ items: points(3) }, { '/points': 'sum_of' }], [{ items: null }, { '/points': 'sum_of' }],
        [{ phone: null }, { '/person': 'any_of' }],
        [{ reason: null, own_fen: 1 }, { '/reason': 'required_if', '/price_fen': 'sum_of' }],
    ]) {
        const answer = await who.worker.patch(path, given, etag);
        assert.equal(answer.status, 422, JSON.stringify(given));
        assert.deepEqual(faultsOf(answer), faults, JSON.stringify(given));
    }
    const whole = await who.worker.patch(path, { reason: null, kind: 'PLAIN', opens: null,
        closes: null, own_fen: 60, subsidy_fen: 40, points: 3, items: points(3), phone: null,
        note: '无电话' }, etag);
    assert.equal(whole.status, 200, JSON.stringify(whole.body));
});

test('an action is held to them too, with what it is given', async () => {
    const { path } = await made({ begins: '2026-02-01', seen_at: AT('09') });
    const close = (body, options) => who.head.act(path, 'close', { result: '好', ...body }, options);
    const early = await close({ ends: '2026-01-31', left_at: AT('08') });
    assert.equal(early.status, 422, JSON.stringify(early.body));
    assert.deepEqual(faultsOf(early), { '/ends': 'not_before', '/left_at': 'after' });
    assert.equal((await who.worker.get(path)).body.state, 'draft');
    assert.equal((await close({ ends: '2026-02-02' })).status, 200);
    // a wrong state is told before a rule
    const again = await close({ ends: '2026-01-31' });
    assert.deepEqual([again.status, again.body.code], [409, 'wrong_state']);
});

test('what has moved on is told as that, and a repeat stays a repeat', async () => {
    const { path, etag } = await made({ begins: '2026-02-01' });
    const key = 'rules-again';
    const first = await who.worker.patch(path, { ends: '2026-02-02' }, etag, key);
    assert.equal(first.status, 200);
    assert.equal((await who.worker.patch(path, { ends: '2026-01-02' }, etag)).status, 412);
    const again = await who.worker.patch(path, { ends: '2026-02-02' }, etag, key);
    assert.deepEqual([again.status, again.body.version], [200, 2]);
});

test('two writers that each keep a rule cannot break it together', async () => {
    for (let i = 0; i < 10; i++) {
        const { path, etag } = await made({ begins: '2026-02-10', ends: '2026-02-20' });
        const answers = await Promise.all([
            who.worker.patch(path, { begins: '2026-02-19' }, etag),
            who.head.patch(path, { ends: '2026-02-11' }, etag),
        ]);
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
        const { body } = await who.worker.get(path);
        assert.ok(body.begins <= body.ends, JSON.stringify(body));
    }
});

test('the core has rules of its own: nobody dies before their birth, no stay ends before it began',
    async () => {
        const person = await who.head.post('/station/residents', { div: YANGHUA, name: '单秀英',
            birth: '1950-02-01' });
        const path = `/station/residents/${person.body.id}`;
        const dead = (day) => who.head.patch(path, { death_date: day }, person.etag);
        assert.deepEqual(faultsOf(await dead('1950-01-31')), { '/death_date': 'not_before' });
        assert.equal((await dead('1950-02-01')).status, 200);
        const household = await who.head.post('/station/households', { head: person.body.id });
        const member = { household: household.body.id, person: person.body.id, relation: RELATION,
            joint_living: true, since: '2026-02-01' };
        const early = await who.head.post('/station/household_members',
            { ...member, until: '2026-01-01' });
        assert.deepEqual(faultsOf(early), { '/until': 'not_before' });
        const stay = await who.head.post('/station/household_members', member);
        assert.equal(stay.status, 201, JSON.stringify(stay.body));
        const ended = await who.head.patch(`/station/household_members/${stay.body.id}`,
            { until: '2026-01-01' }, stay.etag);
        assert.deepEqual(faultsOf(ended), { '/until': 'not_before' });
    });

test('the text names the fields as people do, in both languages', async () => {
    const ask = async (language, given) => {
        const answer = await who.worker.call('POST', THINGS, { div: YANGHUA, ...goodThing(given) },
            { 'Accept-Language': language });
        return answer.body.errors.map(({ detail }) => detail);
    };
    for (const [given, en, zh] of [
        [{ kind: 'OTHER' }, 'reason must be given when kind is other', '类别为其他时须填写原因'],
        [{ closes: '09:00' }, 'opens must be given when closes is given', '填写了关门就须填写开门'],
        [{ active: false, subsidy_fen: 1 }, 'subsidy must be empty when in use is no',
            '在用为否时不得填写补贴'],
        [{ begins: '2026-02-01', ends: '2026-01-01' }, 'ends must not be earlier than begins',
            '止日不得早于起日'],
        [{ opens: '09:00', closes: '08:00' }, 'closes must be later than opens', '关门须晚于开门'],
        [{ price_fen: 1 }, 'price must equal subsidy + own share', '价格须等于补贴＋自付'],
        [{ points: 1 }, 'points must equal points', '总分须等于得分'],
        [{ phone: null }, 'At least one of person, phone, credit code, note must be given',
            '服务对象、电话、统一社会信用代码、备注至少填写一项'],
    ]) {
        assert.deepEqual(await ask('en', given), [en]);
        assert.deepEqual(await ask('zh-CN', given), [zh]);
    }
});
