// What `wulian doctor` finds: each finding is provoked on a server of its own, told with what to do about it,
// and gone when that is done. BAD ends it with 1; what is only to be looked at does not.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { programs } from '../lib/cluster.mjs';
import { JIANGHUA, openCounty, people, setParam } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root, tempFolder, watch } from '../lib/temp.mjs';

const build = process.env.WULIAN_BUILD || 'build';
const MARKS = { ok: 'ok  ', look: 'look', BAD: 'BAD ' };

const dir = tempFolder();
const inDir = (name) => join(dir, name);
const keyFile = (name, text, mode = 0o600) => {
    writeFileSync(inDir(name), text, { mode });
    return inDir(name);
};
const freshKey = () => randomBytes(32).toString('hex');

let server;
const provoked = new Set(), healthy = new Set();

before(async () => {
    chmodSync(dir, 0o755); // the server's user is another
    server = await startServer();
});
after(() => server?.stop());

/** What a server without an embedded database is told of this one's. */
function settings() {
    const dsn = (role) => `host=${server.socket} dbname=wulian user=${role}`;
    return {
        WULIAN_DB_APP_DSN: dsn('wulian_app'),
        WULIAN_DB_GATE_DSN: dsn('wulian_gate'),
        WULIAN_DB_OWNER_DSN: dsn('wulian_owner'),
        WULIAN_KEYS_MASTER_FILE: join(server.place.state, 'master.key'),
        WULIAN_AUDIT_KEY_FILE: join(server.place.state, 'audit.key'),
        WULIAN_PLUGINS_QUARANTINE: join(server.place.state, 'quarantine'),
    };
}

/** { finding: { verdict, detail, advice } }, and `status`, `last` line. */
async function examine(env, args = ['--embedded', server.dir]) {
    const child = watch(spawn(server.binary, ['doctor', ...args], { cwd: root, env: { ...server.environment(), ...env } }));
    let out = '', err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    const status = await new Promise((done) => child.once('close', done));
    assert.match(err, env?.HOST_WRONG_SUMS ? /scrypt gives a wrong answer/ : /^$/);
    const lines = out.trimEnd().split('\n');
    const last = lines.pop();
    const found = {};
    let name;
    for (const line of lines) {
        const [, advice] = /^ {6}→ (.+)$/.exec(line) ?? [];
        if (advice) {
            found[name].advice = advice;
            continue;
        }
        const [, mark, what, detail] = /^(ok {2}|look|BAD ) {2}(.+?)(?:: (.*))?$/.exec(line) ?? assert.fail(line);
        name = what;
        assert.ok(!(name in found), `${name} twice`);
        found[name] = { verdict: mark.trim(), detail: detail ?? '' };
    }
    for (const [what, { verdict, advice }] of Object.entries(found)) {
        assert.equal(advice === undefined, verdict === 'ok', `${what}: what is not right has its advice`);
        if (verdict === 'ok') healthy.add(what);
    }
    const count = (wanted) => Object.values(found).filter(({ verdict }) => verdict === wanted).length;
    assert.equal(status, count('BAD') ? 1 : 0, out);
    assert.equal(last, (count('BAD') ? `${count('BAD')} to be mended` : 'nothing is wrong') +
        (count('look') ? `, ${count('look')} to look at` : ''));
    return found;
}

/** One finding as it stands now. */
async function finding(what, verdict, detail, env, args) {
    const found = (await examine(env, args))[what];
    assert.ok(found, `no word of ${what}`);
    assert.equal(found.verdict, verdict, `${what}: ${found.detail}`);
    assert.match(found.detail, detail, what);
    if (verdict !== 'ok') provoked.add(what);
    return found;
}

/** A finding that is there while the fault is, with its advice, and no longer. */
async function comesAndGoes(what, { fault, mend, verdict = 'BAD', detail, advice, well = /^/ }) {
    await fault();
    try {
        assert.match((await finding(what, verdict, detail)).advice, advice, what);
    } finally {
        await mend();
    }
    await finding(what, 'ok', well);
}

