// What the loader and migrate refuse, each with its one line: plugin, row, field and the mend. And what
// they must take: plugins built with an older and with a newer contract.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startCluster } from '../lib/cluster.mjs';
import { root, tempFolder } from '../lib/temp.mjs';
import { built, plainLabels, plainSql, settingsOf } from './sources.mjs';

const binary = resolve(root, process.env.WULIAN_BUILD || 'build', 'wulian');

function wulian(args, env) {
    const { status, stdout, stderr } = spawnSync(binary, args,
        { encoding: 'utf8', env: { ...process.env, ...env } });
    return { status, out: stdout, err: stderr };
}

const check = (name, options) => wulian(['plugin', 'check', name], settingsOf(name, options).env);

function refusedBy(command, { status, err }, message) {
    assert.equal(err, `wulian ${command}: ${message}\n`);
    assert.equal(status, 1);
}

/* ---- without a database ------------------------------------------------------------------------ */

const ONE_SQL = "must be one SQL expression: no ';', '$' or comment, brackets and quotes closed";
const TEXTS = '(a plugin brings messages/zh-CN.json and en.json with the same keys)';

const EFFECT = 'record thing: effect close';

const declared = {
    other_name: 'the plugin calls itself "another"; name and file name must be equal',
    core: 'plugin core: the name is the platform\'s own; choose another',
    other_abi: 'speaks contract 2, this server 1; rebuild it with this server\'s plugin.h',
    no_entry: 'exports no wl_plugin_v1 (contract version 1); define it as plugin.h declares it',
    no_description:
        'wl_plugin_v1 gives no description; set .size to sizeof(struct wl_plugin)',
    no_rows: 'table statements: rows are missing; write it with WL_ROWS',
    odd_rows: 'table statements: rows of such a size are not to be had; write it with WL_ROWS',
    no_access: 'record thing: access is missing: no access row for object "thing"; add one to `access`',
    core_object: 'access resident: the object is core\'s; rights on it are given there; name an object of your own',
    unheld: 'record thing: action close: no access row gives thing.close to any role; add it to `access`',
    action_open: 'record thing: action close: access is missing: name the verb it asks for in ' +
        '`permission`',
    action_state: 'record thing: action close: `to` is not one of the record\'s states; ' +
        'name it in `states`, or mend `to`',
    action_from: 'record thing: action close: `from` names a state the record does not have; name it in `states`, or mend the word',
    action_only: 'record thing: action close: `only` and `never` must name WL_STAFF fields',
    action_never: 'record thing: action close: `only` and `never` must name WL_STAFF fields',
    action_twice: 'record thing: action close: declared twice; drop one',
    action_input: 'record thing: action close: input must name fields of the record that are not ' +
        'computed',
    action_guard: `record thing: action close: set and guard ${ONE_SQL}`,
    action_set: `record thing: action close: set and guard ${ONE_SQL}`,
    field_type: 'record thing: field colour: type is unset or unknown; set .type to a WL_ type',
    field_class: 'record thing: field colour: sensitivity class is unset; set .sensitivity to ' +
        'WL_CLASS_0 … WL_CLASS_4',
    class_four: 'record thing: field story: is class 4, which only named readers see: set ' +
        'WL_NAMED_READERS in the record\'s flags and call core.named_readers in its migration, or ' +
        'make it WL_CLASS_3',
    field_twice: 'record thing: field title: declared twice; drop one',
    field_flag: 'record thing: field colour: has a flag this server does not know; it needs a ' +
        'newer server',
    field_input: 'record thing: field colour: is WL_ACTION, but no action takes it as input; name it in an action\'s `input`, or drop WL_ACTION',
    field_serial: 'record thing: field no: lists, files and serials are not filtered; drop ' +
        'WL_FILTER',
    item_type: 'record thing: field rows: item field owner: an item holds no encrypted type, ' +
        'file, reference, staff, serial or list; keep it in a record of its own',
    list_items: 'record thing: field rows: items are missing; name the fields of one item with ' +
        'WL_ROWS',
    decimal_scale: 'record thing: field weight: scale must be 0 to 6',
    key_empty: 'record thing: field mark: is the import key, but two rows may hold the same; ' +
        'add WL_UNIQUE',
    rule_other: 'record thing: rule any_of title: `other` must name fields of the record ' +
        '("items.points": a member of a list)',
    rule_values: 'record thing: rule required_if title: `values` names a state the record does ' +
        'not have; name it in `states`, or mend the word',
    unknown_record: 'record thing: field owner: refers to station.owner, which no loaded module ' +
        'has; mend `of`, or load that plugin',
    unpublished: 'record thing: field visit: refers to station.visit, which its module keeps to ' +
        'itself; refer to a record with WL_PUBLISHED in its flags',
    section_field: 'record thing: sections who:nobody: is not "<section>:<field>"; name the field it begins with',
    section_order: 'record thing: sections more:title: begins before the one above it; ' +
        'write them in the fields\' order',
    section_first: 'record thing: sections more: leaves out the fields before it; name the first field there',
    section_text: 'record thing: section who: has no label: add the text "thing.section.who" to ' +
        'messages/zh-CN.json and en.json',
    unknown_sort: 'record thing: sort -holder: is neither created_at nor a WL_SORT ' +
        'field; give the field WL_SORT, or sort by created_at',
    no_text: 'record thing: check thing_title: no text "constraint.thing_title" in ' +
        'messages/zh-CN.json and en.json; add it',
    guard_brings: 'record thing: action close: guard reads v.holder, which the action does not bring; ' +
        'name it in `input`, or give that table another alias',
    guard_field: 'record thing: guard too_bright: `field` must name a field of the record: there ' +
        'the fault stands',
    guard_open: `record thing: guard too_long: \`holds\` ${ONE_SQL}`,
    guard_text: 'record thing: guard too_long: no text "rule.too_long" in messages/zh-CN.json and ' +
        'en.json; add it',
    indicator_differs: 'indicator M08: is declared before with another unit, persons, kinds, share ' +
        'or flags; give the same, or choose another code',
    indicator_code: "indicator M08P: another indicator has its code, or its persons'; choose another",
    fixed_half: 'record thing: fixed_when ?: fixed_when and fixed_refusal belong together; set ' +
        'both, the second in lower-case snake_case',
    wide_named: 'record thing: class 4 is for its named readers, not for the whole county; drop ' +
        'WL_COUNTY_WIDE or WL_NAMED_READERS',
    handed_nowhere: 'record thing: shares to_div: WL_HANDED_ON needs the field to_div, a WL_DIVISION that ' +
        'is WL_COMPUTED or WL_FIXED',
    handed_tells: 'record thing: notice ?: a record that is handed on has two places, and nobody is ' +
        'told of it yet; drop it',
    shareable: 'record thing: WL_SHAREABLE is for the platform\'s own records, and none of class 4; drop it',
    record_flag: 'record thing: flags hold one this server does not know; it needs a newer server',
    route_open: 'route /things/{id}/card: access is missing: set `permission` to ' +
        '"<object>.<verb>"',
    effect_on: `${EFFECT}: \`on\` names neither create nor an action of the record; mend the word`
        .replace('close', 'create reopen'),
    effect_record: `${EFFECT}: no loaded module has a record station.thing; mend \`record\`, or load ` +
        'that plugin',
    effect_foreign: `${EFFECT}: station.visit is its module's own; name a record of this module, or ` +
        'one with WL_PUBLISHED in its flags',
    effect_column: `${EFFECT}: effect_column.thing has no field with a column colour; mend the name`,
    effect_moves: `${EFFECT}: effect_moves.thing has no field with a column div; mend the name`,
    effect_unnamed: `${EFFECT}: every column of rows needs a name: write "expression as name" or ` +
        '"x.name"',
    effect_missing: `${EFFECT}: rows must give title of effect_missing.thing; add it`,
    effect_serial: `${EFFECT}: station.request.no is encrypted, a file or a serial, which only the ` +
        'host makes; drop it',
    effect_computed: `${EFFECT}: station.request.received_at has a \`compute\` of its own; drop it`,
    effect_id: `${EFFECT}: with \`set\`, rows must give id, the row to change; add it`,
    effect_set: `${EFFECT}: set must be "column = expression, …"; mend it`,
    effect_plain: `${EFFECT}: rows must be one plain SELECT: no ';', '$' or comment, brackets and ` +
        'quotes closed',
    effect_when: `${EFFECT}: when ${ONE_SQL}`,
    effect_clock: `${EFFECT}: set changes the state of a record with a clock that can stand ` +
        '(`held`); drop it: only actions move that clock',
    chore_at: 'chore tidy: `at` is no time of the calendar; write it like "10 min", "hourly 05", ' +
        '"daily 01:00", "weekly 1 08:00", "monthly -1 23:00" or "yearly 01-20 00:10"',
    chore_key: 'chore tidy: rows must give key: what is made once under it is not made again; add it',
    chore_foreign: 'chore tidy: station.visit is its module\'s own; name a record of this module, or ' +
        'one with WL_PUBLISHED in its flags',
    chore_twice: 'chore tidy: declared twice; drop one',
    two_statements: 'statement titles: must be one plain SELECT, INSERT, UPDATE, DELETE or WITH, ' +
        'without \';\'',
    not_plain: 'statement widen: must be one plain SELECT, INSERT, UPDATE, DELETE or WITH, ' +
        'without \';\'',
};

