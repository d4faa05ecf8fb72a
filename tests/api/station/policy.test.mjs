// Policy parameters: national defaults, what each level sets instead, from when to when and on which
// document; nothing is taken for sure before somebody confirms it. And the library of the documents.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, faultsOf, openTwoCounties, people } from '../../lib/county.mjs';
import { startServer } from '../../lib/server.mjs';
import { importRows, upload } from '../../lib/tables.mjs';

const VALUES = '/station/policy_values', DOCS = '/station/policy_docs';
const KEY = 'request.finish_minutes.U3', PERCENT = 'major.quorum_percent';

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, {
        section: ['county_section', JIANGHUA, '县科员'], officer: ['township_officer', TUOJIANG, '镇干部'],
        local: ['county_admin', TUOJIANG, '镇管理员'] }));
});
after(() => server?.stop());

function must({ status, body, ...rest }, wanted) {
    assert.equal(status, wanted, JSON.stringify(body));
    return { status, body, ...rest };
}

const params = async (caller, query = '') =>
    must(await caller.get(`/station/policy_params?${query}`), 200).body.items;
const param = async (on, key = KEY, caller = who.worker) =>
    (await params(caller, `key=${key}${on ? `&on=${on}` : ''}`))[0];
const set = (body, caller = who.section) => caller.post(VALUES,
    { key: KEY, level: 'COUNTY', effective_from: '2026-01-01', ...body });
const inUse = async (on) => {
    const { value, level, confirmed } = await param(on);
    return [value, level, confirmed];
};

// ---- parameters ----------------------------------------------------------------------------------

test('every key stands there with default, unit, mark and basis; each default fits its unit', async () => {
    const items = await params(who.worker);
    const keys = await server.rows('select key, value, unit, mark, basis from core.policy_default order by key');
    assert.deepEqual(items.map(({ key, default_value, unit, mark, default_basis }) =>
        ({ key, value: default_value, unit, mark, basis: default_basis ?? null }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)), keys.sort((a, b) => (a.key < b.key ? -1 : 1)));
    for (const item of items) {
        assert.ok(item.labels.zh && item.labels.en, `${item.key} has no words`);
        assert.ok(item.unit !== 'code' || item.choices.some(({ v }) => v === item.value), `${item.key} has no choices`);
        assert.equal(item.value, item.default_value);
        assert.equal(item.confirmed, !['[A]', '[M?]'].includes(item.mark), item.key);
    }
    assert.deepEqual(await server.rows(`select key, value, unit from core.policy_default d
        where not core.policy_value_fits(d.key, d.value)`), []);
    assert.equal((await who.worker.get('/station/policy_params?on=2026-02-30')).status, 400);
    assert.deepEqual(await params(who.worker, 'key=no.such.key'), []);
});

test('a value counts from its day, says that nobody has confirmed it, and then who has', async () => {
    const before = await param('2026-03-31');
    const made = must(await set({ value: '5000', effective_from: '2026-04-01', effective_to: '2026-07-01',
        basis: '江民发〔2026〕3号' }), 201);
    assert.deepEqual([made.body.unit, made.body.state], [before.unit, 'proposed']);
    assert.equal((await param('2026-03-31')).value, before.default_value);
    assert.deepEqual(await inUse('2026-04-01'), ['5000', 'COUNTY', false]);
    assert.deepEqual(await inUse('2026-06-30'), ['5000', 'COUNTY', false]);
    assert.equal((await param('2026-07-01')).value, before.default_value);
    const row = `${VALUES}/${made.body.id}`;
    assert.equal((await who.worker.act(row, 'confirm')).status, 403);
    must(await who.admin.act(row, 'confirm'), 200);
    const now = await param('2026-05-01');
    assert.deepEqual([now.confirmed, now.confirmed_by, now.basis, now.id],
        [true, who.admin.account, '江民发〔2026〕3号', made.body.id]);
    // what the whole system goes by
    const said = await server.psql(`begin; set local wl.county = '${JIANGHUA}';
        select core.param(${JIANGHUA}, '${KEY}', '2026-05-01'),
               core.param(${JIANGHUA}, '${KEY}', '2026-07-01'); commit`);
    assert.equal(said.trim(), `5000|${before.default_value}`);
});

test('one for a while goes before a standing one and gives way again; no two begin on one day', async () => {
    must(await set({ value: '6000', effective_from: '2027-01-01' }), 201);
    const short = must(await set({ value: '7000', effective_from: '2027-03-01',
        effective_to: '2027-04-01' }), 201);
    assert.deepEqual([await inUse('2027-02-28'), await inUse('2027-03-15'), await inUse('2027-04-01')]
        .map(([value]) => value), ['6000', '7000', '6000']);
    const twice = await set({ value: '8000', effective_from: '2027-03-01' });
    assert.deepEqual(faultsOf(twice), { '/effective_from': 'policy_value_once' });
    must(await who.section.act(`${VALUES}/${short.body.id}`, 'withdraw', { reason: '误填' }), 200);
    assert.deepEqual((await inUse('2027-03-15'))[0], '6000');
    must(await set({ value: '8000', effective_from: '2027-03-01', effective_to: '2027-03-10' }), 201);
    assert.deepEqual((await inUse('2027-03-05'))[0], '8000');
});

