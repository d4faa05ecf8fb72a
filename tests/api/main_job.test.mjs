// The main job, from the county admin's switch to the county report, as its people do it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { idNumber } from '../lib/api.mjs';
import { JIANGHUA, SUYU, activate, addPerson, openCounty, openStations, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const TUOJIANG = '431129100', HELUKOU = '431129106', YANGHUA = '431129100010';
const WIDOW_ID = idNumber('432926', '19431205', 4); // the county's code until 1994
const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);

let server, who, suyu, stations;
const job = {}; // what earlier steps made

before(async () => {
    server = await startServer();
    await openCounty(server, JIANGHUA);
    await openCounty(server, SUYU);
    who = await people(server, JIANGHUA, {
        admin: ['county_admin', 431129, '何局员'],
    });
    stations = await openStations(who.admin, { [TUOJIANG]: '沱江镇', [HELUKOU]: '河路口镇' });
    Object.assign(who, await people(server, JIANGHUA, {
        operator: ['hotline_operator', 431129, '唐接线'],
        head: ['station_head', TUOJIANG, '李站长'],
        worker: ['social_worker', TUOJIANG, '盘社工'],
        other: ['social_worker', TUOJIANG, '赵社工'],
        helukou: ['station_head', HELUKOU, '奉站长'],
    }));
    suyu = await people(server, SUYU, { admin: ['county_admin', 321311, '宿豫管理员'] });
});
after(() => server?.stop());

function problemAt(answer, pointer) {
    return answer.body.errors?.find((fault) => fault.pointer === pointer)?.code;
}

test('1. the county admin turns the elderly plugin on for one township only', async () => {
    const on = await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true });
    assert.equal(on.status, 200, JSON.stringify(on.body));
    assert.equal((await who.worker.get('/elderly/errands')).status, 200);
    const off = await who.helukou.get('/elderly/errands');
    assert.equal(off.status, 404);
    assert.equal(off.body.code, 'plugin-not-enabled');
    const notHers = await who.head.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: false });
    assert.equal(notHers.status, 403);
});

test('2. the operator registers the widow with a checked id number', async () => {
    const widow = {
        div: YANGHUA, name: '单秀英', sex: '2', birth: '1943-12-05', marital: '30',
        phone: '138 0746 5678', address: '阳华社区三组',
    };
    const wrongDigit = WIDOW_ID.slice(0, 17) + (WIDOW_ID[17] === '0' ? '1' : '0');
    const refused = await who.operator.post('/station/residents', { ...widow, id_number: wrongDigit });
    assert.equal(refused.status, 422);
    assert.equal(problemAt(refused, '/id_number'), 'id_number_check_digit');
    // check digit right, date impossible
    const noDate = await who.operator.post('/station/residents',
        { ...widow, id_number: '431129202102290016' });
    assert.equal(problemAt(noDate, '/id_number'), 'id_number_birth_date_impossible');

    const made = await who.operator.post('/station/residents', { ...widow, id_number: WIDOW_ID });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    job.widow = made.body.id;
    const again = await who.operator.post('/station/residents', { ...widow, id_number: WIDOW_ID });
    assert.equal(problemAt(again, '/id_number'), 'resident_id_number');
});

test('2. and finds her by name, pinyin, initials and id number', async () => {
    for (const query of [{ name: '单' }, { name: '单秀英' }, { pinyin: 'shanxiuying' },
        { pinyin: 'sxy' }, { pinyin: 'Shan Xiu' }, { id_number: WIDOW_ID }, { phone: '13807465678' }]) {
        const found = await who.operator.post('/station/residents/search', query);
        assert.equal(found.status, 200, JSON.stringify([query, found.body]));
        assert.deepEqual(found.body.items.map((item) => item.id), [job.widow], JSON.stringify(query));
    }
    const none = await who.operator.post('/station/residents/search', { pinyin: 'danxiuying' });
    assert.deepEqual(none.body.items, []); // 单 is Shàn as a surname
    const seen = (await who.operator.post('/station/residents/search', { name: '单' })).body.items[0];
    assert.equal(seen.name, '单**'); // the hotline reads masked
    assert.equal(seen.id_number, `432926********${WIDOW_ID.slice(14)}`);
    const head = (await who.head.get(`/station/residents/${job.widow}`)).body;
    assert.equal(head.name, '单秀英');
    assert.equal(head.phone, '138****5678');
});

