// Every way a value can be wrong, by the code a client gets and where it points; several at once; in two
// languages. The last test asks whether each message of the records was met, here or in another test.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { idNumber, uuid7 } from '../lib/api.mjs';
import { JIANGHUA, TUOJIANG, YANGHUA, faultAt, faultsOf, openTwoCounties, people }
    from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';

const messages = (lang) =>
    JSON.parse(readFileSync(join(root, `core/record/messages/${lang}.json`), 'utf8'));
const GOOD_ID = idNumber('431129', '19500101', 1);
const LONG = (n) => '长'.repeat(n);

let server, who, suyu, person;
const met = new Set();

/** Remembers every code of an answer for the last test. */
function note(answer) {
    if (answer.body?.code) met.add(`problem.${answer.body.code}`);
    for (const fault of answer.body?.errors ?? []) met.add(`fault.${fault.code}`);
    return answer;
}

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { section: ['county_section', JIANGHUA, '社工股'] }));
    const made = await who.head.post('/station/residents', { div: YANGHUA, name: '单秀英' });
    person = made.body.id;
});
after(() => server?.stop());

/** One field of a body that is else right: [field, value, code of the fault or undefined]. */
const CASES = {
    '/station/residents': [
        () => ({ div: YANGHUA, name: '单秀英' }),
        ['name', 7, 'text_expected'], ['name', ['单'], 'text_expected'], ['name', {}, 'text_expected'],
        ['name', '', 'too_short'], ['name', LONG(61), 'too_long'], ['name', LONG(60)],
        ['name', '单\u0007英', 'control_character'], ['name', '单\u202e英', 'control_character'],
        ['name', ' \u3000 ', 'too_short'], ['name', '单\u007f英', 'control_character'],
        ['name', null, 'required'], ['name', undefined, 'required'],
        ['address', `一行\n二行\t末`], ['address', LONG(200)], ['address', LONG(201), 'too_long'],
        ['address', '𠮷'.repeat(200)], ['address', null],
        ['sex', '2'], ['sex', '3', 'not_in_code_table'], ['sex', 2, 'not_in_code_table'],
        ['birth', '1943-12-05'], ['birth', '2996-02-29', 'in_future'], ['birth', '1943-02-29', 'date_expected'],
        ['birth', '1943-2-9', 'date_expected'], ['birth', '19431205', 'date_expected'],
        ['birth', '1943-12-05T00:00:00Z', 'date_expected'], ['birth', 19431205, 'date_expected'],
        ['birth', '0000-01-01', 'date_expected'],
        ['id_number', GOOD_ID], ['id_number', ` ${idNumber('431129', '19500101', 3)} `],
        ['id_number', '43112919500101', 'id_number_length'],
        ['id_number', '431129X95001010011', 'id_number_characters'],
        ['id_number', idNumber('431129', '19500230', 1), 'id_number_birth_date_impossible'],
        ['id_number', idNumber('431129', '29500101', 1), 'id_number_birth_date_impossible'],
        ['id_number', GOOD_ID.slice(0, 17) + (GOOD_ID[17] === '1' ? '2' : '1'), 'id_number_check_digit'],
        ['id_number', 431129195001010011, 'text_expected'], ['id_number', null],
        ['death_date', '2020-01-05'],
        ['phone', '138 0746 5678'], ['phone', '+86 13807465678'], ['phone', '0746-2323456'],
        ['phone', '1380746567', 'phone_length'], ['phone', 'call me', 'phone_characters'],
        ['phone', 13807465678, 'text_expected'],
        ['hukou_div', '431129100010'], ['hukou_div', '431129', 'division_expected'],
        ['hukou_div', '44010000000x', 'division_expected'],
        ['div', '431129100', 'division_expected'], ['div', '321311001001', 'division_elsewhere'],
        ['div', '431129100999', 'division_unknown'],
        ['id', '00000000-0000-4000-8000-000000000000', 'id7_expected'],
        ['colour', 'red', 'unknown_field'], ['created_by', uuid7(), 'unknown_field'],
        ['', 1, 'unknown_field'],
    ],
    '/station/visits': [
        () => ({ person, kind: 'ROUTINE', visited_at: '2026-01-05T09:30:00+08:00', result: RESULT }),
        ['visited_at', '2026-01-05 09:30', 'time_expected'], ['visited_at', '2026-01-05', 'time_expected'],
        ['visited_at', '2026-01-05T09:30:00', 'time_expected'],
        ['visited_at', '2026-01-05T25:00:00Z', 'time_expected'], ['visited_at', '2026-01-05T09:30:00Z'],
        ['visited_at', '2999-01-05T09:30:00Z', 'in_future'], ['visited_at', 1767576600, 'time_expected'],
        ['minutes', 30], ['minutes', 0, 'too_small'], ['minutes', 1441, 'too_large'], ['minutes', 1440],
        ['minutes', '30', 'integer_expected'], ['minutes', 30.5, 'integer_expected'],
        ['minutes', true, 'integer_expected'], ['minutes', 1e30, 'integer_expected'],
        ['person', 'nobody', 'id_expected'], ['person', 5, 'id_expected'],
        ['person', uuid7(), 'reference_unknown'], ['request', uuid7(), 'reference_unknown'],
        ['person', null, 'required'],
    ],
    '/elderly/profiles': [
        () => ({ person, categories: ['ALONE'], tier: TIER, consent_visit: true }),
        ['categories', 'ALONE', 'list_expected'], ['categories', Array(51).fill('ALONE'), 'list_expected'],
        ['categories', ['ALONE', 'ALONE'], 'twice', '/categories/1'],
        ['categories', ['ALONE', 'x'], 'not_in_code_table', '/categories/1'],
        ['categories', ['ALONE"', 'x'], 'not_in_code_table', '/categories/0'],
        ['ability', '2', 'read_only'], ['assessed_on', '2026-01-05', 'read_only'],
        ['consent_visit', 'yes', 'boolean_expected'], ['consent_visit', 1, 'boolean_expected'],
        ['floor', -6, 'too_small'], ['floor', 121, 'too_large'],
        ['state', 'active', 'read_only'], ['reason', 'x', 'read_only'],
    ],
    '/elderly/meal_orders': [
        () => ({ person, date: '2099-01-05', meal: MEAL, mode: 'CANTEEN' }),
        ['price_fen', 1000, 'read_only'], ['subsidy_fen', 300, 'read_only'],
        ['self_fen', 700, 'read_only'], ['stop_no', 0, 'too_small'],
        ['date', '2026-01-05', 'order_closed'],
    ],
    '/station/requests': [
        () => ({ div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U4', content: '咨询' }),
        ['no', '431129-R20260101-0001', 'read_only'], ['state', 'closed', 'read_only'],
        ['received_at', '2026-01-05T09:30:00Z', 'read_only'], ['staff', uuid7(), 'read_only'],
        ['rating', 5, 'read_only'], ['caller_phone', '12', 'phone_length'],
    ],
};
let RESULT, TIER, MEAL;

test('each wrong value is told at its place, each right one accepted', async () => {
    [RESULT, TIER, MEAL] = (await server.psql(`select
        (select min(code) from core.code where tab = 'VISIT_RESULT'),
        (select min(code) from core.code where tab = 'ELDER_TIER'),
        (select min(code) from core.code where tab = 'MEAL')`)).split('|');
    for (const [path, [base, ...cases]] of Object.entries(CASES)) {
        for (const [field, value, code, pointer = `/${field}`] of cases) {
            const answer = note(await who.worker.post(path, { ...base(), [field]: value }));
            const what = `${path} ${field}=${JSON.stringify(value)}: ${JSON.stringify(answer.body)}`;
            assert.equal(answer.status, code ? 422 : 201, what);
            if (code) assert.deepEqual(faultsOf(answer), { [pointer]: code }, what);
        }
    }
});

test('several faults are told at once, and nothing is written', async () => {
    const before = await server.psql('select count(*) from station.resident');
    const answer = note(await who.worker.post('/station/residents', {
        div: '4311', sex: 'x', birth: '2999-01-01', phone: '1', id_number: '1', colour: 'red', id: 'x',
    }));
    assert.equal(answer.status, 422);
    assert.deepEqual(faultsOf(answer), {
        '/id': 'id7_expected', '/div': 'division_expected', '/name': 'required',
        '/sex': 'not_in_code_table', '/birth': 'in_future', '/phone': 'phone_length',
        '/id_number': 'id_number_length', '/colour': 'unknown_field',
    });
    assert.equal(await server.psql('select count(*) from station.resident'), before);
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`f${i}`, i]));
    const bounded = note(await who.worker.post('/station/residents', { ...many, name: 'x' }));
    assert.equal(bounded.body.errors.length, 64);
});

