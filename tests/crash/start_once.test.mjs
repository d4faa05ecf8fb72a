// What the processes of a server ask the database as they begin is asked by one of them, and what
// was done to the database between two starts, or between two processes of one, still is found.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCluster } from '../lib/cluster.mjs';
import { startServer } from '../lib/server.mjs';

const WORKERS = 6;
let cluster;

before(async () => {
    cluster = await startCluster({ migrate: true });
    await cluster.psql("alter system set track_functions = 'all'; select pg_reload_conf()");
});
after(() => cluster?.stop());

/** How often the application asked whether the tenants are apart. */
async function asked() {
    await sleep(1100); // a session tells its counts when it ends, or once a second
    const [{ n }] = await cluster.rows(`select coalesce(sum(calls), 0)::int as n
        from pg_stat_user_functions where funcname = 'isolation_faults'`);
    return n;
}

async function failedStart() {
    const server = startServer({ database: cluster, workers: WORKERS });
    return server.then(async (began) => {
        await began.stop();
        return '';
    }, (fault) => fault.message);
}

test('a start asks once, a process that comes later asks anew', async () => {
    const before = await asked();
    const server = await startServer({ database: cluster, workers: WORKERS });
    try {
        const atStart = await asked();
        // who was not even forked when the first began to ask does not believe it
        assert.ok(atStart - before >= 1 && atStart - before <= 2, `${atStart - before} times`);
        await server.respawned('worker', server.kill('worker'));
        assert.equal(await asked(), atStart + 1);
    } finally {
        await server.stop();
    }
});

test('a policy that was dropped between two starts refuses the second', async () => {
    await cluster.psql('alter policy county on station.resident_history rename to gone');
    assert.match(await failedStart(), /start_refused.*station\.resident_history: lacks the county or the scope policy/);
    await cluster.psql('alter policy gone on station.resident_history rename to county');
    assert.equal(await failedStart(), '');
});

test('one that was dropped while the server runs refuses who comes later', async () => {
    const server = await startServer({ database: cluster, workers: 2 });
    try {
        await cluster.psql(`create policy "open" on station.resident for select to wulian_app using (true)`);
        server.kill('worker');
        await server.logged(/start_refused.*station\.resident: has a permissive policy beside scope/);
        await cluster.psql('drop policy "open" on station.resident');
        await server.respawned('worker');
    } finally {
        await server.stop();
    }
});

// ---- what migrate checks before an embedded server begins ---------------------------------------

describe('an embedded server that starts again', () => {
    let server;
    before(async () => {
        server = await startServer();
        await server.end();
        await server.start();
    });
    after(async () => {
        await server?.end();
        server?.remove();
    });

    /** What the log says of the next start. */
    async function again() {
        await server.end();
        server.log = '';
        await server.start().catch(() => {});
        return server.log;
    }

    test('has nothing checked that it had checked just so', async () => {
        assert.match(await again(), /migrate: plugin elderly \S+ was checked before$/m);
    });

    test('has all checked when the catalog is another, or somebody asks by hand', async () => {
        await server.psql('create function public.new() returns int language sql return 1');
        assert.match(await again(), /migrate: plugin elderly \S+ checked$/m);
        assert.match(await again(), /migrate: plugin elderly \S+ was checked before$/m);
        assert.match((await server.cli(['migrate'])).out, /plugin elderly \S+ checked$/m);
    });

    test('has all checked when it was not remembered so', async () => {
        await server.psql('update core.plugin set schema = schema + 1');
        assert.match(await again(), /migrate: plugin elderly \S+ checked$/m);
    });

    test('is refused what a statement may no longer', async () => {
        await server.psql('revoke all on all tables in schema station, core from wulian_check');
        const log = await again();
        assert.match(log, /wulian migrate: .*permission denied/);
        assert.doesNotMatch(log, /was checked before|Wulian serves/);
    });
});
