// 能力评估 by GB/T 42195-2022: what the scores come to, who signs, what is doubted and assessed again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { change, done, made, refused, setParam, step } from '../../../tests/lib/steps.mjs';
import { GROUPS, ITEMS, assess, scores, sheet } from './assess.mjs';

const AT = '/elderly/assessments';
const DAY = 24 * 3600e3;
const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * DAY).toISOString().slice(0, 10);

let server, who, suyu, pair, others;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '周科长'],
        nurse: ['social_worker', TUOJIANG, '蒋护士'],
        second: ['social_worker', TUOJIANG, '赵社工'],
        third: ['social_worker', TUOJIANG, '邓护士'],
    }));
    pair = [who.nurse, who.worker];
    others = [who.third, who.second];
});
after(() => server?.stop());

/** Somebody with a profile: the ids of both. */
async function elder(name, profile) {
    const { id } = await made(who.worker.post('/station/residents',
        { name, div: YANGHUA, birth: '1941-03-08' }));
    const file = await made(who.worker.post('/elderly/profiles', { person: id,
        categories: ['ALONE', 'AGED'], living: 'ALONE', tier: 'H', consent_visit: true, ...profile }));
    return { id, profile: `/elderly/profiles/${file.id}` };
}

/* ---- the computing ----------------------------------------------------------------------------- */

/** The standard's table, said once more: what a total is by itself, and what moves it. */
function levelOf(total, coma, mental, events) {
    if (coma) return '4';
    const steps = [[90, 90], [66, 89], [46, 65], [30, 45], [0, 29]];
    const first = steps.findIndex(([low, high]) => total >= low && total <= high);
    const worse = mental || events > 1;
    return String(worse && first < 4 ? first + 1 : first);
}

test('the level of every total under every adjustment is the standard\'s [E02]', async () => {
    const rows = await server.rows(`select t as total, coma, mental, e as events,
            elderly.ability_level0(t) as level0, elderly.ability_level(t, coma, mental, e) as level
        from generate_series(0::bigint, 90) t, (values (false), (true)) c (coma),
             (values (false), (true)) m (mental), generate_series(0::bigint, 5) e`);
    assert.equal(rows.length, 91 * 2 * 2 * 6);
    for (const { total, coma, mental, events, level0, level } of rows) {
        const said = JSON.stringify({ total, coma, mental, events });
        assert.equal(level0, levelOf(total, false, false, 0), said);
        assert.equal(level, levelOf(total, coma, mental, events), said);
    }
    const bounds = await server.rows(`select t as total, elderly.ability_level0(t::bigint) as level
        from unnest(array[90, 89, 66, 65, 46, 45, 30, 29, 0]) t order by t desc`);
    assert.deepEqual(bounds.map(({ total, level }) => `${total}=${level}`),
        ['90=0', '89=1', '66=1', '65=2', '46=2', '45=3', '30=3', '29=4', '0=4']);
});

test('26 items of 90 points in four groups; each refuses one more than its highest and one less than none [E02]', async () => {
    const sum = (items) => Object.values(items).reduce((all, one) => all + one, 0);
    assert.deepEqual(Object.values(GROUPS).map(sum), [32, 15, 28, 15]);
    assert.deepEqual([Object.keys(ITEMS).length, sum(ITEMS)], [26, 90]);
    const { id } = await elder('单秀英');
    const whole = sheet(id, pair, 90);
    for (const [item, top] of Object.entries(ITEMS)) {
        const high = await who.nurse.post(AT, { ...whole, [item]: top + 1 });
        assert.deepEqual(faultsOf(high), { [`/${item}`]: 'too_large' });
        const low = await who.nurse.post(AT, { ...whole, [item]: -1 });
        assert.deepEqual(faultsOf(low), { [`/${item}`]: 'too_small' });
        const none = await who.nurse.post(AT, { ...whole, [item]: undefined });
        assert.deepEqual(faultsOf(none), { [`/${item}`]: 'required' });
    }
    const row = await made(who.nurse.post(AT, whole));
    assert.deepEqual([row.b1, row.b2, row.b3, row.b4, row.total, row.level0, row.level],
        [32, 15, 28, 15, 90, '0', '0']);
    // the table refuses as well, whoever writes
    await assert.rejects(server.psql(`update elderly.ability_assessment set stairs = 4
        where id = '${row.id}'`), /stairs_check/);
});