const plain = (what, verdict, detail, env) => finding(what, verdict, detail, { ...settings(), ...env }, []);

test('a fresh server: nothing is wrong, and what nobody has set up yet is to be looked at', async () => {
    const found = await examine();
    const looks = Object.entries(found).filter(([, { verdict }]) => verdict !== 'ok').map(([what, { verdict }]) => [what, verdict]);
    assert.deepEqual(looks, [['backup', 'look'], ["the database's log is archived", 'look'], ['a county is open', 'look']]);
    assert.match(found['disk of the embedded database'].detail, /^[0-9.]+ GiB left at \//);
    assert.match((await finding('a county is open', 'look', /^$/)).advice, /wulian divisions import/);
});

/* ---- files and settings ------------------------------------------------------------------------- */

test('the master key: not set, not there, open to others, no key', async () => {
    const key = (file) => ({ WULIAN_KEYS_MASTER_FILE: file });
    await plain('master key', 'BAD', /^not set$/, key(''));
    await plain('master key', 'BAD', /nowhere: No such file/, key(inDir('nowhere')));
    await plain('master key', 'BAD', /must not be open to other users \(chmod o=\)/, key(keyFile('open', freshKey(), 0o604)));
    const { advice } = await plain('master key', 'BAD', /64 hexadecimal digits/, key(keyFile('short', 'abc')));
    assert.match(advice, /set keys\.master_file to a file of 64 hex digits.*keep a copy/);
    await plain('master key', 'ok', /master\.key$/);
});

test('the audit key: without one nothing is sealed, and its lateness is not asked for', async () => {
    const seal = 'the audit ledger is sealed';
    const { advice } = await plain('audit key', 'look', /^not set$/, { WULIAN_AUDIT_KEY_FILE: '' });
    assert.match(advice, /set audit\.key_file to a file of 64 hex digits/);
    assert.ok(!(seal in await examine({ ...settings(), WULIAN_AUDIT_KEY_FILE: '' }, [])));
    await plain('audit key', 'BAD', /nowhere: No such file/, { WULIAN_AUDIT_KEY_FILE: inDir('nowhere') });
    await plain('audit key', 'ok', /audit\.key$/);
    await plain(seal, 'ok', /^0 s late$/);
});

for (const [setting, role] of [['db.app_dsn', 'wulian_app'], ['db.gate_dsn', 'wulian_gate'], ['db.owner_dsn', 'wulian_owner']]) {
    test(`${setting}: not set, another role than its own`, async () => {
        const dsn = (value) => ({ [`WULIAN_${setting.toUpperCase().replace('.', '_')}`]: value });
        const unset = await plain(setting, 'BAD', /^not set$/, dsn(''));
        assert.match(unset.advice, /--embedded DIR, --config FILE or the setting/);
        const other = await plain(setting, 'BAD', /^connects as postgres, not as wulian_\w+$/, dsn(`host=${server.socket} dbname=wulian user=postgres`));
        assert.match(other.detail, new RegExp(`not as ${role}$`));
        assert.match(other.advice, /its own role: to others the walls between counties do not apply/);
        await plain(setting, 'ok', /^connects$/);
    });
}

test('the backup: not watched, none yet, an old one', async () => {
    const stamp = (file) => ({ WULIAN_WATCH_BACKUP_STAMP: file });
    const touched = (hoursAgo) => {
        const at = new Date(Date.now() - hoursAgo * 3600e3);
        writeFileSync(inDir('stamp'), '');
        utimesSync(inDir('stamp'), at, at);
        return stamp(inDir('stamp'));
    };
    const { advice } = await finding('backup', 'look', /^not watched$/);
    assert.match(advice, /back up the database, the files and the keys every day.*watch\.backup_stamp/);
    await finding('backup', 'BAD', /nowhere: No such file/, stamp(inDir('nowhere')));
    await finding('backup', 'BAD', /^37 hours old$/, touched(37.5));
    await finding('backup', 'ok', /^36 hours old$/, touched(36.5));
});

test('the certificate: none to be read, one that ends soon, a good one', async () => {
    const file = inDir('proxy.pem');
    const certify = (days) => assert.equal(spawnSync('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-subj',
        '/CN=wulian.test', '-days', String(days), '-keyout', inDir('proxy.key'), '-out', file]).status, 0);
    const env = { WULIAN_WATCH_CERTIFICATE: file };
    assert.ok(!('certificate' in await examine()), 'TLS may end elsewhere');
    const { advice } = await finding('certificate', 'BAD', /proxy\.pem: there is none to be read/, env);
    assert.match(advice, /renew it, and reload the proxy/);
    certify(5);
    await finding('certificate', 'look', /^[45] days left$/, env);
    certify(90);
    await finding('certificate', 'ok', /^(89|90) days left$/, env);
});