test('the text is in the caller\'s language, with the numbers filled in', async () => {
    const body = { div: YANGHUA, name: LONG(61), sex: 'x' };
    const ask = (language) => who.worker.call('POST', '/station/residents', body,
        { 'Accept-Language': language });
    const details = (answer) => answer.body.errors.map((fault) => fault.detail).sort();
    const en = await ask('en');
    assert.deepEqual(details(en),
        ['Not a code of table SEX that is valid today', 'must have at most 60 characters']);
    assert.equal(en.body.title, 'The input has faults');
    for (const language of ['zh-CN', 'zh', '', 'fr', 'en;q=0.1, zh;q=0.9']) {
        const zh = await ask(language);
        for (const text of [zh.body.title, ...details(zh)]) assert.match(text, /[\u4e00-\u9fff]/, language);
        assert.ok(details(zh).some((text) => text.includes('60')));
        assert.deepEqual(faultsOf(zh), faultsOf(en));
    }
});

test('actions: their input, their state, whose they are, and how often', async () => {
    const made = await who.worker.post('/station/requests', {
        div: YANGHUA, person, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U3', content: '咨询',
    });
    const path = `/station/requests/${made.body.id}`;
    const act = async (caller, action, body, options) =>
        note(await caller.act(path, action, body, options));
    const ok = async (...args) => assert.equal((await act(...args)).status, 200, args.join(' '));

    assert.deepEqual(faultsOf(await act(who.head, 'reject', { staff: person })),
        { '/staff': 'not_an_input', '/reason': 'required' });
    assert.equal((await act(who.head, 'accept', { nonsense: 1 })).body.errors[0].code, 'unknown_field');
    assert.equal(note(await who.head.post(`${path}/actions/accept`)).body.code, 'if_match_required');
    assert.equal((await act(who.head, 'accept', undefined, { ifMatch: 'x' })).body.code,
        'if_match_unreadable');
    await ok(who.head, 'accept');
    assert.equal((await act(who.head, 'accept')).body.code, 'wrong_state');
    for (const staff of [uuid7(), who.helukou.account, suyu.head.account, who.admin.account])
        assert.equal(faultAt(await act(who.head, 'assign', { staff }), '/staff'), 'reference_unknown');
    await ok(who.head, 'assign', { staff: who.worker.account });
    assert.equal((await act(who.head, 'start')).body.code, 'not_yours');
    await ok(who.worker, 'return', { reason: '不熟悉' });
    await ok(who.head, 'assign', { staff: who.worker.account });
    await ok(who.worker, 'return', { reason: '不熟悉' });
    await ok(who.section, 'decide', { staff: who.worker.account }); // twice returned: the county's word
    assert.equal((await act(who.worker, 'return', { reason: '还是不行' })).body.code, 'returned_twice');
    assert.equal((await act(who.head, 'assign', {})).status, 422);
    await ok(who.worker, 'start');
    for (let i = 0; i < 2; i++) {
        await ok(who.worker, 'finish', { result: '已办' });
        await ok(who.operator, 'callback', { rating: 2 });
        await ok(who.operator, 'reopen', { reason: '没办好' });
    }
    await ok(who.worker, 'finish', { result: '已办' });
    for (const [rating, code] of [[0, 'too_small'], [6, 'too_large'], ['5', 'integer_expected'],
        [null, 'required']])
        assert.equal(faultAt(await act(who.operator, 'callback', { rating }), '/rating'), code);
    await ok(who.operator, 'callback', { rating: 2 });
    assert.equal((await act(who.operator, 'reopen', { reason: '还没办好' })).body.code, 'reopened_twice');
    const late = await who.worker.post('/elderly/errands',
        { person, request: made.body.id, kind: 'BUY_DRUG', items: '两盒' });
    assert.equal(faultAt(note(late), '/request'), 'request_not_open');
    await ok(who.operator, 'close');
    assert.equal((await act(who.operator, 'close')).body.code, 'wrong_state');

    const own = await who.worker.post('/station/requests', {
        div: YANGHUA, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U3', content: '站长自办',
    });
    const ownPath = `/station/requests/${own.body.id}`;
    for (const [action, body] of [['accept'], ['assign', { staff: who.head.account }], ['start'],
        ['finish', { result: '已办' }]])
        assert.equal((await who.head.act(ownPath, action, body)).status, 200);
    assert.equal(note(await who.head.act(ownPath, 'callback', { rating: 5 })).body.code,
        'handled_by_you');
});