test('whatever the scores, sums and levels are those of the standard [E02]', async () => {
    const { id } = await elder('罗满秀');
    let seed = 20221230;
    const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
    const events = () => Array.from({ length: random(4) }, () => ({ kind: 'FALL', date: day(-random(60)) }));
    const sum = (items, row) => Object.keys(items).reduce((all, item) => all + row[item], 0);
    for (let i = 0; i < 60; i++) {
        const given = sheet(id, pair, 0, {
            ...Object.fromEntries(Object.entries(ITEMS).map(([item, top]) =>
                [item, random(3) ? top : random(top + 1)])),
            coma: random(10) === 0, risk_events: events(),
            diagnoses: [[], ['I25'], ['F00-F03'], ['F04-F99', 'M84']][random(4)],
        });
        const row = await made(who.nurse.post(AT, given));
        for (const [group, items] of Object.entries(GROUPS)) assert.equal(row[group], sum(items, given));
        const recent = given.risk_events.filter(({ date }) => date >= day(-30)).length;
        const mental = given.diagnoses.some((code) => code.startsWith('F'));
        assert.deepEqual([row.total, row.risk_events_30d, row.mental_dx, row.level],
            [sum(ITEMS, given), recent, mental, levelOf(row.total, given.coma, mental, recent)]);
    }
});

test('sums and levels are the server\'s: nobody sends one [E02]', async () => {
    const { id } = await elder('奉桂花');
    for (const field of ['b1', 'b4', 'total', 'level0', 'level', 'mental_dx', 'risk_events_30d',
        'adjusted_by', 'valid_to', 'effective_at', 'state']) {
        const answer = await who.nurse.post(AT, { ...sheet(id, pair, 40), [field]: 1 });
        assert.deepEqual(faultsOf(answer), { [`/${field}`]: 'read_only' });
    }
    const drafted = await made(who.nurse.post(AT, sheet(id, pair, 46)));
    assert.deepEqual([drafted.total, drafted.level], [46, '2']);
    const changed = await done(change(who.nurse, `${AT}/${drafted.id}`, { eating: 3 }));
    assert.deepEqual([changed.b1, changed.total, changed.level], [31, 45, '3']);
});

test('coma, a diagnosis and risk events of the last 30 days move the level, by one at most [E02]', async () => {
    const { id } = await elder('盘玉兰');
    const fall = (n) => ({ kind: 'FALL', date: day(n) });
    const level = async (total, more) => {
        const row = await made(who.nurse.post(AT, sheet(id, pair, total, more)));
        return [row.level0, row.level, row.adjusted_by, row.risk_events_30d];
    };
    assert.deepEqual(await level(70, {}), ['1', '1', [], 0]);
    assert.deepEqual(await level(90, { diagnoses: ['I10-I15', 'F00-F03'] }), ['0', '1', ['MENTAL'], 0]);
    assert.deepEqual(await level(70, { diagnoses: ['F04-F99'] }), ['1', '2', ['MENTAL'], 0]);
    assert.deepEqual(await level(70, { risk_events: [fall(-30)] }), ['1', '1', [], 1]);
    assert.deepEqual(await level(70, { risk_events: [fall(-31), fall(-1)] }), ['1', '1', [], 1]);
    assert.deepEqual(await level(70, { risk_events: [fall(-30), fall(0)] }), ['1', '2', ['EVENTS'], 2]);
    const both = { diagnoses: ['F00-F03'], risk_events: [fall(-2), { kind: 'WANDER', date: day(-9) }] };
    assert.deepEqual(await level(70, both), ['1', '2', ['MENTAL', 'EVENTS'], 2]);
    assert.deepEqual(await level(0, both), ['4', '4', ['MENTAL', 'EVENTS'], 2]);
    assert.deepEqual(await level(90, { coma: true }), ['0', '4', ['COMA'], 0]);
});

/* ---- its life ---------------------------------------------------------------------------------- */