test('3. a same-day request goes to the station, with due times from the settings', async () => {
    const made = await who.operator.post('/station/requests', {
        div: YANGHUA, person: job.widow, channel: 'HOTLINE', category: 'BUY_DRUG', domain: 'E',
        urgency: 'U2', content: '独居，降压药吃完了，下雨出不了门',
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const request = made.body;
    job.request = `/station/requests/${request.id}`;
    job.requestId = request.id;
    assert.match(request.no, /^431129-R\d{8}-0001$/);
    assert.equal(request.state, 'new');
    assert.equal(request.org, stations[TUOJIANG]);
    const minutes = (from, to) => (Date.parse(to) - Date.parse(from)) / 60000;
    assert.equal(minutes(request.received_at, request.due_accept_at), 30);
    assert.equal(minutes(request.received_at, request.due_finish_at), 8 * 60);
    assert.equal((await who.helukou.get(job.request)).status, 404); // another station's
});

test('3. only allowed transitions, each by whom it belongs to', async () => {
    assert.equal((await who.worker.act(job.request, 'accept')).status, 403);
    assert.equal((await who.head.act(job.request, 'close')).body.code, 'wrong_state');
    assert.equal((await who.head.post(`${job.request}/actions/accept`)).status, 428);
    const accepted = await who.head.act(job.request, 'accept');
    assert.equal(accepted.status, 200, JSON.stringify(accepted.body));
    assert.equal(accepted.body.state, 'accepted');
    const stale = await who.head.post(`${job.request}/actions/assign`, { staff: who.worker.account },
        { ifMatch: '"v1.00000000"' });
    assert.equal(stale.status, 412);
    const nobody = await who.head.act(job.request, 'assign', { staff: who.helukou.account });
    assert.equal(nobody.status, 422); // not on this station's staff
    assert.equal(problemAt(nobody, '/staff'), 'reference_unknown');
    const assigned = await who.head.act(job.request, 'assign', { staff: who.worker.account });
    assert.equal(assigned.status, 200, JSON.stringify(assigned.body));
    assert.equal((await who.other.act(job.request, 'start')).body.code, 'not_yours');
    const seen = await who.worker.get(job.request);
    assert.ok(seen.body._actions.includes('start'));
    assert.ok(!(await who.other.get(job.request)).body._actions.includes('start'));
    assert.equal((await who.worker.act(job.request, 'start')).body.state, 'in_progress');
});

test('4. the worker makes the errand from the request, and its money balances', async () => {
    const made = await who.worker.post('/elderly/errands', {
        person: job.widow, request: job.requestId, kind: 'BUY_DRUG',
        items: '硝苯地平缓释片两盒', drug_name: '硝苯地平缓释片', drug_note: '按空药瓶购买',
        drug_checked: '药店核对空药瓶',
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal(made.body.div, YANGHUA); // where she lives
    job.errand = `/elderly/errands/${made.body.id}`;
    assert.equal((await who.worker.get(job.request)).body.plugin_ref, `elderly.errand:${made.body.id}`);

    assert.equal((await who.worker.act(job.errand, 'accept')).body.state, 'accepted');
    const noReceipt = await who.worker.act(job.errand, 'purchase', { advance_fen: 5000, spent_fen: 3860 });
    assert.equal(problemAt(noReceipt, '/receipt'), 'required');
    const notWhole = await who.worker.act(job.errand, 'purchase',
        { advance_fen: 50.5, spent_fen: 3860, receipt: '00123' });
    assert.equal(problemAt(notWhole, '/advance_fen'), 'money_expected');
    const bought = await who.worker.act(job.errand, 'purchase',
        { advance_fen: 5000, spent_fen: 3860, receipt: '00123' });
    assert.equal(bought.body.state, 'purchased', JSON.stringify(bought.body));
    const handed = await who.worker.act(job.errand, 'deliver',
        { wellbeing: 'OK', handed_to: '本人', other_need: '想有人陪聊' });
    assert.equal(handed.body.state, 'delivered', JSON.stringify(handed.body));
    const own = await who.worker.act(job.errand, 'settle', { returned_fen: 1140 });
    assert.equal(own.body.code, 'errand_own_advance');
    const short = await who.head.act(job.errand, 'settle', { returned_fen: 1000 });
    assert.equal(short.status, 422);
    assert.equal(problemAt(short, '/returned_fen'), 'errand_balance');
    const settled = await who.head.act(job.errand, 'settle', { returned_fen: 1140 });
    assert.equal(settled.body.state, 'settled', JSON.stringify(settled.body));
    assert.equal(settled.body.advance_fen, settled.body.spent_fen + settled.body.returned_fen);
});

test('5. the operator calls back and closes; who handled it may not', async () => {
    assert.equal((await who.worker.act(job.request, 'finish', { result: '药已送到，老人身体平稳' })).body.state,
        'done');
    assert.equal((await who.worker.act(job.request, 'callback', { rating: 5 })).status, 403);
    const six = await who.operator.act(job.request, 'callback', { rating: 6 });
    assert.equal(problemAt(six, '/rating'), 'too_large');
    const called = await who.operator.act(job.request, 'callback', { rating: 5, callback_note: '很满意' });
    assert.equal(called.body.state, 'callback', JSON.stringify(called.body));
    const closed = await who.operator.act(job.request, 'close');
    assert.equal(closed.body.state, 'closed', JSON.stringify(closed.body));
    assert.equal(closed.body.open, false);
});

test('5. a head who handles a request herself may not close it', async () => {
    const made = await who.worker.post('/station/requests', {
        div: YANGHUA, person: job.widow, channel: 'DOOR', category: 'OTHER', domain: 'K', urgency: 'U3',
        content: '站长自办',
    });
    const path = `/station/requests/${made.body.id}`;
    await who.head.act(path, 'accept');
    await who.head.act(path, 'assign', { staff: who.head.account });
    await who.head.act(path, 'start');
    assert.equal((await who.head.act(path, 'finish', { result: '已办' })).body.state, 'done');
    const refused = await who.head.act(path, 'callback', { rating: 5 });
    assert.equal(refused.status, 403);
    assert.equal(refused.body.code, 'handled_by_you');
    assert.ok(!(await who.head.get(path)).body._actions.includes('callback'));
});

test('6. both reports show it, and each number opens to its rows', async () => {
    const station = await who.head.get(`/reports/SM-01?period=${PERIOD}`);
    assert.equal(station.status, 200, JSON.stringify(station.body));
    const of = (report, code) => report.body.indicators.find((item) => item.code === code);
    assert.equal(of(station, 'M04').value, 2);
    assert.equal(of(station, 'M04P').value, 1); // one person, two requests
    assert.deepEqual(of(station, 'M05').share, { kind: 'on_time', value: 1, of: 1 });
    assert.deepEqual(of(station, 'M13').by_kind.map(({ kind, value }) => [kind, value]),
        [['BUY_DRUG', 1]]);
    const county = await who.admin.get(`/reports/CM-01?period=${PERIOD}`);
    assert.deepEqual(of(county, 'M04').by_township, [{ township: TUOJIANG, value: 2 }]);

    const rows = await who.admin.get(of(county, 'M13').rows);
    assert.equal(rows.body.items.length, 1);
    assert.equal(`/api/v1${job.errand}`, rows.body.items[0].href);
    assert.equal((await who.admin.get(rows.body.items[0].href)).status, 200);
    const elsewhere = await who.helukou.get(`/reports/SM-01?period=${PERIOD}`);
    assert.equal(of(elsewhere, 'M04').value, 0);
    assert.equal(of(elsewhere, 'M13'), undefined); // the plugin is off there
    assert.equal((await who.admin.get('/reports/CM-01?period=2026-13')).status, 400);
});

test('6. persons are counted anew at each level, never summed', async () => {
    // The same widow asks at the other town's station: two towns, still one person.
    const made = await who.operator.post('/station/requests', {
        div: `${HELUKOU}000`, person: job.widow, channel: 'HOTLINE', category: 'OTHER', domain: 'K',
        urgency: 'U4', content: '在亲戚家咨询政策',
    });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    assert.equal(made.body.org, stations[HELUKOU]);
    const county = await who.admin.get(`/reports/CM-01?period=${PERIOD}`);
    const persons = county.body.indicators.find((item) => item.code === 'M04P');
    assert.equal(persons.value, 1);
    assert.deepEqual(persons.by_township.map((item) => item.value), [1, 1]);
});

test('7. every step stands in the audit, for the audit administrator only', async () => {
    const auditor = await activate(server, await addPerson(server,
        { login: `audit@${JIANGHUA}`, name: '审计员', role: 'audit_admin' }));
    const trail = await auditor.get(`/audit?object_id=${job.requestId}&limit=200`);
    assert.equal(trail.status, 200, JSON.stringify(trail.body));
    const actions = trail.body.items.map((item) => item.action);
    for (const step of ['create', 'accept', 'assign', 'start', 'link', 'finish', 'callback', 'close', 'look'])
        assert.ok(actions.includes(step), `${step} in ${actions}`);
    const looks = await auditor.get(`/audit?object_id=${job.widow}`);
    assert.ok(looks.body.items.some((item) => item.action === 'look' && item.actor === who.head.account));
    assert.ok(!JSON.stringify([trail.body, looks.body]).includes('单秀英'));
    for (const caller of [who.admin, who.head, who.operator, suyu.admin])
        assert.equal((await caller.get('/audit')).status, 403);
    const cases = await auditor.get('/station/residents');
    assert.equal(cases.status, 403);
});

test('8. turning the plugin on and off takes effect on all workers at once; rows stay', async () => {
    const path = `/admin/townships/${HELUKOU}/plugins/elderly`;
    const status = async (count) => {
        const seen = new Set();
        for (let i = 0; i < count; i++) {
            // a new connection each time: any worker may answer
            const answer = await who.helukou.get('/elderly/errands', { Connection: 'close' });
            seen.add(answer.status);
        }
        return [...seen];
    };
    for (const route of ['/elderly/errands', '/elderly/profiles', '/elderly/meal_orders', job.errand,
        `/elderly/residents/${job.widow}/card`]) {
        const answer = await who.helukou.get(route);
        assert.deepEqual([answer.status, answer.body.code], [404, 'plugin-not-enabled'], route);
    }
    assert.equal((await who.admin.put(path, { enabled: true })).status, 200);
    assert.deepEqual(await status(20), [200]);
    const resident = await who.helukou.post('/station/residents', { name: '奉小妹', div: `${HELUKOU}201` });
    assert.equal(resident.status, 201, JSON.stringify(resident.body));
    const errand = await who.helukou.post('/elderly/errands',
        { person: resident.body.id, kind: 'BUY_FOOD', items: '蔬菜' });
    assert.equal(errand.status, 201, JSON.stringify(errand.body));
    assert.equal((await who.admin.put(path, { enabled: false })).status, 200);
    assert.deepEqual(await status(20), [404]);
    // the county still reads the row, and nothing new is made there
    assert.equal((await who.admin.get(`/elderly/errands/${errand.body.id}`)).status, 200);
    assert.equal((await who.helukou.post('/elderly/errands',
        { person: resident.body.id, kind: 'BUY_FOOD', items: '米' })).status, 404);
    assert.equal((await who.admin.put(path, { enabled: true })).status, 200);
    assert.equal((await who.helukou.get(`/elderly/errands/${errand.body.id}`)).status, 200);
    await who.admin.put(path, { enabled: false });
});

test('8. a plugin route in C answers inside the caller\'s scope', async () => {
    const card = await who.worker.get(`/elderly/residents/${job.widow}/card`);
    assert.equal(card.status, 200, JSON.stringify(card.body));
    assert.deepEqual([card.body.name, card.body.open_errands], ['单秀英', 0]);
});

test('9. staff of another county find nothing', async () => {
    for (const path of [job.request, job.errand, `/station/residents/${job.widow}`,
        `${job.request}/history`]) {
        const answer = await suyu.admin.get(path);
        assert.equal(answer.status, 404, path);
    }
    const found = await suyu.admin.post('/station/residents/search', { id_number: WIDOW_ID });
    assert.deepEqual(found.body.items, []);
    assert.deepEqual((await suyu.admin.get('/station/requests')).body.items, []);
});

test('requests merge one way only, and a merged one is fixed', async () => {
    const one = async (content) => (await who.operator.post('/station/requests', {
        div: YANGHUA, person: job.widow, channel: 'HOTLINE', category: 'OTHER', domain: 'K', urgency: 'U4', content,
    })).body.id;
    const [first, again] = [await one('路灯不亮'), await one('路灯还是不亮')];
    const merge = (id, into) => who.operator.act(`/station/requests/${id}`, 'merge', { merged_into: into });
    assert.equal((await merge(again, first)).body.state, 'merged');
    assert.equal((await merge(first, again)).body.code, 'others_merged_into_it');
    const path = `/station/requests/${again}`;
    const now = await who.operator.get(path);
    assert.equal((await who.operator.patch(path, { content: '改' }, now.etag)).status, 409);
});

test('history tells every version and what changed in it', async () => {
    const answer = await who.head.get(`${job.request}/history`);
    assert.equal(answer.status, 200);
    const versions = answer.body.items.map((item) => item.version);
    assert.deepEqual(versions, [...versions].sort((a, b) => b - a));
    assert.equal(answer.body.items[0].state, 'closed');
    assert.ok(answer.body.items[0]._changed.includes('closed_at'));
});
