// Lists: filters, order, limits, and cursors that give every row once while others write.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { HELUKOU, TUOJIANG, YANGHUA, faultsOf, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const ROWS = 500;
const LIST = '/station/requests';

let server, who, suyu, stations;
const made = []; // bodies of the requests of Tuojiang, as created

before(async () => {
    server = await startServer();
    ({ who, suyu, stations } = await openTwoCounties(server));
    for (let i = 0; i < ROWS; i += 25)
        made.push(...await Promise.all(Array.from({ length: 25 }, (_, k) => request(i + k))));
    // Ties in the order's key, as after an import: only the id tells such rows apart.
    await server.psql(`update station.request set received_at = date_trunc('second', received_at)`);
});
after(() => server?.stop());

async function request(n, { caller = who.worker, div = YANGHUA } = {}) {
    const answer = await caller.post(LIST, {
        div, channel: 'DOOR', category: n % 2 ? 'OTHER' : 'BUY_DRUG', domain: n % 3 ? 'K' : 'E',
        urgency: `U${1 + (n % 4)}`, content: `第${n}件`,
    });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
}

async function page(query, caller = who.worker, list = LIST) {
    const answer = await caller.get(`${list}?${query}`);
    assert.equal(answer.status, 200, `${query}: ${JSON.stringify(answer.body)}`);
    return answer.body;
}

/** Plans that the database logged of statements like this. */
function logged(statement) {
    const dir = join(server.place.state, 'data', 'log');
    return readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8')).join('')
        .split(/^(?=\d{4}-\d\d-\d\d )/m)
        .filter((text) => /plan:/.test(text) && statement.test(text));
}

/** All pages of a list; `between` runs after each. */
async function walk(query, between = async () => {}, caller = who.worker) {
    const items = [];
    for (let cursor = '', n = 0; cursor !== null && n < 100; n++) {
        const { items: more, next } = await page(`${query}${cursor && `&cursor=${cursor}`}`, caller);
        items.push(...more);
        cursor = next;
        await between(n);
    }
    return items;
}

const ids = (items) => items.map((item) => item.id);
const sorted = (list) => [...list].sort();

test('without a word: twenty, the newest first, with a cursor for more', async () => {
    const { items, next } = await page('');
    assert.equal(items.length, 20);
    assert.equal(typeof next, 'string');
    const times = items.map((item) => item.received_at);
    assert.deepEqual(times, sorted(times).reverse());
    assert.ok(!('rating_note' in items[0]) && 'content' in items[0] && '_actions' in items[0]);
});

test('a walk gives each of the rows once while others are written', async () => {
    for (const [query, limit] of [['sort=-received_at', 37], ['sort=received_at', 41], ['', 200],
        ['sort=-created_at', 64]]) {
        const fresh = [];
        const items = await walk(`limit=${limit}${query && `&${query}`}`, async (n) => {
            if (n < 8) fresh.push((await request(n)).id);
        });
        const seen = ids(items);
        assert.equal(new Set(seen).size, seen.length, query);
        const old = new Set(ids(made));
        assert.equal(seen.filter((id) => old.has(id)).length, made.length, query);
        // oldest first, the new ones come along at the end
        if (query === 'sort=received_at') assert.deepEqual(fresh.filter((id) => !seen.includes(id)), []);
        for (const id of fresh) made.push({ id });
    }
});

test('rows that go away meanwhile do not disturb the walk', async () => {
    const people = await Promise.all(Array.from({ length: 60 }, (_, n) =>
        who.head.post('/station/residents', { div: YANGHUA, name: `盘${n}妹` })));
    const gone = people.slice(25, 30);
    const seen = [];
    for (let cursor = ''; cursor !== null;) {
        const body = await page(`limit=20${cursor && `&cursor=${cursor}`}`, who.head, '/station/residents');
        seen.push(...ids(body.items));
        cursor = body.next;
        if (seen.length === 20)
            for (const { body: { id }, etag } of gone) await who.head.delete(`/station/residents/${id}`, etag);
    }
    assert.equal(new Set(seen).size, seen.length);
    const kept = people.filter((one) => !gone.includes(one)).map((one) => one.body.id);
    assert.deepEqual(kept.filter((id) => !seen.includes(id)), []);
});

test('filters: equal, one of several, several at once', async () => {
    const every = await walk('limit=200');
    const of = (holds) => sorted(ids(every.filter(holds)));
    const asked = async (query) => sorted(ids(await walk(`limit=200&${query}`)));
    assert.deepEqual(await asked('urgency.eq=U1'), of((x) => x.urgency === 'U1'));
    assert.deepEqual(await asked('urgency.in=U1,U4'), of((x) => ['U1', 'U4'].includes(x.urgency)));
    assert.deepEqual(await asked('urgency.in=U2&domain.eq=E'),
        of((x) => x.urgency === 'U2' && x.domain === 'E'));
    assert.deepEqual(await asked('state.in=new,accepted&open.eq=true&category.eq=OTHER&domain.eq=K'),
        of((x) => x.category === 'OTHER' && x.domain === 'K'));
    assert.deepEqual(await asked('open.eq=false'), []);
    assert.deepEqual(await asked('state.eq=no-such-state'), []);
    assert.deepEqual(await asked(`created_by.eq=${who.worker.account}`), of(() => true));
    assert.deepEqual(await asked(`created_by.eq=${who.head.account}`), []);
    assert.deepEqual(await asked(`org.eq=${stations[TUOJIANG]}`), of(() => true));
    assert.deepEqual(await asked(`org.eq=${stations[HELUKOU]}`), []);
});

