// Profiles as stations keep them: who is watched, how closely, and by when somebody has to go there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, faultsOf, openTwoCounties, people }
    from '../../../tests/lib/county.mjs';
import { startServer } from '../../../tests/lib/server.mjs';
import { change, done, made, refused, step } from '../../../tests/lib/steps.mjs';
import { importRows } from '../../../tests/lib/tables.mjs';
import { assess } from './assess.mjs';
import { CALLS, PLANS, callClock, day } from './call_clock.mjs';

const AT = '/elderly/profiles';
const MINUTE = 60e3, HOUR = 3600e3, DAY = 24 * HOUR;

let server, who, suyu;
const clocks = {}; // of each chore

before(async () => {
    server = await startServer({ env: { WULIAN_JOBS_CHORES: '0' } });
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        second: ['social_worker', TUOJIANG, '赵社工'],
        room: ['room_worker', YANGHUA, '邓村干'],
    }));
});
after(() => server?.stop());

/** The clock goes on; the chores of that time are done. */
async function later(ms, chore) {
    clocks[chore] = (clocks[chore] ?? Date.now()) + ms;
    const { status, out, err } = await server.cli(['chores', 'run', '--until',
        new Date(clocks[chore]).toISOString(), '--county', String(JIANGHUA), '--only', `elderly.${chore}`]);
    assert.equal(status, 0, out + err);
}

const resident = (name, more) => made(who.worker.post('/station/residents',
    { name, div: YANGHUA, birth: '1941-03-08', ...more }));

/** Somebody's profile, in use: the row with its path. */
async function file(name, profile, person) {
    const { id } = await resident(name, person);
    const drafted = await made(who.worker.post(AT, { person: id, consent_visit: true,
        worker: who.worker.account, ...profile }));
    const path = `${AT}/${drafted.id}`;
    return { ...await step(who.worker, path, 'activate'), path };
}

const got = (path, caller = who.worker) => done(caller.get(path));

/** The end of the day in Asia/Shanghai, so many days after an instant. */
const endOf = (at, days) => Math.floor((Date.parse(at) + 8 * HOUR) / DAY + days + 1) * DAY - 8 * HOUR;
const due = (row) => Date.parse(row.next_visit_due);

const visited = (person, more) => made(who.room.post('/station/visits', { person, kind: 'ROUTINE',
    way: 'HOME', visited_at: new Date().toISOString(), result: 'MET_WELL', ...more }));

/* ---- tiers ------------------------------------------------------------------------------------- */

test('the tier follows from categories, ability and illness [E15 E16]', async () => {
    const said = { // 80 and above living alone; the six kinds and dispersed 特困; the others
        'AGED ALONE': 'H', 'AGED EMPTY_NEST': 'H', 'AGED LEFT_BEHIND SEVERE': 'H', 'ALONE': 'K',
        'EMPTY_NEST': 'K', 'LEFT_BEHIND': 'K', 'DISABLED': 'K', 'SEVERE': 'K', 'FAMILY_PLAN': 'K',
        'CHILD_LOST': 'K', 'DESTITUTE': 'K', 'AGED': 'N', '': 'N',
    };
    const ask = async (categories, ability, diseases) => server.psql(`select elderly.tier_suggested(
        '{${categories.replaceAll(' ', ',')}}', ${ability ? `'${ability}'` : 'null'}, '{${diseases ?? ''}}')`);
    for (const [categories, tier] of Object.entries(said))
        assert.equal(await ask(categories), tier, categories);
    for (const [ability, tier] of Object.entries({ 0: 'N', 1: 'N', 2: 'K', 3: 'K', 4: 'K' }))
        assert.equal(await ask('', ability), tier, ability);
    for (const disease of ['F00-F03', 'C00-D48', 'I60-I62', 'N18-N19'])
        assert.equal(await ask('ALONE', '1', disease), 'H', disease);
    assert.equal(await ask('', '1', 'I10-I15'), 'N');
});

