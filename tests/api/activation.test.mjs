// A plugin's settings where it is turned on: what may be set, what stays, what is shown. Who may turn it
// on, and that it works at once, is divisions.test.mjs and main_job.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { HELUKOU, JIANGHUA, SUYU, TUOJIANG, faultsOf, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const AT = `/admin/townships/${TUOJIANG}/plugins/elderly`;

let server, who, suyu;

before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server?.stop());

const put = (settings, caller = who.admin) => caller.put(AT, { enabled: true, settings });

test('each setting has its type and its bounds; all faults are told at once', async () => {
    const answer = await put({
        meal_cutoff_hour: 24, advance_settle_days: 'three', meal_window_from: 11,
        meal_window_to: '12:30:00', 'of/nobody': true,
    });
    assert.equal(answer.status, 422);
    assert.deepEqual(faultsOf(answer), {
        '/settings/meal_cutoff_hour': 'range', '/settings/advance_settle_days': 'integer_expected',
        '/settings/meal_window_from': 'text_expected', '/settings/meal_window_to': 'length',
        '/settings/of~1nobody': 'unknown_field',
    });
    for (const { detail } of answer.body.errors) assert.doesNotMatch(detail, /^fault\.|\{\d\}/);
    assert.match(answer.body.errors.find((x) => x.code === 'range').detail, /0.*23/);
    for (const [settings, code] of [[[], 'object_expected'], ['x', 'object_expected'], [7, 'object_expected']])
        assert.deepEqual(faultsOf(await put(settings)), { '/settings': code });
    for (const value of [-1, 1.5, null, true, '7'])
        assert.equal((await put({ meal_cutoff_hour: value })).status, 422, String(value));
});

test('settings stand until others are given; switching alone keeps them', async () => {
    const set = await put({ meal_cutoff_hour: 18, meal_window_from: '10:30' });
    assert.deepEqual([set.status, set.body.settings],
        [200, { meal_cutoff_hour: 18, meal_window_from: '10:30' }]);
    const kept = { meal_cutoff_hour: 18, meal_window_from: '10:30' };
    assert.deepEqual((await who.admin.put(AT, { enabled: false })).body.settings, kept);
    const on = await who.admin.put(AT, { enabled: true });
    assert.deepEqual(on.body.settings, kept);
    assert.ok(Math.abs(Date.parse(on.body.since) - Date.now()) < 60_000, 'on since now');
    const again = await who.admin.put(AT, { enabled: true, settings: null });
    assert.deepEqual([again.body.settings, again.body.since], [kept, on.body.since]);
    assert.deepEqual((await put({})).body.settings, {});
    assert.deepEqual((await put({ meal_cutoff_hour: 0 })).body.settings, { meal_cutoff_hour: 0 });
});

test('what a process remembers to be off is looked up before it is said to be off', async () => {
    const rows = () => who.worker.get('/reports/SM-01/M09?period=2026-01', { Connection: 'close' });
    const everywhere = async () => {
        const answers = await Promise.all(Array.from({ length: 16 }, rows));
        return [...new Set(answers.map(({ status }) => status))];
    };
    await who.admin.put(AT, { enabled: false });
    assert.deepEqual(await everywhere(), [404]);
    await who.admin.put(AT, { enabled: true });
    assert.deepEqual(await everywhere(), [200]);
});

test('who works there sees where it is on, with its settings and what they may be', async () => {
    await put({ meal_cutoff_hour: 17 });
    const elderly = async (caller) =>
        (await caller.get('/plugins')).body.items.find((item) => item.name === 'elderly');
    const shown = await elderly(who.worker);
    assert.equal(shown.enabled, true);
    assert.deepEqual(shown.on.map((item) => [item.township, item.settings]),
        [[TUOJIANG, { meal_cutoff_hour: 17 }]]);
    const hour = shown.settings.find((setting) => setting.name === 'meal_cutoff_hour');
    assert.deepEqual({ ...hour, title: '' },
        { name: 'meal_cutoff_hour', title: '', type: 'integer', min: 0, max: 23, default: '20', basis: null });
    assert.notEqual(hour.title, 'setting.meal_cutoff_hour');
    assert.deepEqual([(await elderly(who.helukou)).enabled, (await elderly(who.helukou)).on], [false, []]);
    assert.deepEqual((await elderly(who.admin)).on.map((item) => item.township), [TUOJIANG]);
    assert.ok(!JSON.stringify((await elderly(suyu.admin)).on).includes(TUOJIANG));
});