const MEND = /\b(set|add|drop|mend|make|name|choose|rebuild|write|give|refer|must|define|keep|load|needs)\b/;

test('whoever is refused is told what to do', () => {
    for (const [name, message] of Object.entries(declared)) assert.match(message, MEND, name);
});

describe('plugin check refuses', () => {
    for (const [name, message] of Object.entries(declared))
        test(name, () => refusedBy('plugin', check(name), `${name}: ${message}`));

    test('a file that is not there', () => {
        const path = join(built, 'ghost.so');
        refusedBy('plugin', check('ghost'), `${path}: No such file or directory`);
    });

    test('a file that others may write', () => {
        const so = tempFolder();
        const path = join(so, 'good.so');
        copyFileSync(join(built, 'good.so'), path);
        for (const mode of [0o664, 0o646]) {
            chmodSync(path, mode);
            refusedBy('plugin', check('good', { so }), `${path}: must belong to root and be ` +
                'writable by its owner only (chown root, chmod go-w)');
        }
        chmodSync(path, 0o644);
        assert.equal(check('good', { so }).status, 0);
    });

    test('a folder that others may write', () => {
        const so = join(tempFolder(), 'so');
        mkdirSync(so);
        copyFileSync(join(built, 'good.so'), join(so, 'good.so'));
        chmodSync(so, 0o777);
        refusedBy('plugin', check('good', { so }), `${so}: must belong to root and be writable by ` +
            'its owner only (chown root, chmod go-w)');
    });

    test('a file that is no shared object', () => {
        const so = tempFolder();
        writeFileSync(join(so, 'good.so'), 'no');
        const { status, err } = check('good', { so });
        assert.equal(status, 1);
        assert.match(err, /^wulian plugin: good: .*good\.so: file too short\n$/);
    });

    test('a missing language', () => {
        const zh = { 'plugin.good': '好' };
        const { env, dir } = settingsOf('good', { texts: { zh } });
        refusedBy('plugin', wulian(['plugin', 'check', 'good'], env),
            `good: messages: ${dir}/good/messages/en.json: No such file or directory ${TEXTS}`);
    });

    test('a text in one language only', () => {
        const texts = { zh: { 'plugin.good': '好', 'x.y': '呀' }, en: { 'plugin.good': 'good' } };
        const { env, dir } = settingsOf('good', { texts });
        refusedBy('plugin', wulian(['plugin', 'check', 'good'], env),
            `good: messages: ${dir}/good/messages/en.json: x.y stands in ` +
            `${dir}/good/messages/zh-CN.json only ${TEXTS}`);
    });

    test('a record, field, state or action without a label', () => {
        for (const [key, place] of [['thing', 'name thing'], ['thing.holder', 'field holder'],
            ['thing.state.closed', 'state closed'], ['thing.action.close', 'action close']]) {
            const zh = { 'plugin.good': '好', ...plainLabels };
            delete zh[key];
            const { env } = settingsOf('good', { texts: { zh, en: zh } });
            refusedBy('plugin', wulian(['plugin', 'check', 'good'], env),
                `good: record thing: ${place}: has no label: add the text "${key}" to ` +
                'messages/zh-CN.json and en.json');
        }
    });

    test('a plugin named twice', () => {
        const { env } = settingsOf('good');
        refusedBy('plugin', wulian(['plugin', 'check', 'good', 'good'], env),
            'good: named twice in plugins.enabled; name it once');
    });
});

