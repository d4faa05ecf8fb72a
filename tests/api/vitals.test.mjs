// What /metrics and `wulian doctor` say of the database's archive and standbys, of the backup and of the
// proxy's certificate.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCluster } from '../lib/cluster.mjs';
import { startServer } from '../lib/server.mjs';
import { tempFolder, watch } from '../lib/temp.mjs';

const dir = tempFolder();
const stamp = join(dir, 'backup'), certificate = join(dir, 'proxy.pem');
const refusal = join(dir, 'refusal'); // while it exists nothing is archived
let cluster, server;

function certify(days) {
    const { status, stderr } = spawnSync('openssl', ['req', '-x509', '-newkey', 'ed25519', '-nodes', '-subj',
        '/CN=wulian.test', '-days', String(days), '-keyout', join(dir, 'key'), '-out', certificate]);
    assert.equal(status, 0, String(stderr));
    chmodSync(certificate, 0o644);
}

function backedUp(hoursAgo) {
    const at = new Date(Date.now() - hoursAgo * 3600e3);
    writeFileSync(stamp, '');
    utimesSync(stamp, at, at);
}

before(async () => {
    chmodSync(dir, 0o755); // the server's user is another
    certify(20);
    backedUp(2);
    cluster = await startCluster({ migrate: true, args: ['-c', 'archive_mode=on', '-c', `archive_command=test ! -e ${refusal}`] });
    server = await startServer({ database: cluster, env: { WULIAN_METRICS_LISTEN: '127.0.0.1:0',
        WULIAN_WATCH_BACKUP_STAMP: stamp, WULIAN_WATCH_CERTIFICATE: certificate } });
});
after(async () => {
    await server?.stop();
    await cluster?.stop();
});

const gauge = async (name) => (await server.metrics())[name] ?? null;

/** Waits until it is so; a fresh jobs process looks at once, and every ten seconds. */
async function look(name, holds) {
    for (const pid of server.pids('jobs')) process.kill(pid, 'SIGKILL');
    for (let i = 0; i < 600; i++, await sleep(50)) if (holds(await gauge(name))) return;
    assert.fail(`${name} stays ${await gauge(name)}`);
}

const doctor = async () => (await server.cli(['doctor'])).out;

test('without a key nothing is sealed, and nobody is said to be silent about it', async () => {
    await look('wulian_jobs_silent_seconds{what="clock"}', (seconds) => seconds !== null);
    assert.equal(await gauge('wulian_jobs_silent_seconds{what="audit"}'), null);
});

test('the age of the backup, by its stamp', async () => {
    await look('wulian_backup_age_seconds', (age) => age >= 7200 && age < 7300);
    assert.match(await doctor(), /^ok {4}backup: 2 hours old$/m);
    backedUp(40);
    await look('wulian_backup_age_seconds', (age) => age >= 144000 && age < 144100);
    assert.match(await doctor(), /^BAD {3}backup: 40 hours old$/m);
});

test('the days of the certificate', async () => {
    await look('wulian_certificate_days', (days) => days === 19 || days === 20);
    assert.match(await doctor(), /^ok {4}certificate: (19|20) days left$/m);
    certify(5);
    await look('wulian_certificate_days', (days) => days === 4 || days === 5);
    assert.match(await doctor(), /^look {2}certificate: [45] days left$/m);
    writeFileSync(certificate, 'none');
    await look('wulian_certificate_days', (days) => days === 0);
    assert.match(await doctor(), /^BAD {3}certificate: .*proxy\.pem: there is none to be read$/m);
});

test('segments that are not archived', async () => {
    await look('wulian_wal_archive_failures_total', (n) => n === 0);
    assert.match(await doctor(), /^ok {4}the database's log is archived: 0 failures$/m);
    const segment = () => cluster.psql('create table t (); drop table t; select pg_switch_wal()');
    writeFileSync(refusal, '');
    await segment();
    await look('wulian_wal_archive_failures_total', (n) => n > 0);
    assert.match(await doctor(), /^look {2}the database's log is archived: \d+ failures$/m);
    rmSync(refusal);
    await segment(); // who failed three times waits for the next, or a minute
    for (let i = 0; i < 600 && /^look.* log is archived/m.test(await doctor()); i++) await sleep(50);
    assert.match(await doctor(), /^ok {4}the database's log is archived: \d+ failures$/m);
});

test('standbys, and how late the last of them is', async () => {
    await look('wulian_replicas', (n) => n === 0);
    const wal = join(dir, 'wal');
    mkdirSync(wal);
    const receiver = watch(spawn('pg_receivewal', ['-h', cluster.socket, '-U', 'postgres', '-D', wal,
        '--status-interval=1', '--no-loop'], { stdio: 'ignore' }));
    try {
        await look('wulian_replicas', (n) => n === 1);
        await look('wulian_replica_late_bytes', (n) => n < 1e6);
        receiver.kill('SIGSTOP');
        await cluster.psql(`create table t as select repeat('x', 1000) as x from generate_series(1, 100000)`);
        await look('wulian_replica_late_bytes', (n) => n > 64 * 1024 * 1024);
        assert.match(await doctor(), /^look {2}standbys keep up: 1 of them, the last \d+ bytes behind$/m);
    } finally {
        receiver.kill('SIGKILL');
    }
    await look('wulian_replicas', (n) => n === 0);
    assert.match(await doctor(), /^ok {4}standbys keep up: there is none$/m);
});