/* ---- as SQL of plugins asks -------------------------------------------------------------------- */

/** core.setting() as the application asks it for a caller of that county. */
const asked = (div, key = 'elderly.meal_cutoff_hour', county = JIANGHUA, of = county) => server.psql(
    `set wl.county = '${county}'; select core.setting(${of}, ${div}, '${key}')`, 'wulian_app');

test('what a township has set, else the default that is declared', async () => {
    await put({ meal_cutoff_hour: 17 });
    assert.equal(await asked(`${TUOJIANG}010`), '17');
    assert.equal(await asked(`${TUOJIANG}000`), '17');
    assert.equal(await asked(`${TUOJIANG}010`, 'elderly.meal_window_from'), '11:00');
    assert.equal(await asked(`${HELUKOU}000`), '20'); // never turned on there
    assert.equal(await asked(`${JIANGHUA}000000`), '20'); // the whole county
    await put({ meal_cutoff_hour: 9 });
    assert.equal(await asked(`${TUOJIANG}010`), '9');
    await who.admin.put(AT, { enabled: false });
    assert.equal(await asked(`${TUOJIANG}010`), '9');
    await assert.rejects(asked(`${TUOJIANG}010`, 'elderly.meal_cutof_hour'),
        /no setting elderly.meal_cutof_hour: declare it in the settings of its plugin/);
});

test('another county learns nothing but the default', async () => {
    await put({ meal_cutoff_hour: 17 });
    assert.equal(await asked(`${TUOJIANG}010`, undefined, SUYU, JIANGHUA), '20');
    assert.equal(await server.psql(`select core.setting(${JIANGHUA}, ${TUOJIANG}010,
        'elderly.meal_cutoff_hour')`, 'wulian_app'), '20'); // outside any scope
});

test('a default is published with its mark', async () => {
    assert.equal(await server.psql(`select type, value, basis is null from core.setting_default
        where key = 'elderly.meal_cutoff_hour'`), 'integer|20|t');
});

test('the matrix lists every township of the county, for who watches it', async () => {
    await who.admin.put(`/admin/townships/${HELUKOU}/plugins/elderly`, { enabled: true });
    await who.admin.put(`/admin/townships/${HELUKOU}/plugins/elderly`, { enabled: false });
    const { status, body } = await who.admin.get('/admin/activations');
    assert.equal(status, 200);
    assert.equal(body.items.length, 16);
    assert.deepEqual(body.plugins.map((plugin) => plugin.name), ['elderly']);
    const state = (township) => body.items.find((item) => item.township === township)
        .plugins.map((plugin) => [plugin.plugin, plugin.enabled]);
    assert.deepEqual(state(TUOJIANG), [['elderly', true]]);
    assert.deepEqual(state(HELUKOU), [['elderly', false]]); // was on once
    assert.equal(body.items.filter((item) => item.plugins.length === 0).length, 14);
    const theirs = await suyu.admin.get('/admin/activations');
    assert.ok(theirs.body.items.every((item) => item.township.startsWith('321311')));
    for (const caller of [who.head, who.worker, who.operator, suyu.head])
        assert.equal((await caller.get('/admin/activations')).status, 403);
});

test('nobody else changes them, and each change is in the audit', async () => {
    for (const caller of [who.head, who.worker, suyu.head])
        assert.equal((await put({ meal_cutoff_hour: 5 }, caller)).status, 403);
    assert.equal((await put({ meal_cutoff_hour: 5 }, suyu.admin)).status, 404);
    const done = await put({ meal_cutoff_hour: 6 });
    assert.deepEqual(await server.rows(`select action, object, div, fields, result from core.audit
        where request = '${done.headers.get('x-request-id')}'`), [{
        action: 'plugin_on', object: 'core.plugin_activation', div: Number(`${TUOJIANG}000`),
        fields: ['elderly'], result: 'ok',
    }]);
    assert.equal(await server.psql(`select settings from core.plugin_activation
        where township = ${TUOJIANG}`), '{"meal_cutoff_hour": 6}');
});