test('changing: what is fixed, what is nothing, what has moved on', async () => {
    const made = await who.worker.post('/station/visits', {
        person, kind: 'ROUTINE', visited_at: '2026-01-05T09:30:00Z', result: RESULT,
    });
    const path = `/station/visits/${made.body.id}`;
    assert.deepEqual(faultsOf(note(await who.worker.patch(path, { person }, made.etag))),
        { '/person': 'fixed' });
    assert.equal(note(await who.worker.patch(path, {}, made.etag)).body.code, 'nothing_to_change');
    assert.equal((await who.worker.patch(path, { minutes: 10 }, made.etag, 'twice')).status, 200);
    assert.equal(note(await who.worker.patch(path, { minutes: 20 }, made.etag)).body.code,
        'changed_meanwhile');
    assert.equal(note(await who.worker.patch(path, { minutes: 20 }, made.etag, 'twice')).body.code,
        'idempotency_key_reused');
});

test('search: by exactly one key that is known, with a text worth searching', async () => {
    const search = async (body) => note(await who.worker.post('/station/residents/search', body));
    for (const body of [{}, { name: '单', pinyin: 's' }, { address: '三组' }, { sex: '2' }]) {
        const answer = await search(body);
        assert.deepEqual([answer.status, answer.body.code], [422, 'search_one_key'], JSON.stringify(body));
    }
    for (const [body, pointer, code] of [
        [{ name: '' }, '/name', 'search_text'], [{ name: LONG(61) }, '/name', 'search_text'],
        [{ name: 5 }, '/name', 'search_text'], [{ pinyin: '单' }, '/pinyin', 'search_text'],
        [{ id_number: '4311' }, '/id_number', 'id_number_length'],
        [{ phone: null }, '/phone', 'text_expected'],
    ])
        assert.deepEqual(faultsOf(await search(body)), { [pointer]: code });
});

