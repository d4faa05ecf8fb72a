// The agenda: what is due to whom, of every record with limits, and how much of it is late.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { HELUKOU, JIANGHUA, SHUNHE, TUOJIANG, YANGHUA, openTwoCounties, people }
    from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';
import { built } from '../plugins/sources.mjs';

let server, who, suyu, stations, person;

before(async () => {
    server = await startServer({ env: {
        WULIAN_PATHS_PLUGINS: built, WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
        WULIAN_PLUGINS_ENABLED: 'disability',
    } });
    ({ who, suyu, stations } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        other: ['social_worker', TUOJIANG, '赵社工'], section: ['county_section', JIANGHUA, '县科员'],
        village: ['room_worker', YANGHUA, '村社工'], grid: ['grid_worker', TUOJIANG, '网格员'],
        auditor: ['audit_admin', JIANGHUA, '审计员'], leader: ['county_leader', JIANGHUA, '局长'],
    }));
    const put = await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/disability`, { enabled: true });
    assert.equal(put.status, 200);
    person = (await who.worker.post('/station/residents', { name: '盘大山', div: YANGHUA })).body.id;
});
after(() => server?.stop());

async function request(div = YANGHUA, more = {}, caller = who.operator) {
    const made = await caller.post('/station/requests', { div, channel: 'HOTLINE', category: 'OTHER',
        domain: 'K', urgency: 'U3', content: '问', ...more });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
}

const day = (shift) => new Date(Date.now() + 8 * 3600e3 + shift * 864e5).toISOString().slice(0, 10);
let devices = 0;
async function loan(back) {
    const made = await who.worker.post('/disability/loans', { person, device: 'WHEELCHAIR',
        device_no: `W-${++devices}`, lent_on: day(-30), return_by: day(back), deposit_fen: 0 });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body;
}

async function agenda(caller, query = 'whose=station') {
    const answer = await caller.get(`/agenda?limit=200&${query}`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body.items;
}
/** "limit limit" of a row on somebody's agenda. */
const limits = async (caller, id, query) => (await agenda(caller, query))
    .filter((item) => item.id === id).map(({ limit }) => limit).sort().join(' ');

test('a new request is due to whoever may accept it; handed on, to its worker alone', async () => {
    const made = await request();
    const path = `/station/requests/${made.id}`;
    const mine = (caller) => limits(caller, made.id, 'whose=me');
    assert.equal(await mine(who.head), 'due_accept_at due_finish_at');
    assert.equal(await mine(who.operator), 'due_accept_at due_finish_at');
    assert.equal(await mine(who.worker), '');
    assert.equal(await mine(who.helukou), '');
    await who.head.act(path, 'accept');
    assert.equal(await mine(who.head), 'due_finish_at'); // to assign it
    assert.equal(await mine(who.section), 'due_finish_at'); // likewise
    assert.equal(await mine(who.other), '');
    await who.head.act(path, 'assign', { staff: who.worker.account });
    assert.equal(await mine(who.head), '');
    assert.equal(await mine(who.worker), 'due_finish_at');
    assert.equal(await mine(who.other), '');
    await who.worker.act(path, 'start');
    assert.equal((await who.worker.act(path, 'finish', { result: '已办' })).status, 200);
    assert.equal(await mine(who.worker), '');
    assert.equal(await limits(who.head, made.id), '');
});

test('an item says what it is, where, whose and until when', async () => {
    const made = await request(YANGHUA, { urgency: 'U2', content: '保密' });
    await who.head.act(`/station/requests/${made.id}`, 'accept');
    const [item] = (await agenda(who.head)).filter(({ id }) => id === made.id);
    assert.deepEqual(item, {
        record: 'station.request', label: 'service request', limit: 'due_finish_at',
        limit_label: 'to be finished by', id: made.id, title: `${made.no} other`, state: 'accepted',
        state_label: 'accepted', due: made.due_finish_at, overdue: false, staff: null, person: null,
        div: YANGHUA, org: stations[TUOJIANG], href: `/api/v1/station/requests/${made.id}`,
    });
    assert.equal((await who.head.get(item.href)).status, 200);
    const zh = (await who.head.get('/agenda?whose=station&limit=200', { 'Accept-Language': 'zh-CN' }))
        .body.items.find(({ id }) => id === made.id);
    assert.deepEqual([zh.label, zh.state_label], ['服务诉求', '已受理']);
    const lent = await loan(9);
    assert.equal((await agenda(who.head)).find(({ id }) => id === lent.id).person, person);
});

test('all records stand in one order, page by page, and late ones can be asked for', async () => {
    const late = await loan(-3), later = await loan(9), made = await request();
    await server.psql(`update station.request set due_accept_at = now() - interval '1 day'
        where id = '${made.id}'`);
    const all = await agenda(who.head);
    assert.ok(['station.request', 'disability.device_loan']
        .every((record) => all.some((item) => item.record === record)));
    assert.deepEqual(all.map(({ due }) => due), all.map(({ due }) => due).sort());
    const overdue = await agenda(who.head, 'whose=station&overdue=true');
    assert.deepEqual(overdue.map(({ id, limit }) => `${id} ${limit}`),
        [`${late.id} due_at`, `${made.id} due_accept_at`]);
    assert.ok(overdue.every((item) => item.overdue));
    assert.ok(!all.find(({ id }) => id === later.id).overdue);
    const seen = [];
    for (let next = ''; next !== null;) {
        const { body } = await who.head.get(`/agenda?whose=station&limit=3${next && `&cursor=${next}`}`);
        assert.ok(body.items.length <= 3);
        seen.push(...body.items);
        next = body.next;
    }
    assert.deepEqual(seen, all);
});

test('while somebody else has it the clock stands: open, and not late', async () => {
    const made = await request();
    const path = `/station/requests/${made.id}`;
    await who.head.act(path, 'accept');
    await who.head.act(path, 'assign', { staff: who.worker.account });
    await who.worker.act(path, 'start');
    assert.equal((await who.worker.act(path, 'transfer',
        { reason: '转县医院', transfer_kind: 'DEPT' })).status, 200);
    assert.equal((await who.section.act(path, 'consent')).status, 200);
    await server.psql(`update station.request set due_finish_at = now() - interval '1 hour'
        where id = '${made.id}'`);
    const [item] = (await agenda(who.worker, 'whose=me')).filter(({ id }) => id === made.id);
    assert.deepEqual([item.state, item.overdue], ['waiting', false]);
    assert.equal(await limits(who.worker, made.id, 'whose=me&overdue=true'), '');
});

test('each sees the own place, the county all of it or one station, nobody another county', async () => {
    const [here, there] = [await request(), await request(`${HELUKOU}201`)];
    const abroad = await request(`${SHUNHE}001`, {}, suyu.head.token ? await abroadOperator() : null);
    const ids = async (caller, query) => (await agenda(caller, query)).map(({ id }) => id)
        .filter((id) => [here.id, there.id, abroad.id].includes(id));
    const once = async (caller, query) => [...new Set(await ids(caller, query))].sort();
    assert.deepEqual(await once(who.head), [here.id]);
    assert.deepEqual(await once(who.village), [here.id]);
    assert.deepEqual(await once(who.helukou), [there.id]);
    assert.deepEqual(await once(who.admin, 'whose=county'), [here.id, there.id].sort());
    assert.deepEqual(await once(who.admin, `whose=station&station=${stations[HELUKOU]}`), [there.id]);
    assert.deepEqual(await once(who.helukou, `whose=station&station=${stations[TUOJIANG]}`), []);
    assert.deepEqual(await once(suyu.head), [abroad.id]);
    assert.deepEqual(await once(suyu.admin, 'whose=county'), [abroad.id]);
    const refused = await who.head.get('/agenda?whose=county');
    assert.deepEqual([refused.status, refused.body.code], [403, 'whole_county_only']);
});

async function abroadOperator() {
    const { operator } = await people(server, 321311, { operator: ['hotline_operator', 321311, '接线'] });
    return operator;
}

test('only what the role may read, and where the plugin is on', async () => {
    const mine = await loan(5);
    const records = async (caller, query) =>
        [...new Set((await agenda(caller, query)).map(({ record }) => record))].sort();
    assert.deepEqual(await records(who.worker), ['disability.device_loan', 'station.request']);
    assert.deepEqual(await records(who.leader, `whose=station&station=${stations[TUOJIANG]}`),
        ['station.request']);
    assert.deepEqual(await records(who.grid), []); // creates, reads nothing
    assert.deepEqual(await records(who.auditor, 'whose=county'), []);
    const path = `/admin/townships/${TUOJIANG}/plugins/disability`;
    const off = await who.admin.put(path, { enabled: false });
    assert.deepEqual([off.status, off.body.enabled], [200, false]);
    assert.deepEqual(await records(who.worker), ['station.request']);
    assert.equal(await limits(who.section, mine.id, 'whose=county'), '');
    await who.admin.put(path, { enabled: true });
    assert.equal(await limits(who.worker, mine.id), 'due_at');
});

test('a narrowed token sees what it was given, and the database holds that by itself', async () => {
    const made = await who.worker.post('/tokens', { name: '大屏', permissions: ['disability.read'], days: 1 });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const narrow = Object.assign(Object.create(Object.getPrototypeOf(who.worker)), who.worker,
        { token: made.body.token });
    assert.deepEqual([...new Set((await agenda(narrow)).map(({ record }) => record))],
        ['disability.device_loan']);
    const [{ v }] = await server.rows(`select p.version as v from admin.post p
        where p.account = '${who.worker.account}'`);
    const [{ v: tenant }] = await server.rows(`select version as v from core.tenant where county = ${JIANGHUA}`);
    const token = made.body.token.slice(`wl1_${JIANGHUA}_`.length);
    const held = await server.psql(`begin; select core.enter(${JIANGHUA}, '${token}', ${v}, ${tenant}, null,
        null, true, null); select core.session_holds('${token}', array['disability.read', 'request.read', '',
        'request.read disability.read', 'no.such']); rollback`, 'wulian_app');
    assert.equal(held.trim(), '{t,f,f,t,f}');
});

test('either wall alone keeps a place\'s work to it', async () => {
    const made = await request(`${HELUKOU}201`);
    await server.psql('alter table station.request disable row level security');
    try {
        assert.equal(await limits(who.head, made.id), '');
        assert.equal(await limits(suyu.admin, made.id, 'whose=county'), '');
        assert.notEqual(await limits(who.helukou, made.id), '');
    } finally {
        await server.psql('alter table station.request enable row level security');
    }
});

test('a look leaves one row with its count in the audit', async () => {
    const n = (await agenda(who.other)).length;
    const [row] = await server.rows(`select action, n from core.audit where object = 'core.agenda'
        and actor = '${who.other.account}' order by at desc limit 1`);
    assert.deepEqual(row, { action: 'list', n });
});

test('what cannot be asked says so', async () => {
    for (const [caller, bad] of [[who.head, 'whose=all'], [who.head, 'limit=0'], [who.head, 'limit=201'],
        [who.head, 'overdue=1'], [who.head, 'colour=red'], [who.head, 'cursor=x'],
        [who.head, 'station=x'], [who.admin, 'whose=station']]) {
        const answer = await caller.get(`/agenda?${bad}`);
        assert.equal(answer.status, 400, bad);
    }
    const page = await who.head.get('/agenda?whose=station&limit=1');
    assert.ok(page.body.next);
    // a cursor belongs to its question and to its post
    assert.equal((await who.head.get(`/agenda?limit=1&cursor=${page.body.next}`)).status, 400);
    assert.equal((await who.other.get(`/agenda?whose=station&limit=1&cursor=${page.body.next}`)).status, 400);
    assert.equal((await who.head.get('/agenda/counts?x=1')).status, 400);
});

test('the county sees how much is open and late at each station', async () => {
    const { body } = await who.section.get('/agenda/counts');
    const all = await agenda(who.section, 'whose=county');
    for (const org of Object.values(stations)) {
        const of = body.items.find((item) => item.org === org);
        const its = all.filter((item) => item.org === org);
        assert.equal(of.open, its.length);
        assert.equal(of.overdue, its.filter(({ overdue }) => overdue).length);
        for (const kind of of.kinds) {
            const same = its.filter(({ record, limit }) => record === kind.record && limit === kind.limit);
            assert.deepEqual([kind.open, kind.overdue],
                [same.length, same.filter(({ overdue }) => overdue).length]);
        }
    }
    const { name, div } = body.items.find((item) => item.org === stations[TUOJIANG]);
    assert.deepEqual([name, div], ['沱江镇社工站', `${TUOJIANG}000`]);
    const own = await who.helukou.get('/agenda/counts');
    assert.deepEqual(own.body.items.map(({ org }) => org), [stations[HELUKOU]]);
});

test('no branch reads a table through', async () => {
    const insert = (state, n, from) => `insert into station.request (county, id, div, org, change, created_by,
            updated_by, no, channel, category, domain, urgency, content, received_at, due_accept_at,
            due_finish_at, state)
        select ${JIANGHUA}, gen_random_uuid(), ${YANGHUA}, '${stations[TUOJIANG]}', gen_random_uuid(),
               '${who.head.account}', '${who.head.account}', '${from}-' || n, 'DOOR', 'OTHER', 'K', 'U3', '事',
               now(), now() + n * interval '1 minute', now() + n * interval '1 hour', '${state}'
          from generate_series(1, ${n}) n;
        insert into disability.device_loan (county, id, div, org, change, created_by, updated_by, no, person,
            device, device_no, lent_on, return_by, deposit_fen, state)
        select ${JIANGHUA}, gen_random_uuid(), ${YANGHUA}, '${stations[TUOJIANG]}', gen_random_uuid(),
               '${who.head.account}', '${who.head.account}', '${from}-' || n, '${person}', 'WHEELCHAIR',
               '${from}-' || n, current_date, current_date + n % 900, 0,
               '${state === 'new' ? 'lent' : 'returned'}'
          from generate_series(1, ${n}) n;`;
    await server.psql(insert('closed', 12000, 'x') + insert('new', 600, 'y'));
    await server.psql('vacuum (analyze)');
    await server.psql(`alter role wulian_app set session_preload_libraries = 'auto_explain'`);
    await server.psql(`alter role wulian_app set auto_explain.log_min_duration = 0`);
    await server.psql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wulian_app'`);
    await server.healthy();
    const plans = () => {
        const dir = join(server.place.state, 'data', 'log');
        return readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8')).join('')
            .split(/^(?=\d{4}-\d\d-\d\d )/m)
            .filter((text) => /plan:/.test(text) && text.includes(`'core.agenda'`));
    };
    let asked = 0;
    for (const [caller, ...queries] of [[who.head, 'whose=me', 'whose=station', 'whose=station&overdue=true'],
        [who.village, 'whose=me'], [who.section, 'whose=county', 'whose=me']])
        for (const query of queries) {
            const first = await caller.get(`/agenda?${query}`, { Connection: 'close' });
            assert.equal(first.status, 200);
            asked++;
            if (!first.body.next) continue;
            const next = await caller.get(`/agenda?${query}&cursor=${first.body.next}`);
            assert.equal(next.status, 200);
            asked++;
        }
    assert.equal((await who.section.get('/agenda/counts')).status, 200);
    asked++;
    for (let i = 0; plans().length < asked && i < 100; i++) await sleep(25);
    assert.ok(plans().length >= asked);
    const scans = plans().map((plan) => [...plan.matchAll(/^.* Scan .*\b(?:request|device_loan)\b.*$/gm)]
        .map(([line]) => line.trim()));
    for (const lines of scans) {
        assert.equal(lines.length, 3, lines.join('\n'));
        // each of these holds what is open, and nothing else
        for (const line of lines)
            assert.match(line, /Index Scan using (request_due_(accept|finish)|device_loan_(due|once)) on /);
    }
});

