// A throw-away PostgreSQL without a server on top, for tests of SQL, migrations and plain DSNs.
//
//     const cluster = await startCluster({ migrate: true });
//     await cluster.psql('select count(*) from core.migration');
//     await cluster.stop();
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import * as pg from './psql.mjs';
import { removeNow, root, tempFolder, watch } from './temp.mjs';

/** The folder of the newest PostgreSQL's programs. */
export function programs() {
    const base = '/usr/lib/postgresql';
    const newest = readdirSync(base).map(Number).filter((v) => v >= 15).sort((a, b) => b - a)[0];
    if (!newest) throw new Error('PostgreSQL 15 or later is missing: run deploy/bootstrap');
    return join(base, String(newest), 'bin');
}

/** PostgreSQL refuses to run as root. */
function unprivileged() {
    if (process.getuid() !== 0) return {};
    const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((l) => l.startsWith('wulian:'));
    if (!line) throw new Error('system user wulian is missing: run deploy/bootstrap');
    const [, , uid, gid] = line.split(':');
    return { uid: Number(uid), gid: Number(gid) };
}

function must(command, args, options) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
    if (status !== 0) throw new Error(`${command}: ${error ?? stderr}`);
}

class Cluster {
    constructor(dir) {
        this.dir = dir;
        this.socket = dir;
        this.key = join(dir, 'master.key');
    }

    dsn(role = 'postgres', database = 'wulian') {
        return `host=${this.socket} user=${role} dbname=${database}`;
    }

    psql(sql, role, database) {
        return pg.psql(this.socket, sql, role, database);
    }

    transaction(change, role, database) {
        return pg.transaction(this.socket, change, role, database);
    }

    rows(query, role, database) {
        return pg.rows(this.socket, query, role, database);
    }

    /** Settings of a program whose database this is. */
    environment() {
        return {
            WULIAN_DB_APP_DSN: this.dsn('wulian_app'),
            WULIAN_DB_GATE_DSN: this.dsn('wulian_gate'),
            WULIAN_DB_OWNER_DSN: this.dsn('wulian_owner'),
            WULIAN_DB_INSTALL_DSN: this.dsn('postgres'),
            WULIAN_KEYS_MASTER_FILE: this.key,
        };
    }

    /** Runs `wulian …` with this database as its settings: { status, out, err }. */
    wulian(args, env = {}, build = process.env.WULIAN_BUILD || 'build') {
        const { status, stdout, stderr } = spawnSync(resolve(root, build, 'wulian'), args, {
            encoding: 'utf8',
            env: { ...process.env, ...this.environment(), ...env },
        });
        return { status, out: stdout, err: stderr };
    }

    async stop() {
        this.child.kill('SIGINT');
        await this.exited;
        removeNow(this.dir);
    }
}

/** `migrate`: also roles and tables; `args`: more of postgres. */
export async function startCluster({ migrate = false, args: more = [] } = {}) {
    const dir = tempFolder();
    const bin = programs();
    const as = unprivileged();
    const data = join(dir, 'data');
    const cluster = new Cluster(dir);
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(cluster.key, randomBytes(32).toString('hex'), { mode: 0o600 });
    if (as.uid) for (const path of [dir, data, cluster.key]) chownSync(path, as.uid, as.gid);
    must(join(bin, 'initdb'), ['-D', data, '--no-sync', '--auth=trust', '--username=postgres',
        '--encoding=UTF8', '--locale=C.UTF-8'], { ...as, cwd: dir });
    cluster.child = watch(spawn(join(bin, 'postgres'), ['-D', data, '-k', dir, '-F',
        '-c', 'listen_addresses=', '-c', 'logging_collector=off', ...more],
    { ...as, cwd: dir, stdio: 'ignore' }));
    cluster.exited = new Promise((done) => cluster.child.once('exit', done));
    for (let i = 0; ; i++) {
        try {
            await cluster.psql('create database wulian', 'postgres', 'postgres');
            break;
        } catch (fault) {
            if (i > 400) throw fault;
            await sleep(25);
        }
    }
    for (const args of migrate ? [['migrate', '--roles'], ['migrate']] : []) {
        const { status, err } = cluster.wulian(args);
        if (status !== 0) throw new Error(err);
    }
    return cluster;
}