test('fields: just what is asked for, in any number', async () => {
    const [first] = (await page('limit=1')).items;
    const few = (await page('limit=1&fields=no,state')).items[0];
    assert.deepEqual(few, { id: first.id, version: 1, no: first.no, state: 'new' });
    const unlisted = (await page('limit=1&fields=accepted_at,org,_actions')).items[0];
    assert.deepEqual(unlisted, {
        id: first.id, version: 1, org: first.org, accepted_at: null, _actions: first._actions,
    });
    assert.deepEqual(Object.keys((await page('limit=1&fields=')).items[0]), ['id', 'version']);
    const paged = await walk('limit=200&fields=no&sort=-received_at');
    assert.deepEqual(ids(paged), ids(await walk('limit=200')));
    for (const asked of ['colour', 'no,,state', 'no,id_number']) {
        const answer = await who.worker.get(`${LIST}?fields=${asked}`);
        assert.equal(answer.status, 400, asked);
        assert.deepEqual(faultsOf(answer), { '?fields': 'unknown_list_field' }, asked);
    }
});

test('order: by what an index backs, and by nothing else', async () => {
    const up = await walk('limit=200&sort=received_at');
    assert.deepEqual(ids(up), ids(await walk('limit=200&sort=-received_at')).reverse());
    for (const sort of ['urgency', '-content', 'id', '', '--received_at', 'received_at;drop'])
        assert.equal((await who.worker.get(`${LIST}?sort=${sort}`)).status, 400, sort);
});

test('limit: 1 to 200', async () => {
    assert.equal((await page('limit=1')).items.length, 1);
    assert.equal((await page('limit=200')).items.length, 200);
    for (const limit of ['0', '201', '-1', '1.5', 'all', '', '99999999999999999999'])
        assert.deepEqual(faultsOf(await who.worker.get(`${LIST}?limit=${limit}`)),
            { '?limit': 'bad_limit' }, limit);
});

test('unknown questions are refused, all of them at once', async () => {
    const answer = await who.worker.get(`${LIST}?colour.eq=red&state.gt=new&limit=0&page=2`);
    assert.deepEqual([answer.status, answer.body.code], [400, 'bad_query']);
    assert.deepEqual(faultsOf(answer), {
        '?colour.eq': 'unknown_filter', '?state.gt': 'unknown_operator',
        '?page': 'unknown_parameter', '?limit': 'bad_limit',
    });
    const twice = await who.worker.get(`${LIST}?urgency.eq=U1&urgency.eq=U2`);
    assert.deepEqual([twice.status, twice.body.code], [400, 'duplicate_parameter']);
    assert.equal((await who.worker.get(`${LIST}?urgency.in=${'U1,'.repeat(200)}U1`)).status, 400);
    assert.equal((await who.worker.get(`${LIST}?person.eq=' or true --`)).status, 400);
});

test('a cursor is good for its own list, filter, order and caller only', async () => {
    const { next } = await page('limit=10&urgency.eq=U1');
    const again = `limit=10&urgency.eq=U1&cursor=${next}`;
    assert.equal((await page(again)).items.length, 10);
    assert.equal((await page(`limit=50&urgency.eq=U1&cursor=${next}`)).items.length, 50);
    const refused = async (caller, path) => {
        const answer = await caller.get(path);
        assert.deepEqual([answer.status, faultsOf(answer)], [400, { '?cursor': 'bad_cursor' }], path);
    };
    await refused(who.worker, `${LIST}?limit=10&cursor=${next}`);
    await refused(who.worker, `${LIST}?limit=10&urgency.eq=U2&cursor=${next}`);
    await refused(who.worker, `${LIST}?limit=10&urgency.eq=U1&sort=received_at&cursor=${next}`);
    await refused(who.worker, `/station/residents?cursor=${next}`);
    await refused(who.helukou, `${LIST}?${again}`);
    await refused(who.admin, `${LIST}?${again}`);
    await refused(suyu.head, `${LIST}?${again}`);
    assert.equal((await who.head.get(`${LIST}?${again}`)).status, 200); // same station, same list
    for (let i = 0; i < next.length; i += 7) {
        const other = next[i] === 'A' ? 'B' : 'A';
        await refused(who.worker,
            `${LIST}?limit=10&urgency.eq=U1&cursor=${next.slice(0, i)}${other}${next.slice(i + 1)}`);
    }
    for (const bad of ['', '=', 'AAAA', next.slice(0, -1), `${next}AA`, next.repeat(20)])
        await refused(who.worker, `${LIST}?limit=10&urgency.eq=U1&cursor=${bad}`);
});