test('what is open about one person, whoever has to keep it', async () => {
    const made = await who.worker.post('/station/residents', { div: YANGHUA, name: '问一人' });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const person = made.body.id;
    const asked = await who.operator.post('/station/requests', { div: YANGHUA, channel: 'HOTLINE', person,
        category: 'OTHER', domain: 'K', urgency: 'U3', content: '问' });
    assert.equal(asked.status, 201, JSON.stringify(asked.body));
    const about = async (caller, more = '') => (await caller.get(`/agenda?person=${person}${more}`));
    for (const caller of [who.head, who.worker, who.admin]) {
        const { status, body } = await about(caller);
        assert.equal(status, 200, JSON.stringify(body));
        assert.deepEqual([...new Set(body.items.map(({ id }) => id))], [asked.body.id], caller.login);
        assert.ok(body.items.every((item) => item.person === person));
        assert.equal(body.next, null);
        assert.deepEqual((await about(caller, '&overdue=true')).body.items, []);
    }
    for (const caller of [who.helukou, suyu.head, suyu.admin])
        assert.deepEqual((await about(caller)).body.items, [], caller.login);
    const looked = await about(who.head);
    assert.deepEqual(await server.rows(`select object_id from core.audit where object = 'core.agenda'
        and request = '${looked.headers.get('x-request-id')}'`), [{ object_id: person }]);
    for (const more of ['&whose=me', '&cursor=x', '&station=x'])
        assert.equal((await about(who.head, more)).status, 400, more);
    assert.equal((await who.head.get('/agenda?person=x')).status, 400);
});