test('a profile in use is never below what it suggests; only the head lowers it, with a reason [E15]', async () => {
    const { id } = await resident('单秀英');
    const drafted = await made(who.worker.post(AT,
        { person: id, categories: ['ALONE'], living: 'ALONE', tier: 'N', consent_visit: true }));
    assert.deepEqual([drafted.tier, drafted.tier_suggested, drafted.special], ['N', 'K', true]);
    const path = `${AT}/${drafted.id}`;
    const fixed = await who.worker.patch(path, { tier: 'H' }, (await who.worker.get(path)).etag);
    assert.deepEqual(faultsOf(fixed), { '/tier': 'fixed' });

    const active = await step(who.worker, path, 'activate'); // she is past eighty
    assert.deepEqual([active.categories, active.tier, active.tier_suggested],
        [['ALONE', 'AGED'], 'H', 'H']);
    await refused(who.worker, path, 'lower', 'not_permitted', { tier: 'K', reason: '女儿回来同住' });
    assert.deepEqual(faultsOf(await who.head.act(path, 'lower', { tier: 'K' })), { '/reason': 'required' });
    await refused(who.head, path, 'lower', 'tier_not_milder', { tier: 'H', reason: '无变化' });
    const lowered = await step(who.head, path, 'lower', { tier: 'K', reason: '女儿回来同住' });
    assert.equal(lowered.tier, 'K');

    // raising is anybody's who works on it: no way down leads through it
    await refused(who.worker, path, 'raise', 'tier_not_graver', { tier: 'N', reason: '试' });
    const raised = await step(who.worker, path, 'raise', { tier: 'H', reason: '女儿又外出务工' });
    assert.deepEqual([raised.tier, raised.change_kind], ['H', 'TIER']);
    const { items } = await got(`${path}/history`);
    assert.deepEqual(items.map((row) => [row.tier, row.reason]).reverse(), [['N', null], ['H', null],
        ['K', '女儿回来同住'], ['H', '女儿又外出务工']]);
});

test('an assessment shows in what is suggested, and the eightieth birthday in the categories [E02 E16]', async () => {
    const now = new Date(Date.now() + 8 * HOUR).toISOString().slice(0, 10);
    const born = `${Number(now.slice(0, 4)) - 80}${now.slice(4)}`; // a leap day had one eighty years before
    const row = await file('邓冬秀', {}, { birth: born });
    assert.deepEqual([row.categories, row.tier, row.special], [['AGED'], 'N', false]);
    await assess(row.person, [who.worker, who.second], 50);
    const known = await got(row.path);
    assert.deepEqual([known.ability, known.tier, known.tier_suggested], ['2', 'N', 'K']);

    const young = await file('蒋春花', { categories: ['EMPTY_NEST'] }, { birth: '1950-01-01' });
    assert.deepEqual([young.categories, young.tier], [['EMPTY_NEST'], 'K']);
    await server.psql(`update station.resident set birth = '${born}' where id = '${young.person}'`);
    await later(DAY, 'elder_aged');
    const aged = await got(young.path);
    assert.deepEqual([aged.categories, aged.tier_suggested], [['EMPTY_NEST', 'AGED'], 'H']);
    await later(DAY, 'elder_aged');
    assert.equal((await got(young.path)).version, aged.version); // once

    await later(10 * MINUTE, 'elder_graver');
    for (const [{ path }, tier] of [[row, 'K'], [young, 'H']]) {
        const raised = await got(path);
        assert.deepEqual([raised.tier, raised.change_kind], [tier, 'TIER']);
        assert.equal(due(raised), Date.parse(raised.changed_at) + DAY);
    }
});

test('what is graver than the head knew of raises the tier again, and only that [E15 E16]', async () => {
    const row = await file('石满娥', { categories: ['EMPTY_NEST'] }, { birth: '1955-05-05' });
    const lowered = await step(who.head, row.path, 'lower', { tier: 'N', reason: '儿子住隔壁' });
    assert.deepEqual([lowered.tier, lowered.lowered_from], ['N', 'K']);
    await done(change(who.worker, row.path, { categories: ['ALONE'] })); // K as before
    await later(10 * MINUTE, 'elder_graver');
    assert.equal((await got(row.path)).tier, 'N');

    await done(change(who.worker, row.path, { diseases: ['F00-F03'] }));
    await later(10 * MINUTE, 'elder_graver');
    const raised = await got(row.path);
    assert.deepEqual([raised.tier, raised.lowered_from, raised.change_kind], ['H', null, 'TIER']);
    const { items } = await got('/notices?limit=200', who.head);
    assert.equal(items.filter(({ record_id, key }) => record_id === row.id
        && key === 'elder_profile.changed').length, 1);
    await later(10 * MINUTE, 'elder_graver');
    assert.equal((await got(row.path)).version, raised.version); // once
});