test('a lower level stands over a higher one; a higher one names its document', async () => {
    const at = { effective_from: '2028-01-01' };
    assert.deepEqual(faultsOf(await set({ ...at, level: 'PROVINCE', value: '100' })),
        { '/basis': 'required_if' });
    const basis = '湘民发〔2027〕9号';
    must(await set({ ...at, level: 'NATIONAL', value: '90', basis: '民发〔2027〕1号' }), 201);
    must(await set({ ...at, level: 'PROVINCE', value: '100', basis }), 201);
    // the county's own of 2027 has no end
    assert.deepEqual((await inUse('2028-06-01')).slice(0, 2), ['6000', 'COUNTY']);
    const own = (await who.section.get(`${VALUES}?key.eq=${KEY}&level.eq=COUNTY`)).body.items
        .find(({ value }) => value === '6000');
    must(await who.section.act(`${VALUES}/${own.id}`, 'confirm'), 200);
    must(await who.section.act(`${VALUES}/${own.id}`, 'end', { effective_to: '2028-01-01' }), 200);
    assert.deepEqual((await inUse('2028-06-01')).slice(0, 2), ['100', 'PROVINCE']);
    must(await set({ ...at, level: 'CITY', value: '110', basis: '永民发〔2027〕2号' }), 201);
    assert.deepEqual((await inUse('2028-06-01')).slice(0, 2), ['110', 'CITY']);
    assert.deepEqual((await inUse('2027-12-31')).slice(0, 2), ['6000', 'COUNTY']);
});

test('a doubted default is confirmed by taking it over as the nation\'s value', async () => {
    const { default_value: value, confirmed } = await param(null, PERCENT);
    assert.equal(confirmed, false);
    const made = must(await set({ key: PERCENT, level: 'NATIONAL', value, effective_from: '2026-01-01',
        basis: '县民政局党组会议纪要〔2026〕1号' }), 201);
    must(await who.admin.act(`${VALUES}/${made.body.id}`, 'confirm'), 200);
    const now = await param(null, PERCENT);
    assert.deepEqual([now.value, now.level, now.confirmed], [value, 'NATIONAL', true]);
});

test('the value has the form of its unit, the key is known, the dates follow each other', async () => {
    const wrong = async (body) => faultsOf(must(await set({ effective_from: '2030-01-01', ...body }), 422));
    for (const value of ['3 days', '-5', '1.5', '1234567890123', 'ja'])
        assert.deepEqual(await wrong({ value }), { '/value': 'policy_value_form' }, value);
    assert.deepEqual(await wrong({ key: PERCENT, value: '33.3' }), { '/value': 'policy_value_form' });
    assert.deepEqual(await wrong({ key: 'no.such.key', value: '1' }), { '/key': 'policy_key' });
    assert.deepEqual(await wrong({ value: '5', effective_to: '2030-01-01' }), { '/effective_to': 'after' });
    assert.deepEqual(await wrong({ value: '5', level: 'VILLAGE' }), { '/level': 'not_in_code_table' });
    const local = await set({ value: '5', effective_from: '2030-01-01' }, who.local);
    assert.deepEqual(faultsOf(local), { '/key': 'policy_whole_county' });
});

test('read by whoever serves, set by the county alone; another county sees none of it', async () => {
    const rows = (await who.section.get(`${VALUES}?limit=200`)).body.items;
    for (const caller of [who.worker, who.officer, who.operator, who.helukou]) {
        const list = must(await caller.get(`${VALUES}?limit=200`), 200).body.items;
        assert.deepEqual(list.map(({ id }) => id), rows.map(({ id }) => id));
        assert.equal((await set({ value: '5', effective_from: '2031-01-01' }, caller)).status, 403);
    }
    assert.deepEqual((await suyu.head.get(VALUES)).body.items, []);
    assert.equal((await suyu.head.get(`${VALUES}/${rows[0].id}`)).status, 404);
    const [theirs] = await params(suyu.head, `key=${KEY}&on=2026-05-01`);
    assert.equal(theirs.value, theirs.default_value);
});

test('who changed what and when stays on record', async () => {
    const [row] = (await who.section.get(`${VALUES}?key.eq=${KEY}&sort=effective_from&limit=1`)).body.items;
    const { items } = must(await who.worker.get(`${VALUES}/${row.id}/history`), 200).body;
    assert.deepEqual(items.map(({ version, state }) => [version, state]),
        [[2, 'confirmed'], [1, 'proposed']]);
    const traces = await server.rows(`select actor, action from core.audit
        where object_id = '${row.id}' and action in ('create', 'confirm') order by at`);
    assert.deepEqual(traces, [{ actor: who.section.account, action: 'create' },
        { actor: who.admin.account, action: 'confirm' }]);
    const late = await who.section.patch(`${VALUES}/${row.id}`, { value: '1' }, '"v2"');
    assert.deepEqual([late.status, late.body.code], [409, 'wrong_state']);
});