test('a plugin that is held back, until it is released; where nobody could remember it', async () => {
    const what = 'no plugin is held back for its crashes';
    const held = join(server.place.state, 'quarantine');
    mkdirSync(held, { recursive: true });
    writeFileSync(join(held, 'shaky@1.0.0'), '');
    const { advice } = await finding(what, 'BAD', /^shaky 1\.0\.0$/);
    assert.match(advice, /install a mended version, or wulian plugin release NAME/);
    assert.equal((await server.cli(['plugin', 'release', 'shaky'])).status, 0);
    await finding(what, 'ok', /^$/);
    const unset = await plain(what, 'look', /^plugins\.quarantine is not set$/, { WULIAN_PLUGINS_QUARANTINE: '' });
    assert.match(unset.advice, /set plugins\.quarantine to a folder/);
    await finding(what, 'look', /stamp: Not a directory/, { WULIAN_PLUGINS_QUARANTINE: inDir('stamp') });
    rmSync(held, { recursive: true });
    await finding(what, 'ok', /^$/);
});

test('a disk that gets full, a library that computes wrongly', async () => {
    const host = (env) => ({
        LD_PRELOAD: resolve(root, build, 'tests/crash/host.so'),
        ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0:verify_asan_link_order=0',
        ...env,
    });
    const disk = 'disk of the embedded database';
    const left = (gib) => host({ HOST_DISK_FREE: String(gib * 2 ** 30) });
    const { advice } = await finding(disk, 'BAD', /^0\.9 GiB left at \//, left(0.9));
    assert.match(advice, /make room/);
    await finding(disk, 'look', /^4\.9 GiB left/, left(4.9));
    await finding(disk, 'ok', /^5\.1 GiB left/, left(5.1));
    const wrong = await finding('cryptography', 'BAD', /^$/, host({ HOST_WRONG_SUMS: '1' }));
    assert.match(wrong.advice, /OpenSSL library gives wrong results: replace it/);
    await finding('cryptography', 'ok', /^$/, host({}));
});

/* ---- the database ------------------------------------------------------------------------------- */

/** Sets it for the whole cluster, or (null) no longer; who comes next has it. */
async function clusterSet(name, value) {
    await server.psql(`alter system ${value === null ? `reset ${name}` : `set ${name} = ${value}`}`);
    const before = await server.psql('select pg_conf_load_time()');
    await server.psql('select pg_reload_conf()');
    while (await server.psql('select pg_conf_load_time()') === before) await sleep(20);
}

test('commits that do not wait for the disk: everybody\'s, or those of one role', async () => {
    const what = 'every commit waits for the disk (fsync, full_page_writes, synchronous_commit)';
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
        await comesAndGoes(what, {
            fault: () => clusterSet(name, 'off'),
            mend: () => clusterSet(name, null),
            detail: new RegExp(`^${name} is off$`),
            advice: /turn them on: what was acknowledged would be lost in a power cut/,
        });
    }
    await comesAndGoes(what, {
        fault: () => server.psql('alter role wulian_app set synchronous_commit = off'),
        mend: () => server.psql('alter role wulian_app reset synchronous_commit'),
        detail: /^synchronous_commit=off for wulian_app$/,
        advice: /turn them on/,
    });
});