test('lists and reports: what may be asked', async () => {
    const ask = async (query) => note(await who.worker.get(`/station/requests?${query}`));
    for (const [query, pointer, code] of [
        ['colour.eq=red', '?colour.eq', 'unknown_filter'], ['state=new', '?state', 'unknown_parameter'],
        ['state.gt=new', '?state.gt', 'unknown_operator'],
        ['content.eq=x', '?content.eq', 'unknown_filter'], ['state.eq=', '?state.eq', 'bad_value'],
        ['org.eq=x', '?org.eq', 'id_expected'], ['open.eq=maybe', '?open.eq', 'boolean_expected'],
        ['count=many', '?count', 'bad_count'],
        [`state.in=${Array(201).fill('new')}`, '?state.in', 'too_many_values'],
        ['person.eq=x', '?person.eq', 'id_expected'], ['urgency.eq=U9', '?urgency.eq', 'not_in_code_table'],
        [['state', 'open', 'urgency', 'domain', 'category'].flatMap((f) => ['eq', 'ne', 'in', 'isnull']
            .map((op) => `${f}.${op}=${{ state: 'new', open: 'true', urgency: 'U1', domain: 'E', category: 'OTHER' }[f]}`)
            .map((asked) => asked.replace(/(isnull)=.*/, '$1=true'))).slice(0, 17).join('&'),
        '?category.eq', 'too_many_filters'],
        ['sort=content', '?sort', 'unknown_sort'], ['fields=colour', '?fields', 'unknown_list_field'],
        ['limit=0', '?limit', 'bad_limit'],
        ['limit=201', '?limit', 'bad_limit'], ['limit=x', '?limit', 'bad_limit'],
        ['cursor=x', '?cursor', 'bad_cursor'],
    ]) {
        const answer = await ask(query);
        assert.equal(answer.status, 400, query);
        assert.deepEqual(faultsOf(answer), { [pointer]: code }, query);
    }
    const period = note(await who.head.get('/reports/SM-01?period=2026-1'));
    assert.deepEqual([period.status, faultsOf(period)], [400, { '?period': 'period_expected' }]);
});

/** Whether another test names the code: it asserts that it is met there. */
const otherTests = ['tests/api', 'tests/isolation', 'tests/crash', 'tests/plugins']
    .flatMap((dir) => readdirSync(join(root, dir)).map((name) => join(root, dir, name)))
    .filter((path) => path.endsWith('.test.mjs') && !path.endsWith('/validation.test.mjs'))
    .map((path) => readFileSync(path, 'utf8')).join('');
const namedElsewhere = (key) =>
    new RegExp(`'${key.replace(/^\w+\./, '').replace(/\.detail$/, '')}'`).test(otherTests);

test('every message of the records was met, and stands in both languages', async () => {
    const [en, zh] = [messages('en'), messages('zh-CN')];
    assert.deepEqual(Object.keys(zh).sort(), Object.keys(en).sort());
    // not to be had from a whole installation: no keys, no field that takes a list so large
    const beyond = ['fault.keys_missing', 'problem.keys_missing', 'fault.list_too_large'];
    assert.deepEqual(Object.keys(en).filter((key) => /^(fault|problem)\./.test(key) &&
        !met.has(key) && !beyond.includes(key) && !namedElsewhere(key)), []);
});