test('what stands in a file stays there when its person lives elsewhere by now [E16]', async () => {
    const { id } = await resident('唐翠英');
    const drafted = await made(who.worker.post(AT,
        { person: id, categories: ['FAMILY_PLAN'], consent_visit: true }));
    await server.psql(`update station.resident set div = ${HELUKOU}201 where id = '${id}'`);
    const active = await step(who.worker, `${AT}/${drafted.id}`, 'activate');
    assert.deepEqual([active.categories, active.tier], [['FAMILY_PLAN'], 'K']);
});

/* ---- visits ------------------------------------------------------------------------------------ */

test('a widow whose only daughter married far away: contacts, weekly visits, the agenda [E15]', async () => {
    const widow = await file('盘玉莲', { categories: ['ALONE'], living: 'ALONE', floor: 6, lift: false },
        { marital: '30' });
    assert.equal(widow.tier, 'H');
    assert.equal(due(widow), endOf(widow.active_since, 7));
    const contact = (body) => made(who.worker.post('/elderly/contacts', { person: widow.person, ...body }));
    const daughter = await contact({ name: '盘小妹', relation: '31', roles: ['CHILD', 'EMERGENCY'],
        phone: '13807465678', lives: '广东省东莞市' });
    await contact({ name: '邓大姐', relation: '99', roles: ['NEIGHBOUR', 'KEY'], phone: '13907461234' });
    const { items } = await got(`/elderly/contacts?person.eq=${widow.person}`);
    assert.deepEqual(items.map(({ name, roles }) => [name, roles.join()]).sort(),
        [['盘小妹', 'CHILD,EMERGENCY'], ['邓大姐', 'NEIGHBOUR,KEY']]);
    assert.ok(!JSON.stringify(items).includes('13807465678'));
    const shown = await done(who.room.post(`/elderly/contacts/${daughter.id}/reveal`,
        { field: 'phone', reason: 'CONTACT' }));
    assert.equal(shown.value, '13807465678');
    assert.equal((await who.helukou.get(`/elderly/contacts/${daughter.id}`)).status, 404);

    const mine = async (caller) => (await got('/agenda?limit=200', caller)).items
        .filter((item) => item.id === widow.id).map((item) => [item.limit, item.overdue]);
    assert.deepEqual(await mine(who.worker), [['next_visit_due', false]]);
    assert.deepEqual(await mine(who.second), []); // hers is another worker

    // nobody came for ten days
    await server.psql(`update elderly.elder_profile set active_since = active_since - interval '10 days'
        where id = '${widow.id}'`);
    await later(DAY, 'elder_visits');
    const late = await got(widow.path);
    assert.deepEqual([due(late), late._overdue], [due(widow) - 10 * DAY, ['next_visit_due']]);
    assert.deepEqual(await mine(who.worker), [['next_visit_due', true]]);
    const overdue = async (caller) => (await got(`${AT}?overdue=next_visit_due&tier.eq=H`, caller))
        .items.map(({ id }) => id);
    assert.deepEqual(await overdue(who.head), [widow.id]);

    await visited(widow.person, { result: 'MISSED' }); // nobody was at home: it counts for nothing
    await later(10 * MINUTE, 'elder_contacts');
    assert.deepEqual(await overdue(who.head), [widow.id]);
    const visit = await visited(widow.person);
    await later(10 * MINUTE, 'elder_contacts');
    const seen = await got(widow.path);
    assert.equal(Date.parse(seen.contacted_at), Date.parse(visit.visited_at));
    assert.equal(due(seen), endOf(visit.visited_at, 7));
    assert.deepEqual(await overdue(who.head), []);
    await later(10 * MINUTE, 'elder_contacts');
    assert.equal((await got(widow.path)).version, seen.version); // nothing new, nothing written
});