test('a PostgreSQL that says it is too old', () => comesAndGoes('PostgreSQL 15 or later', {
    fault: () => server.psql(`create schema older; grant usage on schema older to public;
        create function older.current_setting(text) returns text language sql as $$
            select case $1 when 'server_version' then '14.9' when 'server_version_num' then '140009'
                   else pg_catalog.current_setting($1) end $$;
        alter role wulian_owner set search_path = older, pg_catalog`),
    mend: () => server.psql('alter role wulian_owner reset search_path; drop schema older cascade'),
    detail: /^14\.9$/,
    advice: /^upgrade PostgreSQL$/,
    well: /^1[5-9]/,
}));

test('migrations: none yet, one to come, one of a newer program, one that was changed', async () => {
    const what = 'migrations applied';
    const sql = inDir('sql');
    const env = { WULIAN_PATHS_SQL: sql };
    const migrate = async (status) => {
        server.env = env;
        const { status: was, err } = await server.cli(['migrate', '--files']);
        server.env = {};
        assert.equal(was, status, err);
    };
    cpSync(join(root, 'sql'), sql, { recursive: true });
    await server.psql('create database empty');
    const none = await plain(what, 'BAD', /^none yet$/, { WULIAN_DB_OWNER_DSN: `host=${server.socket} dbname=empty user=wulian_owner` });
    assert.equal(none.advice, 'run wulian migrate');
    writeFileSync(join(sql, '9999_later.sql'), 'create table core.later (n int);\n');
    try {
        const later = await finding(what, 'BAD', /^1 to come$/, env);
        assert.equal(later.advice, 'run wulian migrate');
        await migrate(0);
        await finding(what, 'ok', /^$/, env);
        const older = await finding(what, 'BAD', /9999_later\.sql: was applied to this database but is not here/);
        assert.match(older.advice, /of the version that the database was brought to/);
        writeFileSync(join(sql, '9999_later.sql'), 'create table core.latest (n int);\n');
        await finding(what, 'BAD', /9999_later\.sql: was changed after it was applied/, env);
    } finally {
        await server.psql(`drop table if exists core.later; delete from core.migration where number = 9999`);
    }
    await finding(what, 'ok', /^$/);
});

test('what the tables say: walls, permissions, partitions, the epoch of the ledger', async () => {
    const migrate = async () => assert.equal((await server.cli(['migrate'])).status, 0);
    await comesAndGoes('isolation of the tenants', {
        fault: () => server.psql('alter table station.visit disable row level security'),
        mend: () => server.psql('alter table station.visit enable row level security'),
        detail: /^table station\.visit has no row security/,
        advice: /somebody changed tables or roles by hand/,
    });
    await comesAndGoes('roles and permissions published', {
        fault: () => server.psql('delete from core.role_permission'),
        mend: migrate,
        detail: /^0 grants$/,
        advice: /^run wulian migrate$/,
        well: /^\d{3,} grants$/,
    });
    const next = await server.psql(`select 'core.audit_' || to_char(core.today() + interval '1 month', 'YYYYMM')`);
    await comesAndGoes('audit partitions for next month', {
        fault: () => server.psql(`drop table ${next}`),
        mend: async () => {
            assert.equal((await server.cli(['reload'])).status, 0);
            while (await server.psql(`select to_regclass('${next}') is null`) === 't') await sleep(50);
        },
        detail: /^$/,
        advice: /start the server, or wulian reload: its jobs process makes them.*job_refused/,
    });
    await comesAndGoes('the audit ledger lives in the cluster of its epoch', {
        fault: () => server.psql('update core.audit_epoch set cluster = 1'),
        mend: migrate,
        detail: /^$/,
        advice: /wulian migrate: the database was restored from a dump/,
    });
});