test('the neighbours see their own rows, the county all, masked readers masks', async () => {
    const there = await request(1, { caller: who.operator, div: `${HELUKOU}201` });
    assert.deepEqual(ids((await page('', who.helukou)).items), [there.id]);
    assert.deepEqual((await page('', suyu.head)).items, []);
    assert.deepEqual((await page('', suyu.admin)).items, []);
    assert.equal((await walk('limit=200', undefined, who.admin)).length, made.length + 1);
    const person = await who.head.post('/station/residents', { div: YANGHUA, name: '奉大成' });
    const masked = await page('limit=200', who.operator, '/station/residents');
    assert.ok(masked.items.some((item) => item.id === person.body.id));
    for (const item of masked.items) assert.ok(!item.name.includes('大成') && !('address' in item));
});

test('a list leaves one row in the audit, with its count', async () => {
    const answer = await who.worker.get(`${LIST}?limit=7`);
    assert.deepEqual(await server.rows(`select action, object, n from core.audit
        where request = '${answer.headers.get('x-request-id')}'`),
    [{ action: 'list', object: 'station.request', n: 7 }]);
});

// As a station has them after some years: most are closed.
test('the page of my station\'s open requests comes straight from its index', async () => {
    await server.psql(`
        alter table station.request disable row level security;
        insert into station.request (county, id, div, org, change, created_by, updated_by, no, channel,
            category, domain, urgency, content, received_at, state)
        select county, gen_random_uuid(), div, org, change, created_by, updated_by, no || '-' || n,
            channel, category, domain, urgency, content, received_at - n * interval '1 hour', 'closed'
          from (select * from station.request limit 500) r, generate_series(1, 40) n;
        alter table station.request enable row level security;
        analyze station.request;
        alter role wulian_app set session_preload_libraries = 'auto_explain';
        alter role wulian_app set auto_explain.log_min_duration = 0;
        select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wulian_app'`);
    const query = `${LIST}?org.eq=${stations[TUOJIANG]}&open.eq=true`;
    for (let i = 0; i < 20; i++) await who.worker.get(query, { Connection: 'close' });
    const plans = () => logged(/order by t\.received_at desc/);
    for (let i = 0; plans().length < 20 && i < 400; i++) await sleep(25);
    assert.ok(plans().length >= 20, `${plans().length} plans logged`);
    for (const plan of plans()) {
        assert.match(plan, /Index Scan using request_queue on request t/);
        assert.doesNotMatch(plan, /Seq Scan on request|\bSort \b/);
    }
});

test('whoever asks for everything in every way takes nothing from others', async () => {
    // far more combinations than statements are kept; the others are sent once, with their values
    const columns = ['state', 'urgency', 'domain', 'category', 'open', 'staff', 'person', 'org', 'created_by'];
    const values = {
        state: 'new', urgency: 'U1', domain: 'K', category: 'OTHER', open: 'true', org: stations[TUOJIANG],
        created_by: who.worker.account, staff: who.worker.account, person: made[0].id,
    };
    const queries = [];
    for (const [i, a] of columns.entries())
        for (const b of columns.slice(i + 1))
            for (const ops of [['eq', 'eq'], ['eq', 'in'], ['in', 'eq'], ['in', 'in']])
                for (const sort of ['received_at', '-received_at'])
                    queries.push(`${a}.${ops[0]}=${values[a]}&${b}.${ops[1]}=${values[b]}&sort=${sort}`);
    for (let at = 0; at < queries.length; at += 16)
        await Promise.all(queries.slice(at, at + 16).map((query) =>
            page(`limit=1&${query}`, who.worker)));
    // plans are still logged, see above
    const unkept = () => logged(/created_by = '[0-9a-f-]{36}'::uuid/);
    for (let i = 0; unkept().length <= 10 && i < 100; i++) await sleep(100);
    assert.ok(unkept().length > 10, 'none was planned for its values');
    const every = await walk('limit=200&state.eq=new');
    const is = { state: 'new', urgency: 'U1', domain: 'K', category: 'OTHER' };
    for (const [query, wanted] of [
        ['urgency.in=U1,U2&urgency.eq=U1&state.eq=new', ['urgency']],
        ['state.in=new,done&urgency.eq=U1&domain.eq=K&category.in=OTHER', Object.keys(is)],
        [`created_by.in=${who.worker.account}&org.in=${stations[TUOJIANG]}&domain.in=K&open.eq=true`,
            ['domain']],
        [`org.eq=${stations[HELUKOU]}&domain.in=K,E&state.eq=new`, null],
        [`state.in=new&category.eq=OTHER&urgency.in=U1`, ['category', 'urgency']],
    ]) {
        const right = every.filter((row) => wanted?.every((name) => row[name] === is[name]));
        assert.deepEqual(ids(await walk(`limit=30&${query}`)), ids(wanted ? right : []), query);
    }
    assert.deepEqual(await page('state.eq=new&limit=5', suyu.head), { items: [], next: null });
    assert.equal((await page('state.eq="}\\&limit=5')).items.length, 0);
});