test('two different assessors sign, one of them of medical background; then it is the profile\'s [E02]', async () => {
    const { id, profile } = await elder('赵玉莲', { diseases: ['I10-I15'] });
    const whole = sheet(id, pair, 40, { diagnoses: ['F00-F03'] });
    assert.deepEqual(faultsOf(await who.nurse.post(AT, { ...whole, assessor2: who.nurse.account })),
        { '/assessor2': 'ability_assessment_two_assessors' });
    for (const medical of [undefined, who.head.account])
        assert.deepEqual(faultsOf(await who.nurse.post(AT, { ...whole, medical })),
            { '/medical': 'assessor_medical' });

    const path = `${AT}/${(await made(who.nurse.post(AT, whole))).id}`;
    await refused(who.nurse, path, 'countersign', 'wrong_state');
    await refused(who.worker, path, 'sign', 'not_yours');
    const signed = await step(who.nurse, path, 'sign');
    assert.deepEqual([signed.state, signed.effective_at], ['submitted', null]);
    const { items } = await done(who.worker.get('/notices?limit=50'));
    assert.ok(items.some(({ text }) => text.includes('waits for your signature')), JSON.stringify(items));
    const late = await change(who.nurse, path, { bathing: 0 });
    assert.deepEqual([late.status, late.body.code], [409, 'wrong_state'], JSON.stringify(late.body));
    await refused(who.nurse, path, 'countersign', 'not_yours'); // nobody signs for the other
    assert.equal((await done(who.nurse.get(profile))).ability, null);

    await step(who.worker, path, 'send_back', { note: '洗澡得分与观察不符' });
    assert.deepEqual((await done(change(who.nurse, path, { toilet: 3 }))).total, 39);
    await step(who.nurse, path, 'sign');
    const effective = await step(who.worker, path, 'countersign');
    assert.deepEqual([effective.state, effective.level0, effective.level], ['effective', '3', '4']);
    const year = `${Number(day(0).slice(0, 4)) + 1}${day(0).slice(4)}`;
    assert.equal(effective.valid_to, day(0).endsWith('02-29') ? effective.valid_to : year);
    const file = await done(who.nurse.get(profile));
    assert.deepEqual([file.ability, file.assessed_on, file.diseases],
        ['4', day(0), ['F00-F03', 'I10-I15']]);
    for (const [action, input] of [['sign'], ['countersign'], ['send_back', { note: '改' }]])
        await refused(who.worker, path, action, 'wrong_state', input);
});

test('nobody assesses a relative, nor anybody without a profile [E02]', async () => {
    const { id } = await made(who.worker.post('/station/residents', { name: '无档案', div: YANGHUA }));
    assert.deepEqual(faultsOf(await who.nurse.post(AT, sheet(id, pair, 90))),
        { '/person': 'profile_missing' });
    const aunt = await elder('蒋大姑');
    await made(who.head.post('/station/near_relatives', { account: who.nurse.account,
        person: aunt.id, relation: '97' }));
    const path = `${AT}/${(await made(who.worker.post(AT, sheet(aunt.id, pair, 60)))).id}`;
    await refused(who.nurse, path, 'sign', 'own_relative');
});

test('a newer assessment takes the place of the older; how long one is valid is the county\'s [E02]', async () => {
    const { id, profile } = await elder('邓月娥');
    const first = await assess(id, pair, 80);
    await setParam(who.section, 'elderly.assessment_months', '6');
    const second = await assess(id, pair, 28, { reason: 'PROMPT' });
    assert.equal((await done(who.nurse.get(first.path))).state, 'superseded');
    assert.equal(second.state, 'effective');
    assert.ok(second.valid_to < first.valid_to, `${second.valid_to} ${first.valid_to}`);
    assert.equal((await done(who.nurse.get(profile))).ability, '4');
    const { items } = await done(who.worker.get(`${AT}?person.eq=${id}&state.eq=effective&level.eq=4`));
    assert.deepEqual(items.map((row) => row.id), [second.id]);
});

test('a doubted result is assessed again by two others, and by nobody else [E02]', async () => {
    const { id, profile } = await elder('何桂英');
    const first = await assess(id, pair, 60);
    await step(who.worker, first.path, 'dispute', { note: '家属认为评得过轻' });
    assert.equal((await done(who.nurse.get(profile))).ability, '2'); // it stands meanwhile
    const plain = await who.third.post(AT, sheet(id, others, 40));
    assert.deepEqual(faultsOf(plain), { '/reviews': 'answers_dispute' });
    const review = (assessors) => sheet(id, assessors, 40, { reason: 'REVIEW', reviews: first.id });
    for (const again of [[who.nurse, who.third], [who.third, who.worker]])
        assert.deepEqual(faultsOf(await who.third.post(AT, review(again))),
            { '/assessor1': 'assessor_again' });
    const answer = await assess(id, others, 40, { reason: 'REVIEW', reviews: first.id });
    assert.equal((await done(who.nurse.get(first.path))).state, 'reassessed');
    assert.deepEqual([answer.state, answer.level], ['effective', '3']);
    assert.equal((await done(who.nurse.get(profile))).ability, '3');
    // nothing is disputed any more: there is nothing to answer
    assert.equal(faultsOf(await who.nurse.post(AT, review(pair)))['/reviews'], 'answers_dispute');
    const kinds = await done(who.third.get(`${AT}?reviews.eq=${first.id}`));
    assert.deepEqual(kinds.items.map((row) => row.id), [answer.id]);
});