/* ---- the compiler ------------------------------------------------------------------------------ */

describe('the compiler', () => {
    const WARN = ['-Wall', '-Wextra', '-Wpedantic', '-Werror'];
    const include = `-I${join(root, 'core/include')}`;

    function compile(command, args, text, ext = 'c') {
        const file = join(tempFolder(), `x.${ext}`);
        writeFileSync(file, text);
        return spawnSync(command, [...WARN, include, ...args, file], { encoding: 'utf8' });
    }

    test('refuses a plugin that reaches past the contract, at link', () => {
        const { status, stderr } = compile('cc', ['-std=c11', '-fPIC', '-shared', '-Wl,-z,defs',
            '-o', '/dev/null'], `#include <wulian/plugin.h>
            extern void *PQexec(void *conn, const char *sql);
            const struct wl_plugin *wl_plugin_v1(void)
            {
                PQexec(0, "reset role");
                return 0;
            }`);
        assert.notEqual(status, 0);
        assert.match(stderr, /undefined reference to [`']PQexec'/);
    });

    test('refuses a statement that is no literal', () => {
        for (const text of ['char', 'const char *'].map((type) => `#include <wulian/plugin.h>
            extern ${type} sql[];
            struct wl_statement s = {"x", WL_SQL(sql)};`)) {
            const { status, stderr } = compile('cc', ['-std=c11', '-fsyntax-only'], text);
            assert.notEqual(status, 0);
            assert.match(stderr, /expected/);
        }
    });

    const EVERYTHING = ['-Weverything', '-Wno-padded', '-Wno-c++98-compat-pedantic',
        '-Wno-missing-field-initializers'];
    for (const [compiler, args, ext] of [['gcc', ['-std=c11'], 'c'],
        ['clang', ['-std=c11', ...EVERYTHING], 'c'], ['g++', ['-std=c++11'], 'cc'],
        ['clang++', ['-std=c++11', ...EVERYTHING], 'cc']])
        test(`takes plugin.h alone: ${compiler}`, () => {
            const { status, stderr, error } = compile(compiler, [...args, '-fsyntax-only'],
                '#include <wulian/plugin.h>\n', ext);
            assert.ifError(error);
            assert.equal(status, 0, stderr);
        });

    for (const [compiler, args] of [['g++', ['-Wno-missing-field-initializers', '-Wold-style-cast',
        '-Wconversion']], ['clang++', EVERYTHING]])
        test(`takes a plugin in C++20, and the loader what it made: ${compiler}`, () => {
            const so = tempFolder();
            const { status, stderr } = spawnSync(compiler, ['-std=c++20', ...WARN, include, ...args,
                '-fvisibility=hidden', '-fPIC', '-shared', '-nostdlib', '-Wl,-z,defs', '-o',
                join(so, 'in_cxx.so'), join(root, 'tests/plugins/in_cxx.cc'), '-lc'],
            { encoding: 'utf8' });
            assert.equal(status, 0, stderr);
            const labels = Object.fromEntries(['plugin.in_cxx', 'problem.never',
                'rule.untitled', 'notice.closed', 'chore.daily', 'thing.made_on',
                'thing.rows', 'thing.rows.topic', 'thing.rows.points'].map((key) => [key, key]));
            const texts = { ...plainLabels, ...labels };
            const options = { so, texts: { zh: texts, en: texts } };
            const loaded = check('in_cxx', options);
            assert.equal(loaded.status, 0, loaded.err);
            assert.match(loaded.out, /^in_cxx +1\.0\.0 +1 records, 1 routes$/m);
        });
});

/* ---- older and newer --------------------------------------------------------------------------- */

function described(name, env = settingsOf(name).env) {
    const { status, out, err } = wulian(['plugin', 'describe', name], env);
    assert.equal(status, 0, err);
    return JSON.parse(out);
}

test('describe says all of a record', () => {
    const plugin = described('disability', { WULIAN_PATHS_PLUGINS: built,
        WULIAN_PATHS_PLUGINS_SQL: join(root, 'tests/plugins'),
        WULIAN_PLUGINS_ENABLED: 'disability' });
    const record = (name) => plugin.records.find((r) => r.name === name);
    const certificate = record('certificate'), loan = record('device_loan');
    assert.deepEqual([certificate.published, certificate.retention_days, loan.published],
        [true, 180, false]);
    assert.deepEqual([loan.sort, loan.title, loan.person, loan.alike],
        ['-lent_on', 'no device', 'person', 'device_no lent_on']);
    assert.deepEqual(loan.limits, [{ due: 'due_at', ended: 'returned lost' }]);
    assert.ok(loan.checks.some((c) => c.constraint === 'device_loan_deposit'));
    assert.ok(loan.rules.some((r) => r.kind === 'not_before' && r.field === 'return_by'));
    assert.match(plugin.indicators[0].rows, /^\s*select /i);
});

test('a plugin built with shorter rows is understood', () => {
    const plugin = described('older');
    const [thing] = plugin.records;
    assert.equal(plugin.version, '1.0.0');
    assert.deepEqual(thing.fields.map(({ name, type }) => [name, type]),
        [['title', 'text'], ['state', 'text'], ['holder', 'staff']]);
    assert.equal(thing.fields[0].max, 60);
    assert.deepEqual(thing.actions,
        [{ name: 'close', from: 'open', to: 'closed', permission: 'close' }]);
    assert.deepEqual(plugin.settings, []);
});

test('a plugin built with longer rows is understood', () => {
    const plugin = described('newer');
    const [thing] = plugin.records;
    assert.equal(plugin.version, '9.0.0');
    assert.deepEqual(thing.fields.map(({ name, type }) => [name, type]),
        [['title', 'text'], ['state', 'text'], ['holder', 'staff']]);
    assert.deepEqual(thing.actions.map(({ name }) => name), ['close', 'reopen']);
    assert.deepEqual(plugin.statements.map(({ name }) => name), ['titles', 'states']);
    assert.deepEqual(plugin.access.map(({ role }) => role), ['station_head', 'social_worker']);
});

/* ---- against a database ------------------------------------------------------------------------ */

describe('migrate', () => {
    const RIGHTS = '; SQL of a plugin may use its own schema as the application may, and the ' +
        'published views';
    const CALLS = 'which the application may not; drop the call';
    let cluster;

    before(async () => {
        cluster = await startCluster();
        for (const args of [['migrate', '--roles'], ['migrate']]) {
            const { status, err } = cluster.wulian(args, { WULIAN_PLUGINS_ENABLED: '' });
            assert.equal(status, 0, err);
        }
    });
    after(() => cluster.stop());

    /** Migrates with this plugin only, then forgets it. */
    async function migrate(name, options) {
        const result = cluster.wulian(['migrate'], settingsOf(name, options).env);
        await cluster.psql(`drop schema if exists ${name} cascade;
            delete from core.migration where source = '${name}';
            delete from core.plugin where name = '${name}';
            delete from core.role_permission where owner = '${name}';
            drop table if exists core.side cascade`);
        return result;
    }

    for (const name of ['good', 'older', 'newer', 'crash'])
        test(`takes ${name}`, async () => {
            const { status, err, out } = await migrate(name);
            assert.equal(status, 0, err);
            assert.match(out, new RegExp(`plugin ${name} [0-9.]+ checked`));
        });

    const statements = {
        typo: 'statement titles: column t.titel does not exist',
        core_table: `statement sessions: permission denied for table session${RIGHTS}`,
        base_table: `statement phones: permission denied for table resident${RIGHTS}`,
        forges: `statement widen: permission denied for function set_config${RIGHTS}`,
        forges_hidden: `statement widen: calls set_config(text,text,boolean), ${CALLS}`,
        sleeps: `statement wait: calls pg_sleep(double precision), ${CALLS}`,
        no_county: 'statement titles: $1 must be the county: compare every table\'s county with $1',
        moves: `record thing: action close: set: permission denied for table thing${RIGHTS}`,
        chore_typo: 'chore tidy: column x.made does not exist',
        chore_reads: `chore tidy: rows: permission denied for table session${RIGHTS}`,
        effect_typo: `${EFFECT}: column t.titel does not exist`,
        effect_writes: `${EFFECT}: WITH clause containing a data-modifying statement must be at the ` +
            'top level',
        effect_reads: `${EFFECT}: rows: permission denied for schema admin${RIGHTS}`,
        effect_peeks: `${EFFECT}: set: permission denied for table session${RIGHTS}`,
        effect_forges: `${EFFECT}: rows: calls set_config(text,text,boolean), ${CALLS}`,
        set_typo: 'record thing: action close: set: column "closed_at" of relation "thing" does ' +
            'not exist',
        compute_type: 'record thing: insert (compute of its fields): column "holder" is of type ' +
            'uuid but expression is of type date',
        guard_table: `record thing: guard never: permission denied for table resident${RIGHTS}`,
        guard_typo: 'record thing: guard never: column t.titel does not exist',
        fixed_typo: 'record thing: fixed_when: column t.hodler does not exist',
        rule_code: 'record thing: rule required_if colour: 7 is no code of SEX; mend `values`',
        no_filter_index: 'record thing: table no_filter_index.thing: field holder: is WL_FILTER, ' +
            'but no index that begins with county holds holder; make one, or add it at the end ' +
            'of one that lists walk',
        no_unique_index: 'record thing: field title: no unique index behind it; make one: create ' +
            'unique index on no_unique_index.thing (county, title) where deleted_at is null',
        no_code_table: 'record thing: field title: no code table TITLES in core.code; insert its ' +
            'rows in a migration',
        indicator_shape: 'indicator X01: must give exactly county int, div bigint, org uuid, ' +
            'at timestamptz, id uuid, person uuid, kind text, n bigint; of several records ' +
            'besides: record text',
        indicator_kinds: 'indicator X01: no code table COLOURS in core.code; insert its rows in a ' +
            'migration',
        schema_number: 'schema: is 2, but the newest file in its sql/ is 1; set .schema to it',
    };
    for (const [name, message] of Object.entries(statements))
        test(`refuses ${name}`, async () =>
            refusedBy('migrate', await migrate(name), `${name}: ${message}`));

    // The migration of plugin `sealed`, whose record has named readers, with one edit each.
    const NAMED = "call core.named_readers('sealed.matter');";
    const POLICY = 'lacks the policy `readers`, or it says something else; call core.named_readers ' +
        'in its migration';
    const lax = (table) => `${NAMED} drop policy readers on sealed.${table};
        create policy readers on sealed.${table} as restrictive using (true) with check (true);`;
    for (const [what, from, to, table, message] of [
        ['no policy of readers', NAMED, '', 'matter', POLICY],
        ['a policy of readers that lets all in', NAMED, lax('matter'), 'matter', POLICY],
        ['such a policy on the history', NAMED, lax('matter_history'), 'matter_history', POLICY],
        ['rows without readers', 'readers uuid[] not null', 'readers uuid[]', 'matter',
            'lacks the column readers uuid[] not null, in which class 4 names who sees a row']])
        test(`refuses ${what}`, async () => {
            const file = join(root, 'tests/plugins/sealed/sql/0001_sealed.sql');
            const text = JSON.parse(readFileSync(
                join(root, 'tests/plugins/sealed/messages/en.json'), 'utf8'));
            const sql = readFileSync(file, 'utf8');
            assert.ok(sql.includes(from));
            refusedBy('migrate', await migrate('sealed', { sql: sql.replace(from, () => to),
                texts: { zh: text, en: text } }),
            `sealed: record matter: table sealed.${table}: ${message}`);
        });

    // The migration of plugin `wide`, one of whose records the whole county reads, likewise.
    const OPENED = "call core.county_wide('wide.bulletin');";
    const DOOR = 'lacks the policy county_wide of WL_COUNTY_WIDE, or it says something else; call ' +
        'core.county_wide in its migration';
    const STRAY = 'is read in the whole county by the policy county_wide, but the record does not ' +
        'say so; add WL_COUNTY_WIDE to its flags, or drop the policy';
    const door = (table, more = '') => `${OPENED} drop policy county_wide on wide.${table};
        create policy county_wide on wide.${table} ${more} using (true)`;
    for (const [what, to, record, message] of [
        ['WL_COUNTY_WIDE without its procedure', '', 'bulletin', DOOR],
        ['a county_wide that writes, too', `${door('bulletin')};`, 'bulletin', DOOR],
        ['a history that stays closed', `${OPENED} drop policy county_wide on ` +
            'wide.bulletin_history;', 'bulletin_history', DOOR],
        ['a table that is open, but not so described', null, 'award', STRAY]])
        test(`refuses ${what}`, async () => {
            const text = JSON.parse(readFileSync(
                join(root, 'tests/plugins/wide/messages/en.json'), 'utf8'));
            let sql = readFileSync(join(root, 'tests/plugins/wide/sql/0001_wide.sql'), 'utf8');
            assert.ok(sql.includes(OPENED));
            sql = record === 'award'
                ? sql.replace("call core.record_table('wide.award', 'wide');",
                    "call core.record_table('wide.award', 'wide'); call core.county_wide('wide.award');")
                : sql.replace(OPENED, () => to);
            const answer = await migrate('wide', { sql, texts: { zh: text, en: text } });
            await cluster.psql("delete from core.county_wide_table where name like 'wide.%'");
            refusedBy('migrate', answer,
                `wide: record ${record.replace('_history', '')}: table wide.${record}: ${message}`);
        });

    // The plain migration of plugin `good`, with one edit each.
    const CALL = "call core.record_table('good.thing', 'good');";
    const WALL = '; call core.record_table in its migration';
    const bare = (policies) => `create table good.thing_history (like good.thing);
        alter table good.thing_history add primary key (county, id, version); ${policies}`;
    const wall = (table, scope = `div >= (select nullif(current_setting('wl.lo', true),
        '')::bigint) and div < (select nullif(current_setting('wl.hi', true), '')::bigint)`) =>
        `alter table ${table} enable row level security;
        create policy county on ${table} as restrictive using (county =
            (select nullif(current_setting('wl.county', true), '')::int)) with check (county =
            (select nullif(current_setting('wl.county', true), '')::int));
        ${scope && `create policy scope on ${table} using (${scope}) with check (${scope});`}`;
    const edits = [
        ['a column of another type', 'title text not null', 'title varchar(60) not null',
            'table good.thing: field title: column title: is character varying(60), must be text'],
        ['a missing column', 'holder uuid,', '',
            'table good.thing: field holder: column holder: is missing in the table; add it in a migration, to the history as well'],
        ['a missing common column', CALL, 'alter table good.thing drop column org; ' + CALL,
            'table good.thing: common column org: is missing in the table; add it in a migration, to the history as well'],
        ['a required field that may be null', 'title text not null', 'title text',
            'table good.thing: field title: column title: must be NOT NULL'],
        ['a computed column that nothing fills', 'holder uuid', 'holder uuid not null',
            'table good.thing: field holder: column holder: is NOT NULL, but nothing fills it on ' +
            'create: give it `compute` or a default'],
        ['a column that no field describes', 'holder uuid', 'holder uuid, colour text',
            'table good.thing: column colour: stands in the table, but no field describes it; describe it, or drop it in a migration'],
        ['a history that lacks a column', CALL, `${CALL}
            alter table good.thing_history drop column title;`,
        'table good.thing_history: field title: column title: is missing in the table; add it in a migration, to the history as well'],
        ['no table at all', plainSql('good'), 'create schema good',
            'table good.thing: does not exist; has its migration run?'],
        ['no index behind the default order', 'create index thing_created', '-- create index',
            'table good.thing: default order: no index begins with (county, created_at, id); ' +
            'make one'],
        ['no index behind a sortable field', '(county, title, id)', '(county, title)',
            'table good.thing: field title: no index begins with (county, title, id); make one'],
        ['another primary key', 'primary key (county, id)', 'primary key (county, id, version)',
            'table good.thing: the primary key must be (county, id)'],
        ['a table without row security', CALL, bare(''),
            `table good.thing: row security is off${WALL}`],
        ['a table without the scope policy', CALL, bare(wall('good.thing', '')),
            'table good.thing: lacks the county or the scope policy, or it says something else' +
            WALL],
        ['a scope policy that shows everything', CALL, bare(wall('good.thing', 'true')),
            'table good.thing: lacks the county or the scope policy, or it says something else' +
            WALL],
        ['a table that takes rows where the plugin is off', CALL,
            bare(wall('good.thing') + wall('good.thing_history')),
            'table good.thing: lacks the policy `active`, so rows could be made where the plugin ' +
            `is off${WALL}`],
        ['a second permissive policy', CALL, `${CALL}
            create policy also on good.thing for select using (state = 'open');`,
        'table good.thing: has a permissive policy beside scope, which opens it; drop that policy'],
    ];
    for (const [what, from, to, message] of edits)
        test(`refuses ${what}`, async () => {
            assert.ok(plainSql('good').includes(from));
            const sql = plainSql('good').replace(from, () => to);
            refusedBy('migrate', await migrate('good', { sql }), `good: record thing: ${message}`);
        });

    test('refuses a rule over a column that the table generates', async () => {
        const sql = plainSql('rule_generated')
            .replace('holder uuid', 'holder uuid generated always as (org) stored');
        refusedBy('migrate', await migrate('rule_generated', { sql }), 'rule_generated: record ' +
            'thing: table rule_generated.thing: field holder: column holder: is generated, so a ' +
            'rule or guard would see what it was before the write; name the fields it is made of');
        assert.equal((await migrate('rule_generated')).status, 0);
    });

    test('refuses a table beside the records that has no row security', async () => {
        const sql = `${plainSql('good')} create table good.side (county int, n int);
            grant select on good.side to wulian_app;`;
        refusedBy('migrate', await migrate('good', { sql }), 'isolation: table good.side has no ' +
            'row security; core.record_table or core.protect in its migration mend it');
    });

    test('what was checked is what may start', async () => {
        const { env } = settingsOf('good');
        assert.equal(cluster.wulian(['migrate'], env).status, 0);
        const [row] = await cluster.rows(`select name, version, schema, length(statements) as n
                                            from core.plugin where name = 'good'`);
        assert.deepEqual(row, { name: 'good', version: '1.0.0', schema: 1, n: 32 });
        assert.equal(await cluster.psql(`select count(*) from information_schema.column_privileges
            where grantee = 'wulian_check' and table_schema = 'good'`), '0');
        assert.equal(await cluster.psql(`select count(*) from pg_namespace
            where nspname = 'wl_checking'`), '0');
    });
});

test('every folder here is tried', () => {
    const names = [...Object.keys(declared), 'typo', 'core_table', 'base_table', 'forges',
        'forges_hidden', 'sleeps', 'no_county', 'moves', 'set_typo', 'compute_type',
        'no_code_table', 'no_filter_index', 'no_unique_index', 'rule_code', 'rule_generated',
        'chore_typo', 'chore_reads', 'effect_typo', 'effect_writes', 'effect_reads', 'effect_peeks', 'effect_forges', 'everything',
        'indicator_shape', 'indicator_kinds', 'schema_number', 'good', 'older', 'newer', 'crash',
        'tagged'];
    for (const name of names) assert.ok(existsSync(join(built, `${name}.so`)), name);
});