// ---- the library ---------------------------------------------------------------------------------

const doc = (body) => ({ issuer: '江华瑶族自治县民政局', level: 'COUNTY', topic: 'SOCIAL_WORK',
    issued_on: '2026-02-01', ...body });

test('a local policy stands in the library with its file, number and topic [K18]', async () => {
    const file = await upload(who.admin, Buffer.from('%PDF-1.4\n%%EOF\n'), '方案.csv');
    const made = must(await who.admin.post(DOCS, doc({ no: '江民发〔2026〕8号',
        title: '乡镇社工站实体化建设实施细则', summary: '站点、人员、经费、考核', valid_from: '2026-03-01' })), 201);
    assert.equal(made.body.state, 'draft');
    must(await who.admin.act(`${DOCS}/${made.body.id}`, 'publish'), 200);
    for (const caller of [who.worker, who.helukou, who.operator]) {
        const { body } = must(await caller.get(`${DOCS}?topic.eq=SOCIAL_WORK&level.eq=COUNTY`), 200);
        assert.deepEqual(body.items.map(({ no }) => no), ['江民发〔2026〕8号']);
        assert.equal((await caller.post(DOCS, doc({ no: 'x1', title: '无权' }))).status, 403);
    }
    const fixed = await who.admin.get(`${DOCS}/${made.body.id}`);
    assert.equal((await who.admin.patch(`${DOCS}/${made.body.id}`, { title: '改题' }, fixed.etag))
        .body.code, 'wrong_state');
    const unfit = await who.admin.post(DOCS, doc({ no: 'x2', title: '附件', file }));
    assert.deepEqual(faultsOf(unfit), { '/file': 'file_unfit' }); // a table is no document
    const again = await who.admin.post(DOCS, doc({ no: '江民发〔2026〕8号', title: '重号' }));
    assert.deepEqual(faultsOf(again), { '/no': 'not_unique' });
    assert.deepEqual((await suyu.head.get(DOCS)).body.items, []);
});

test('a new version takes the place of the old one; both stay to be read [K18]', async () => {
    const old = (await who.worker.get(`${DOCS}?no.eq=${encodeURIComponent('江民发〔2026〕8号')}`)).body.items[0];
    const next = must(await who.section.post(DOCS, doc({ no: '江民发〔2026〕20号', replaces: old.id,
        title: '乡镇社工站实体化建设实施细则（修订）', issued_on: '2026-06-01', valid_from: '2026-07-01' })), 201).body;
    assert.equal((await who.worker.get(`${DOCS}/${old.id}`)).body.state, 'in_force');
    must(await who.section.act(`${DOCS}/${next.id}`, 'publish'), 200);
    const { body } = await who.worker.get(`${DOCS}/${old.id}`);
    assert.deepEqual([body.state, body.superseded_by, body.valid_to],
        ['superseded', next.id, '2026-07-01']);
    const versions = await who.worker.get(`${DOCS}?replaces.eq=${old.id}`);
    assert.deepEqual(versions.body.items.map(({ id }) => id), [next.id]);
    const history = (await who.worker.get(`${DOCS}/${old.id}/history`)).body.items;
    assert.deepEqual(history.map(({ state }) => state), ['superseded', 'in_force', 'draft']);
    must(await who.section.act(`${DOCS}/${next.id}`, 'repeal', { reason: '上位政策调整' }), 200);
});

test('a parameter rests on its document, and the document shows its parameters [K18]', async () => {
    const made = must(await who.section.post(DOCS, doc({ no: '江民发〔2026〕21号', title: '办理时限规定' })), 201);
    must(await who.section.act(`${DOCS}/${made.body.id}`, 'publish'), 200);
    must(await set({ value: '4000', effective_from: '2032-01-01', doc: made.body.id,
        basis: '江民发〔2026〕21号' }), 201);
    const { body } = await who.worker.get(`${VALUES}?doc.eq=${made.body.id}`);
    assert.deepEqual(body.items.map(({ key, value }) => [key, value]), [[KEY, '4000']]);
    assert.equal((await param('2032-05-01')).doc, made.body.id);
});

test('a library kept in a table so far is taken in from it [K18]', async () => {
    const job = await importRows(who.admin, DOCS, [
        ['no', 'title', 'issuer', 'level', 'topic', 'issued_on'],
        ['民发〔2021〕42号', '关于加快乡镇社工站建设的通知', '民政部', '国家', '社会工作', '2021-04-20'],
        ['湘民发〔2020〕11号', '湖南省乡镇社会工作服务站项目', '湖南省民政厅', '省', '社会工作', '2020-03-01'],
    ]);
    assert.deepEqual([job.counts.created, job.faulty], [2, []]);
    const { body } = await who.worker.get(`${DOCS}?sort=issued_on&limit=1`);
    assert.equal(body.items[0].no, '湘民发〔2020〕11号');
});
