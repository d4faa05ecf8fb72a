// The sealed ledger: what is written is sealed within a second or so, exported, and checked by two programs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, rmdirSync,
    writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { WAYS, tampered } from '../lib/audit_tamper.mjs';
import { verifyExport } from '../lib/audit_verify.mjs';
import { JIANGHUA, SHUNHE, SUYU, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { tempFolder } from '../lib/temp.mjs';

/** Rows come from the test alone, not by the clock. */
const STILL = { WULIAN_JOBS_CHORES: '0', WULIAN_NOTICE_REMIND_S: '0' };
let server, who, suyu, auditor, key, dir;

before(async () => {
    server = await startServer({ env: { WULIAN_AUDIT_REFUSE_S: '3', WULIAN_AUDIT_ALERT_S: '2',
        WULIAN_METRICS_LISTEN: '127.0.0.1:0', ...STILL } });
    ({ who, suyu } = await openTwoCounties(server));
    ({ auditor } = await people(server, JIANGHUA, { auditor: ['audit_admin', undefined, '审计'] }));
    key = (await server.cli(['audit', 'key'])).out.trim();
    dir = tempFolder();
});
after(() => server?.stop());

const make = (n) => Promise.all(Array.from({ length: n }, (_, i) =>
    who.head.post('/station/residents', { div: YANGHUA, name: `单秀英${'甲乙丙丁'[i % 4]}`, sex: '2' })));

const late = () => server.psql('select count(*) from core.audit_late(null)');

async function until(what, holds) {
    for (let i = 0; i < 400; i++) {
        if (await holds()) return;
        await sleep(50);
    }
    throw new Error(`never: ${what}\n${server.log.slice(-2000)}`);
}

const unsealed = async () => Number(await server.psql(
    'select sum(core.audit_unsealed(t.county, 10000)) from core.tenant t'));

/** The number of rows without a seal as /metrics tells it, looked up every ten seconds. */
const unsealedTold = async () => (await server.metrics()).wulian_audit_unsealed_rows;

const sealed = () => until('all is sealed', async () => (await late()) === '0');

const outside = (county = JIANGHUA) => join(server.place.state, 'seals', `${county}.ndjson`);

async function exported(county = JIANGHUA, ...more) {
    const file = join(dir, `${county}-${Math.random()}.ndjson`);
    const { status, err } = await server.cli(['audit', 'export', '--county', String(county), ...more, file]);
    assert.equal(status, 0, err);
    return { file, text: readFileSync(file, 'utf8') };
}

/** Every seal once, over every row, and the copies outside hold the same. */
async function whole() {
    const heads = await server.rows(`select county, max(seal)::int as seal, max(n)::int as n, count(*)::int as seals
        from core.audit_seal group by 1 order by 1`);
    assert.deepEqual(heads.map((head) => head.county), [SUYU, JIANGHUA]);
    for (const { county, seal, n, seals } of heads) {
        assert.equal(seals, seal);
        assert.equal(String(n), await server.psql(`select count(*) from core.audit where county = ${county}`));
        const copied = readFileSync(outside(county), 'utf8').trim().split('\n').map(JSON.parse);
        assert.deepEqual(copied.map((line) => line.seal), Array.from({ length: seal }, (_, i) => i + 1));
        assert.equal(copied.at(-1).n, n);
    }
}

test('every row is sealed soon, in order, once, and the copy outside says the same', async () => {
    await make(40);
    await sealed();
    await whole();
});

/** What the gate's sessions are given when they begin anew. */
async function gate(setting) {
    await server.psql(`alter role wulian_gate ${setting}`);
    await server.psql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'wulian_gate'`);
}

test('sealing reads the ledger by its index, even where the planner would not', async () => {
    const scanned = async () => {
        await sleep(1500); // sessions tell what they did once a second
        return server.psql(`select sum(seq_tup_read) from pg_stat_user_tables where relid in
            (select inhrelid from pg_inherits where inhparent = 'core.audit'::regclass)`);
    };
    await gate('set random_page_cost = 1000'); // as the statistics of a month's first night would have it
    try {
        await make(10);
        await sealed();
        const before = await scanned();
        await make(10);
        await sealed();
        assert.equal(await scanned(), before);
    } finally {
        await gate('reset random_page_cost');
    }
});

test('an export is right for both verifiers, from the beginning and from the middle', async () => {
    const copy = join(dir, 'copy.ndjson');
    copyFileSync(outside(), copy);
    const whole = await exported();
    const at = await server.psql(`select first_at from core.audit_seal where county = ${JIANGHUA} and seal = 3`);
    const part = await exported(JIANGHUA, '--from', new Date(Number(at) / 1000).toISOString());
    assert.ok(part.text.length < whole.text.length);
    for (const { file, text } of [whole, part]) {
        const { status, out } = await server.cli(['audit', 'verify', '--checkpoints', copy, file]);
        assert.equal(status, 0, out);
        assert.match(out, /: right: county 431129, rows \d+ to \d+, /);
        assert.equal(verifyExport(text, { keys: [key], outside: readFileSync(copy, 'utf8') }), null);
    }
});

test('an export made while sealing goes on is right', async () => {
    let busy = true;
    const writing = (async () => {
        while (busy) await make(3);
    })();
    try {
        for (let i = 0; i < 4; i++) {
            const files = await Promise.all(Array.from({ length: 4 }, () => exported()));
            const { status, out } = await server.cli(['audit', 'verify', ...files.map(({ file }) => file)]);
            assert.equal(status, 0, out);
        }
    } finally {
        busy = false;
        await writing;
    }
});

/** Where exports, and nobody else, wait until the test is as far. */
const STAGE = `
    create schema stage;
    grant usage on schema stage to public;
    create table stage.now as select 0 as n, now() as at;
    create function stage.reached(p_n int) returns void language plpgsql security definer as $$ begin
        while session_user = 'wulian_owner' and (select s.n from stage.now s) < p_n loop
            perform pg_sleep(0.02);
        end loop;
    end $$`;
/** A function of SQL as it is, once the stage is reached. */
const staged = (definition, stage) => definition
    .replace('LANGUAGE sql', 'LANGUAGE plpgsql').replace(' STABLE ', ' ')
    .replace(/AS \$function\$(.*)\$function\$/s, (_, body) => `AS $function$ begin
        perform stage.reached(${stage});
        return query ${body};
    end $function$`);

test('what is sealed between an export\'s last row and its next look for seals does not come into it', async () => {
    const [head, seals] = await Promise.all(['audit_head', 'audit_seals'].map((name) =>
        server.psql(`select pg_get_functiondef('core.${name}'::regproc)`)));
    const waits = async () => await server.psql(`select count(*) from pg_stat_activity a, stage.now s
        where a.usename = 'wulian_owner' and a.wait_event = 'PgSleep' and a.query_start > s.at`) === '1';
    const next = () => server.psql('update stage.now set n = n + 1, at = clock_timestamp()');
    await server.psql(`${STAGE}; ${staged(head, '1')}; ${staged(seals, 'case when p_after = 0 then 1 else 2 end')}`);
    try {
        const running = exported();
        const reaches = (what) => Promise.race([until(what, waits), running.then(() => assert.fail(`over: ${what}`))]);
        await reaches('it has begun');
        await sealed(); // its own row too: behind the last seal it finds none
        await next();
        await reaches('it has seen every row');
        await make(1);
        await sealed();
        await next();
        const { file } = await running;
        const { status, out } = await server.cli(['audit', 'verify', file]);
        assert.equal(status, 0, out);
    } finally {
        await server.psql(`${head}; ${seals}; drop schema stage cascade`);
    }
});

/** Rows taken out of a table, in a form that the check of tenant tables does not stumble over. */
const setAside = (table, where) => `create table public.aside as select to_jsonb(t) as kept from ${table} t
    where ${where}; delete from ${table} where ${where}`;
const putBack = (table) => `insert into ${table} select r.* from public.aside a,
    jsonb_populate_record(null::${table}, a.kept) r; drop table public.aside`;

test('a row changed, removed or put in behind the server\'s back is found in the next export', async () => {
    const { county, at, id } = (await server.rows(`select county, at, id from core.audit
        where county = ${JIANGHUA} and action = 'create' order by xid limit 1`))[0];
    const row = `county = ${county} and at = '${at}' and id = '${id}'`;
    for (const [harm, mend] of [
        [`update core.audit set action = 'look' where ${row}`, `update core.audit set action = 'create' where ${row}`],
        [setAside('core.audit', row), putBack('core.audit')],
        [`insert into core.audit (county, action, request, xid) values (${county}, 'look', gen_random_uuid(), '900')`,
            `delete from core.audit where county = ${county} and xid = '900' and actor is null and action = 'look'`],
    ]) {
        await server.psql(harm);
        const bad = await exported().finally(() => server.psql(mend));
        const { status, out } = await server.cli(['audit', 'verify', bad.file]);
        assert.equal(status, 1, harm);
        assert.match(out, /: BAD at line \d+, sequence \d+: /);
        assert.notEqual(verifyExport(bad.text, { keys: [key] }), null, harm);
    }
    assert.equal((await server.cli(['audit', 'verify', (await exported()).file])).status, 0);
});

test('a database whose log is shorter than the copy outside is not signed on', async () => {
    await sealed();
    const last = await server.psql(`select max(seal) from core.audit_seal where county = ${SUYU}`);
    server.kill('jobs', 'SIGSTOP');
    await server.psql(setAside('core.audit_seal', `county = ${SUYU} and seal = ${last}`));
    const pid = server.kill('jobs');
    await server.respawned('jobs', pid);
    await server.logged(/audit_refused.*321311.*shorter/);
    assert.equal(await server.psql(`select count(*) from core.audit_seal where county = ${SUYU} and seal >= ${last}`), '0');
    await server.psql(putBack('core.audit_seal'));
    await sealed();
});

const verdict = async (file, copy, status = 0) => {
    const told = await server.cli(['audit', 'verify', '--checkpoints', copy, file]);
    assert.equal(told.status, status, told.out);
    return told.out;
};

/** How often the log says it. */
const said = (pattern) => server.log.match(new RegExp(pattern, 'g'))?.length ?? 0;

test('a copy outside that is gone is written anew, and the log asks to compare it', async () => {
    await sealed();
    assert.equal(said('audit_copy_anew'), 0, 'neither a county\'s first seal nor a restart needs that');
    const was = readFileSync(outside(), 'utf8');
    server.kill('jobs', 'SIGSTOP');
    rmSync(outside());
    const pid = server.kill('jobs');
    await server.respawned('jobs', pid);
    await make(1);
    const seals = was.trim().split('\n').length;
    await server.logged(new RegExp(`audit_copy_anew.*county ${JIANGHUA}: .* seals 1 to ${seals} of the database`));
    await sealed();
    assert.ok(readFileSync(outside(), 'utf8').startsWith(was));
    rmSync(outside()); // from under the sealer
    await make(1);
    await server.logged(/audit_refused.*county 431129 is not sealed: .*No such file/);
    await until('it is said again', () => said('audit_copy_anew') === 2);
    await sealed();
    await whole();
});

test('while the copy outside cannot be written nothing is sealed, and the log says why; then all is', async () => {
    await sealed();
    const kept = `${outside()}.kept`;
    renameSync(outside(), kept);
    mkdirSync(outside());
    chmodSync(outside(SUYU), 0);
    const write = () => Promise.all([make(2),
        suyu.head.post('/station/residents', { div: `${SHUNHE}001`, name: '单秀英', sex: '2' })]);
    const reasons = [`audit_refused.*county ${JIANGHUA} is not sealed: .*Is a directory`,
        `audit_refused.*county ${SUYU} is not sealed: .*Permission denied`];
    const seals = () => server.psql('select string_agg(county || \' \' || seal, \', \' order by county, seal) from core.audit_seal');
    await write();
    for (const reason of reasons) await server.logged(new RegExp(reason));
    const before = await seals(); // one may stand whose copy could not be written
    await write();
    await until('it was tried again', () => reasons.every((reason) => said(reason) > 1));
    assert.equal(await seals(), before);
    assert.equal(await late(), '2');
    const waiting = await unsealed();
    assert.ok(waiting >= 3, `${waiting}`); // of the second time
    assert.equal(await server.psql(`select core.audit_unsealed(${JIANGHUA}, 1)`), '1');
    await until('the rows are told', async () => await unsealedTold() === waiting);
    rmdirSync(outside());
    renameSync(kept, outside());
    chmodSync(outside(SUYU), 0o640);
    await sealed();
    assert.equal(await unsealed(), 0);
    await whole();
    const copy = join(dir, 'mended.ndjson');
    copyFileSync(outside(), copy);
    await verdict((await exported()).file, copy);
});

test('the application may neither choose a row\'s place or time, nor touch a seal', async () => {
    for (const sql of [
        'insert into core.audit (county, action, request, xid) values (431129, \'x\', gen_random_uuid(), \'1\')',
        'insert into core.audit (county, action, request, epoch) values (431129, \'x\', gen_random_uuid(), 9)',
        'insert into core.audit (county, action, request, at) values (431129, \'x\', gen_random_uuid(), now())',
        'select * from core.audit_seal', 'delete from core.audit_edge', 'select core.audit_epoch_begin()',
    ]) {
        await assert.rejects(server.psql(sql, 'wulian_app'), /permission denied/, sql);
        await assert.rejects(server.psql(sql, 'wulian_gate'), /permission denied/, sql);
    }
});

test('while rows wait for their seal, personal data is not shown; all else goes on', async () => {
    const made = (await who.head.post('/station/residents',
        { div: YANGHUA, name: '单秀英', sex: '2', phone: '13812345678' })).body;
    const reveal = () => who.head.post(`/station/residents/${made.id}/reveal`,
        { field: 'phone', reason: 'CONTACT' });
    const first = await reveal();
    assert.equal(first.status, 200, JSON.stringify(first.body));
    const jobs = server.kill('jobs', 'SIGSTOP');
    try {
        await make(1);
        for (let i = 0; i < 400 && Number(await server.psql('select core.audit_late_seconds(null)')) < 4; i++)
            await sleep(50);
        const refused = await reveal();
        assert.deepEqual([refused.status, refused.body.code], [503, 'audit-unsealed']);
        assert.ok(Number(refused.headers.get('retry-after')) > 0);
        assert.equal(refused.body.value, undefined);
        assert.equal((await who.head.get(`/station/residents/${made.id}`)).status, 200, 'masked');
        assert.equal((await make(1))[0].status, 201, 'a write');
        assert.equal((await auditor.get('/audit')).status, 200, 'the ledger itself');
        assert.equal((await fetch(`${server.base}/healthz`)).status, 200);
        const ready = await fetch(`${server.base}/readyz`);
        assert.equal(ready.status, 200);
        assert.ok((await ready.json()).audit_late >= 3);
        assert.match((await server.cli(['doctor'])).out, /ok +the audit ledger lives/);
    } finally {
        process.kill(jobs, 'SIGCONT');
    }
    await server.logged(/audit_late/);
    await sealed();
    assert.equal((await reveal()).status, 200);
});

test('a reload under load hands the sealing over without a gap or a fork', async () => {
    const jobs = server.pids('jobs')[0];
    const writes = (async () => {
        for (let i = 0; i < 12; i++) await make(10);
    })();
    process.kill(server.child.pid, 'SIGHUP');
    await server.respawned('jobs', jobs);
    await writes;
    await sealed();
    const copy = join(dir, 'reloaded.ndjson');
    copyFileSync(outside(), copy);
    await verdict((await exported()).file, copy);
});

test('a dump restored into another cluster is sealed in an epoch of its own', async () => {
    await sealed();
    await server.psql('update core.audit_epoch set cluster = 1'); // as if these rows had come from there
    await make(2);
    await server.logged(/audit_refused.*another cluster/);
    assert.match((await server.cli(['doctor'])).out, /BAD +the audit ledger lives/);
    assert.notEqual(await late(), '0');
    const { status, out, err } = await server.cli(['migrate']);
    assert.equal(status, 0, err);
    assert.match(out, /the audit ledger is in its epoch 2/);
    await make(2);
    await sealed();
    assert.equal(await server.psql(`select string_agg(distinct epoch::text, ' ') from core.audit`), '1 2');
    const copy = join(dir, 'epochs.ndjson');
    copyFileSync(outside(), copy);
    await verdict((await exported()).file, copy);
});

test('after a restore to an earlier time nothing is signed until that is admitted, and it stays visible', async () => {
    await sealed();
    const [was] = await server.rows(`select e.seal, e.peaks, s.epoch, s.xid::text from core.audit_edge e
        join core.audit_seal s using (county, seal) where e.county = ${JIANGHUA}`);
    await make(3);
    await sealed();
    const old = join(dir, 'old.ndjson');
    copyFileSync(outside(), old);
    await server.psql(`delete from core.audit where county = ${JIANGHUA} and (epoch, xid) > (${was.epoch}, '${was.xid}');
        delete from core.audit_seal where county = ${JIANGHUA} and seal > ${was.seal};
        update core.audit_edge set seal = ${was.seal}, peaks = '${was.peaks}' where county = ${JIANGHUA}`);
    await make(1);
    await server.logged(/audit_refused.*431129 is not sealed: the log in the database is shorter/);
    const { status, out, err } = await server.cli(['audit', 'epoch']);
    assert.equal(status, 0, err);
    assert.match(out, /^epoch 3; /);
    await sealed();
    const fresh = join(dir, 'fresh.ndjson');
    copyFileSync(outside(), fresh);
    const { file } = await exported();
    await verdict(file, fresh);
    assert.match(await verdict(file, old, 1), /BAD at line .* rewritten/);
    assert.ok(existsSync(`${outside()}.2`), 'the old copy is kept');
});

const TAMPERINGS = Number(process.env.WULIAN_TAMPERINGS ?? 800);
const AT_ONCE = 250;

test(`${TAMPERINGS} random tamperings are all found, by either verifier`, async () => {
    await make(60);
    await sealed();
    const copy = join(dir, 'copy.ndjson');
    copyFileSync(outside(), copy);
    const [{ text }, { text: other }] = [await exported(), await exported(SUYU)];
    const secret = Buffer.from(readFileSync(join(server.place.state, 'audit.key'), 'utf8').trim(), 'hex');
    const options = { keys: [key], outside: readFileSync(copy, 'utf8') };
    assert.equal(verifyExport(text, options), null);
    // what the copy outside is for: with the key in hand all can be written anew
    const fork = tampered(WAYS.indexOf('fork'), { text, other, secret });
    assert.equal(verifyExport(fork.text, { keys: [key] }), null);
    const missed = [];
    for (let from = 0; from < TAMPERINGS; from += AT_ONCE) {
        const files = [];
        for (let n = from; n < Math.min(from + AT_ONCE, TAMPERINGS); n++) {
            const bad = tampered(n, { text, other, secret });
            if (verifyExport(bad.text, options) === null) missed.push(['mjs', n, bad.way]);
            files.push(join(dir, `${n % AT_ONCE}-${bad.way}.ndjson`));
            writeFileSync(files.at(-1), bad.text);
        }
        const { status, stdout } = spawnSync(server.binary,
            ['audit', 'verify', '--key', key, '--checkpoints', copy, ...files], { encoding: 'utf8' });
        assert.equal(status, 1);
        const verdicts = stdout.trimEnd().split('\n');
        assert.equal(verdicts.length, files.length);
        verdicts.forEach((line, i) => {
            if (!line.startsWith(`${files[i]}: BAD at line `)) missed.push(['C', from + i, line]);
        });
    }
    assert.deepEqual(missed, []);
});