test('two sheets signed at the same time leave one assessment effective [E02]', async () => {
    const { id, profile } = await elder('唐冬秀');
    const paths = [];
    for (const total of [88, 50, 20]) {
        const path = `${AT}/${(await made(who.nurse.post(AT, sheet(id, pair, total)))).id}`;
        await step(who.nurse, path, 'sign');
        paths.push(path);
    }
    const answers = await Promise.all(paths.map((path) => who.worker.act(path, 'countersign')));
    assert.ok(answers.some(({ status }) => status === 200));
    const rows = await Promise.all(paths.map(async (path) => done(who.nurse.get(path))));
    const effective = rows.filter(({ state }) => state === 'effective');
    assert.equal(effective.length, 1, JSON.stringify(rows.map(({ state }) => state)));
    assert.equal((await done(who.nurse.get(profile))).ability, effective[0].level);
});

test('it stands on the agenda when its time is over; others see nothing of it [E02]', async () => {
    const { id } = await elder('黄秋菊');
    const row = await assess(id, pair, 50);
    assert.equal(Date.parse(row.reassess_due), Date.parse(`${row.valid_to}T00:00:00+08:00`) + DAY);
    const { items } = await done(who.head.get('/agenda?whose=station&limit=200'));
    assert.ok(items.some((item) => item.id === row.id && item.limit === 'reassess_due'));
    for (const caller of [who.helukou, suyu.head])
        assert.equal((await caller.get(row.path)).status, 404);
    const masked = await done(who.operator.get(row.path));
    for (const field of ['person', 'eating', 'total', 'level', 'diagnoses', 'coma'])
        assert.ok(!(field in masked) && masked._masked.includes(field), field);
    const [look] = await server.rows(`select action from core.audit where object_id = '${row.id}'
        and actor = '${who.operator.account}'`);
    assert.equal(look.action, 'look');
});

test('a sheet that comes to nothing is withdrawn, whoever is gone by then [E02]', async () => {
    const { id, profile } = await elder('蒋满姑');
    const drafted = `${AT}/${(await made(who.nurse.post(AT, sheet(id, pair, 70)))).id}`;
    const signed = `${AT}/${(await made(who.nurse.post(AT, sheet(id, pair, 50)))).id}`;
    await step(who.nurse, signed, 'sign');
    await step(who.worker, profile, 'activate');
    await step(who.head, profile, 'close', { closed_for: 'DEATH', reason: '已去世' });
    assert.deepEqual(faultsOf(await who.head.act(drafted, 'withdraw', {})), { '/note': 'required' });
    for (const path of [drafted, signed]) {
        const ended = await step(who.head, path, 'withdraw', { note: '老人已去世' });
        assert.deepEqual([ended.state, ended._actions], ['withdrawn', []]);
        assert.equal((await change(who.nurse, path, { bathing: 0 })).status, 409);
    }
});

test('whose file is closed is not to be assessed again [E02]', async () => {
    const { id, profile } = await elder('莫秀兰');
    const row = await assess(id, pair, 50);
    assert.ok(row.reassess_due);
    await step(who.worker, profile, 'activate');
    await step(who.head, profile, 'close', { closed_for: 'DEATH', reason: '已去世' });
    const after_ = await done(who.nurse.get(row.path));
    assert.deepEqual([after_.state, after_.reassess_due], ['effective', null]);
    const { items } = await done(who.head.get('/agenda?whose=station&limit=200'));
    assert.ok(!items.some((item) => item.id === row.id));
});

test('what was found earlier does not take the place of what was found later [E02]', async () => {
    const { id, profile } = await elder('翟月秀');
    const { id: early } = await made(who.nurse.post(AT, sheet(id, pair, 88,
        { assessed_at: new Date(Date.now() - 3 * DAY).toISOString() })));
    const path = `${AT}/${early}`;
    await step(who.nurse, path, 'sign');
    const late = await assess(id, pair, 20, { reason: 'PROMPT' });
    assert.deepEqual(faultsOf(await who.worker.act(path, 'countersign')),
        { '/assessed_at': 'assessment_older' });
    await step(who.worker, path, 'withdraw', { note: '已有更新的评估' });
    assert.equal((await done(who.nurse.get(late.path))).state, 'effective');
    assert.equal((await done(who.nurse.get(profile))).ability, '4');
});