test('within a day of a major change somebody goes there [E15]', async () => {
    const row = await file('奉满姑', { categories: ['LEFT_BEHIND'] }, { birth: '1955-05-05' });
    assert.equal(due(row), endOf(row.active_since, 30));
    const changed = await step(who.worker, row.path, 'report_change',
        { change_kind: 'FALL', reason: '院坝滑倒' });
    assert.equal(due(changed), Date.parse(changed.changed_at) + DAY);
    const { items } = await got('/notices?limit=100', who.head);
    assert.ok(items.some(({ text }) => text.includes('visit soon')), JSON.stringify(items[0]));

    const visit = await visited(row.person);
    await later(10 * MINUTE, 'elder_contacts');
    assert.equal(due(await got(row.path)), endOf(visit.visited_at, 30));
    const raised = await step(who.worker, row.path, 'raise', { tier: 'H', reason: '行动不便' });
    assert.equal(due(raised), Date.parse(raised.changed_at) + DAY);

    // in hospital nobody calls at the door; home again is a change
    const away = await step(who.worker, row.path, 'suspend',
        { suspended_for: 'HOSPITAL', reason: '县医院住院' });
    assert.deepEqual([away.state, away.next_visit_due, away._overdue], ['suspended', null, []]);
    const back = await step(who.worker, row.path, 'resume', { change_kind: 'HOSPITAL' });
    assert.deepEqual([back.state, back.suspended_for], ['active', null]);
    assert.equal(due(back), Date.parse(back.changed_at) + DAY);
});

test('how often is the township\'s; who does not consent is not visited [E15]', async () => {
    const row = await file('黄月英', { categories: ['CHILD_LOST'] }, { birth: '1956-01-01' });
    assert.deepEqual([row.tier, row.special], ['K', true]); // 失独 is of the sixth kind
    const plugin = `/admin/townships/${TUOJIANG}/plugins/elderly`;
    await done(who.admin.put(plugin, { enabled: true, settings: { visit_days_k: 14, change_visit_hours: 6 } }));
    await later(DAY, 'elder_visits');
    assert.equal(due(await got(row.path)), endOf(row.active_since, 14));
    const changed = await step(who.worker, row.path, 'report_change', { change_kind: 'BEREAVED' });
    assert.equal(due(changed), Date.parse(changed.changed_at) + 6 * HOUR);
    await done(who.admin.put(plugin, { enabled: true, settings: {} }));

    const { etag } = await who.worker.get(row.path);
    await done(who.worker.patch(row.path, { consent_visit: false }, etag));
    await later(10 * MINUTE, 'elder_contacts');
    assert.equal((await got(row.path)).next_visit_due, null);
    const other = await file('不愿打扰', { consent_visit: false });
    assert.equal(other.next_visit_due, null);
});

test('an answered greeting call stands for a visit, where the township has it so [E06 E15]', async () => {
    const plugin = `/admin/townships/${TUOJIANG}/plugins/elderly`;
    const time = await callClock(server);
    for (const [setting, days] of [['true', 7], ['false', null]]) {
        await done(who.admin.put(plugin, { enabled: true, settings: { call_is_visit: setting === 'true' } }));
        const row = await file(`电话${setting}`, { categories: ['EMPTY_NEST'] });
        await made(who.worker.post(PLANS, { person: row.person, days: ['1', '2', '3', '4', '5', '6', '7'],
            call_at: '00:00', caller: who.worker.account, since: day(-3) }));
        await time.days(day(-1));
        const { items } = await got(`${CALLS}?person.eq=${row.person}&sort=due_at`);
        const call = `${CALLS}/${items.find(({ date }) => date === day(0)).id}`;
        const answered = await step(who.room, call, 'answer',
            { outcome: 'WELL', mood: 'GOOD', meal_ok: true });
        const known = await got(row.path);
        if (days) assert.equal(due(known), endOf(known.contacted_at, days));
        assert.equal(known.contacted_at, days && answered.contact_at);
    }
    await done(who.admin.put(plugin, { enabled: true, settings: {} }));
});

/* ---- lists, tables, the end -------------------------------------------------------------------- */