test('pages without checksums and a log that nobody archives: each until the cluster has it', async () => {
    const asOwner = process.getuid() === 0 ? ['runuser', '-u', server.place.user, '--'] : [];
    const checksums = (how) => {
        const [command, ...args] = [...asOwner, join(programs(), 'pg_checksums'), how, '--no-sync',
            '-D', join(server.place.state, 'data')];
        const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: '/' });
        assert.equal(status, 0, stderr);
    };
    const sums = 'data checksums', archive = "the database's log is archived";
    await finding(sums, 'ok', /^$/);
    assert.match((await finding(archive, 'look', /^archive_mode is off$/)).advice, /archive_mode, archive_command/);
    await server.psql('alter system set archive_mode = on');
    await server.psql(`alter system set archive_command = '/bin/true'`);
    await server.halt();
    const stopped = await examine();
    for (const setting of ['db.app_dsn', 'db.gate_dsn', 'db.owner_dsn']) {
        assert.match(stopped[setting].detail, /^connection to server on socket ".*" failed: .* Is the server running/);
        assert.match(stopped[setting].advice, /is PostgreSQL running \(wulian serve --embedded starts its own\).*wulian migrate --roles/);
    }
    checksums('--disable');
    await server.start();
    await finding(archive, 'ok', /^0 failures$/);
    assert.match((await finding(sums, 'look', /^$/)).advice, /pg_checksums --enable on the stopped cluster/);
    await server.halt();
    checksums('--enable');
    await server.start();
    await finding(sums, 'ok', /^$/);
});

/* ---- counties ----------------------------------------------------------------------------------- */

test('a county: its administrators, their second factor, its keys', async () => {
    await openCounty(server, JIANGHUA);
    await finding('a county is open', 'ok', /^431129 江华/);
    const three = 'each county has its three administrators (三员)';
    const lacks = await finding(three, 'look', /^431129 lacks sys_admin, 431129 lacks sec_admin, 431129 lacks audit_admin$/);
    assert.match(lacks.advice, /wulian user add --role sys_admin \(sec_admin, audit_admin\)/);
    await people(server, JIANGHUA, { sys: ['sys_admin', JIANGHUA, '何系统'], sec: ['sec_admin', JIANGHUA, '奉安全'] });
    await finding(three, 'look', /^431129 lacks audit_admin$/);
    await people(server, JIANGHUA, { audit: ['audit_admin', JIANGHUA, '李审计'] });
    await finding(three, 'ok', /^$/);
    const second = 'administrators sign in with a second factor';
    const { advice } = await finding(second, 'look', /^431129$/);
    const [, roles] = /: ((?:\w+_admin ?)+)$/.exec(advice);
    await setParam(server, JIANGHUA, 'sign_in.second_factor_roles', roles);
    await finding(second, 'ok', /^$/);
    const keys = 'county keys open under the master key';
    const other = await plain(keys, 'BAD', /^431129 data, 431129 index, 431129 pseudonym$/, { WULIAN_KEYS_MASTER_FILE: keyFile('other', freshKey()) });
    assert.match(other.advice, /restore that file; without it their encrypted fields are lost/);
    await plain(keys, 'ok', /^$/);
});

test('rows of the audit that wait for their seal', async () => {
    const what = 'the audit ledger is sealed';
    const jobs = server.kill('jobs', 'SIGSTOP');
    try {
        await server.psql(`insert into core.audit (county, action, request, at)
            values (${JIANGHUA}, 'x', gen_random_uuid(), now() - interval '30 seconds')`);
        const { advice } = await finding(what, 'BAD', /^3\d s late$/);
        assert.match(advice, /is the server running\? Its log says why/);
    } finally {
        process.kill(jobs, 'SIGCONT');
    }
    while (Number(await server.psql('select core.audit_late_seconds(null)')) > 0) await sleep(50);
    await finding(what, 'ok', /^0 s late$/);
});

/** Findings that take another database to provoke. */
const ELSEWHERE = {
    "there is room on the database's disk": 'crash/disk_full',
    'standbys keep up': 'api/vitals',
};

test('every finding was provoked, and was well once', () => {
    assert.deepEqual([...provoked].filter((what) => !healthy.has(what)), []);
    assert.deepEqual([...healthy].filter((what) => !provoked.has(what)).sort(), Object.keys(ELSEWHERE).sort());
    assert.deepEqual(Object.values(ELSEWHERE).filter((file) => !readdirSync(join(root, 'tests', file, '..'))
        .includes(`${file.split('/')[1]}.test.mjs`)), []);
});
