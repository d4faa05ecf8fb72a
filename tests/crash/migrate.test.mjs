// wulian migrate against files that are wrong, that change, that wait, and against a second one.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { startCluster } from '../lib/cluster.mjs';
import { outlasting } from '../lib/race.mjs';
import { root, tempFolder } from '../lib/temp.mjs';

const run = promisify(execFile);
let cluster;
let dir;

before(async () => {
    cluster = await startCluster();
    assert.equal(cluster.wulian(['migrate', '--roles']).status, 0);
});
after(() => cluster.stop());

beforeEach(async () => {
    await cluster.psql('drop schema if exists core, shop cascade');
    dir = tempFolder();
    file('sql/0001_first.sql', 'create schema shop; create table shop.a (n int);');
    file('sql/0002_second.sql', 'insert into shop.a values (1);');
});

function file(path, text) {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), text);
}

const paths = () =>
    ({ WULIAN_PATHS_SQL: join(dir, 'sql'), WULIAN_PATHS_PLUGINS_SQL: join(dir, 'plugins') });
const migrate = () => cluster.wulian(['migrate', '--files'], paths());
/** The same without waiting for it: { stdout }. */
const migrating = () => run(resolve(root, process.env.WULIAN_BUILD || 'build', 'wulian'),
    ['migrate', '--files', '--dsn', cluster.dsn('wulian_owner')], { env: { ...process.env, ...paths() } });
const applied = () =>
    cluster.psql(`select string_agg(source || number, ' ' order by source, number)
                    from core.migration`);

function refused(pattern) {
    const { status, err } = migrate();
    assert.equal(status, 1);
    assert.match(err, pattern);
    assert.equal(err.trim().split('\n').length, 1, err);
}

test('applies core, then plugins, and nothing twice', async () => {
    file('plugins/zoo/sql/0001_zoo.sql', 'insert into shop.a values (3);');
    file('plugins/ant/sql/0001_ant.sql', 'insert into shop.a values (2);');
    const first = migrate();
    assert.equal(first.status, 0, first.err);
    assert.match(first.out, /4 applied now, 4 in all/);
    assert.match(migrate().out, /0 applied now, 4 in all/);
    assert.equal(await applied(), 'ant1 core1 core2 zoo1');
    assert.equal(await cluster.psql('select count(*) from shop.a'), '3');
    assert.equal(await cluster.psql(`select distinct tableowner from pg_tables
                                      where schemaname in ('core', 'shop')`), 'wulian_owner');
});

test('leaves out plugins that are not enabled', async () => {
    file('plugins/ant/sql/0001_ant.sql', 'insert into shop.a values (2);');
    const { status } = cluster.wulian(['migrate', '--files'], { ...paths(), WULIAN_PLUGINS_ENABLED: 'zoo' });
    assert.equal(status, 0);
    assert.equal(await applied(), 'core1 core2');
});

test('refuses a file that changed after it was applied', () => {
    migrate();
    file('sql/0002_second.sql', 'insert into shop.a values (2);');
    refused(/0002_second\.sql: was changed after it was applied here/);
});

test('refuses a database that knows more', () => {
    migrate();
    rmSync(join(dir, 'sql/0002_second.sql'));
    refused(/0002_second\.sql: was applied to this database but is not here/);
});

test('refuses two files of one number and an odd name', () => {
    file('sql/0002_twin.sql', 'select 1;');
    refused(/0002_twin\.sql: another file has the same number/);
    rmSync(join(dir, 'sql/0002_twin.sql'));
    file('sql/3_third.sql', 'select 1;');
    refused(/3_third\.sql: a migration is named NNNN_name\.sql/);
});

test('a file that fails leaves no trace and stops the rest', async () => {
    file('sql/0002_second.sql', 'insert into shop.a values (1); select 1/0;');
    file('sql/0003_third.sql', 'insert into shop.a values (3);');
    refused(/0002_second\.sql: division by zero \[22012\]/);
    assert.equal(await applied(), 'core1');
    assert.equal(await cluster.psql('select count(*) from shop.a'), '0');
});

test('refuses a file that ends its own transaction', () => {
    file('sql/0002_second.sql', 'insert into shop.a values (1); commit; begin;');
    refused(/0002_second\.sql: ends the transaction it runs in/);
});

test('two at once apply each file once', async () => {
    file('sql/0003_slow.sql', `do $$ begin perform pg_catalog.count(*) from
        pg_catalog.generate_series(1, 3000000); end $$; insert into shop.a values (3);`);
    const both = await Promise.all([migrating(), migrating()]);
    const counts = both.map(({ stdout }) => Number(/(\d+) applied now/.exec(stdout)[1]));
    assert.deepEqual(counts.sort(), [0, 3]);
    assert.equal(await cluster.psql('select count(*) from shop.a'), '2');
});

test('waits for a lock by trying again', async () => {
    migrate();
    file('sql/0003_alter.sql', 'alter table shop.a add column b int;');
    const { stdout } = await outlasting(cluster, 'lock table shop.a', migrating);
    assert.match(stdout, /core\/0003_alter\.sql waits for a lock \(1 of 10\)/);
});

test('says what is missing without a database', () => {
    const none = { WULIAN_DB_OWNER_DSN: '' };
    const { status, err } = cluster.wulian(['migrate'], none);
    assert.equal(status, 2);
    assert.match(err, /no database: give --dsn, --embedded or db\.owner_dsn/);
});