test('a clerk finds the special, the frail and the overdue; who reads masked is told none of it [E15 E16]', async () => {
    const ids = async (query, caller) => (await got(`${AT}?limit=200&${query}`, caller)).items.map(({ id }) => id);
    const frail = await file('何老', { categories: ['DISABLED'] });
    await assess(frail.person, [who.worker, who.second], 20);
    assert.deepEqual(await ids('ability.eq=4'), [frail.id]);
    assert.ok((await ids('special.eq=true&tier.eq=K')).includes(frail.id));
    assert.ok(!(await ids('special.eq=false')).includes(frail.id));
    assert.ok((await ids(`worker.eq=${who.worker.account}`)).includes(frail.id));
    assert.deepEqual(await ids('state.eq=active', who.helukou).catch(() => 'off'), 'off');
    assert.equal((await suyu.head.get(frail.path)).status, 404);
    const masked = await got(frail.path, who.operator);
    for (const field of ['categories', 'special', 'ability', 'diseases'])
        assert.ok(!(field in masked) && masked._masked.includes(field), field);
});

test('a table of profiles comes in; nobody types an ability [E16]', async () => {
    const names = ['甲老人', '乙老人', '丙老人'];
    const [a, b, c] = await Promise.all(names.map((name) => resident(name)));
    const job = await importRows(who.head, AT, [
        ['person', 'categories', 'living', 'tier', 'diseases', 'consent_visit'],
        [a.id, '独居、高龄', '独居', 'H', '高血压病', '是'],
        [b.id, '空巢', '与配偶居住', '', '', '否'],
        [c.id, '不明', '', 'K', '', '是'],
    ]);
    assert.equal(job.state, 'done', JSON.stringify(job));
    assert.deepEqual([job.counts.created, job.faulty], [2, [[4, 'categories', 'not_in_code_table']]]);
    const { items } = await got(`${AT}?person.eq=${a.id}`);
    assert.deepEqual([items[0].categories, items[0].tier], [['ALONE', 'AGED'], 'H']);
    await importRows(who.head, AT,
        [['person', 'categories', 'ability', 'consent_visit'], [c.id, '独居', '4', '是']]);
    const typed = await got(`${AT}?person.eq=${c.id}`);
    assert.deepEqual(typed.items.map(({ ability }) => ability), [null]);
});

const died = async ({ person }) => done(change(who.worker, `/station/residents/${person}`,
    { death_date: new Date(Date.now() + 8 * HOUR).toISOString().slice(0, 10) }));

test('a death ends the visits at once; the head closes the file [E15]', async () => {
    const row = await file('赵老太', { categories: ['ALONE'] });
    await died(row);
    await later(HOUR, 'elder_died');
    const told = await got(row.path);
    assert.deepEqual([told.state, told.closed_for, told.next_visit_due], ['active', 'DEATH', null]);
    await later(DAY, 'elder_visits');
    assert.equal((await got(row.path)).next_visit_due, null);
    const { items } = await got('/notices?limit=100', who.head);
    assert.equal(items.filter(({ text }) => text.includes('registered as dead')).length, 1);
    await refused(who.worker, row.path, 'close', 'not_permitted', { closed_for: 'DEATH', reason: '去世' });
    const closed = await step(who.head, row.path, 'close', { closed_for: 'DEATH', reason: '11月去世' });
    assert.ok(closed.state === 'closed' && closed.closed_at);
    const late = await who.head.patch(row.path, { floor: 2 }, (await who.head.get(row.path)).etag);
    assert.equal(late.status, 409);
});

test('a death in hospital is known as well, while the visits rest [E15]', async () => {
    const row = await file('钱老太', { categories: ['ALONE'] });
    await step(who.worker, row.path, 'suspend', { suspended_for: 'HOSPITAL', reason: '县医院住院' });
    await died(row);
    await later(HOUR, 'elder_died');
    const told = await got(row.path);
    assert.deepEqual([told.state, told.closed_for], ['suspended', 'DEATH']);
    const { items } = await got('/notices?limit=200', who.head);
    assert.ok(items.some(({ record_id, key }) => record_id === row.id && key === 'elder_profile.died'));
});
