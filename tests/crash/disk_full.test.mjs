// The disk of the database is full, first for tables that would grow, then for its log too: writes are
// refused and not half done, reads go on as long as the database stands, and when there is room again
// everything goes on by itself.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { YANGHUA } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { Disk } from './disk.mjs';
import { Ledger } from './ledger.mjs';
import { audited, openStation, shift } from './shift.mjs';

const disk = new Disk();
const ledger = new Ledger();
let server, who;

before(async () => {
    server = await startServer({ env: disk.env });
    who = await openStation(server);
});
after(() => server?.stop());

async function until(what, holds) {
    for (let i = 0; i < 1200; i++) {
        if (await holds()) return;
        await sleep(50);
    }
    throw new Error(`never: ${what}`);
}

/** "200", or "503 disk_full" */
const readiness = async () => {
    const answer = await fetch(`${server.base}/readyz`, { signal: AbortSignal.timeout(10_000) });
    return [answer.status, (await answer.json()).code].filter(Boolean).join(' ');
};
const ready = async () => await readiness() === '200';

test('no table can grow: writes answer 503, looks too once theirs cannot be noted; then all goes on', async (t) => {
    await shift(ledger, who, async () => {
        await sleep(1000);
        disk.full(true);
        const before = ledger.lost;
        await until('a write is refused', () => ledger.lost > before + 20);
        // a look that cannot be noted is refused: the audit's last page may have room left or not
        const { status, body } = await who.head.get('/station/requests');
        assert.ok(status === 200 || (status === 503 && body.code === 'disk_full'), `${status} ${body.code}`);
        assert.equal((await fetch(`${server.base}/healthz`)).status, 200);
        disk.full(false);
        const done = ledger.jobs.length;
        await until('a job after that is finished', () => ledger.jobs.length > done);
    });
    await audited(t, server, ledger);
});

const TITLES = { en: /nothing was written.* make room/, 'zh-CN': /未写入任何内容.*腾出磁盘空间/ };

test('a write for which there is no room says so in both languages, and when to come back; nothing of it stays', async (t) => {
    disk.full(true, ['tables']);
    try {
        for (const [language, words] of Object.entries(TITLES)) {
            let answer;
            await until('there is no room for a resident', async () => {
                const key = randomUUID();
                answer = await who.head.call('POST', '/station/residents', { div: YANGHUA, name: '单秀英', sex: '2' },
                    { 'Idempotency-Key': key, 'Accept-Language': language });
                if (answer.status === 201) // the last pages have room for some
                    ledger.note({ key, record: 'station.resident', ...answer.body }, 1, 0);
                return answer.status !== 201;
            });
            assert.deepEqual([answer.status, answer.body.code], [503, 'disk_full']);
            assert.match(answer.body.title, words);
            assert.ok(Number(answer.headers.get('retry-after')) >= 1);
        }
    } finally {
        disk.full(false, ['tables']);
    }
    await audited(t, server, ledger);
});

test('tables alone cannot grow: /readyz and `wulian doctor` say so within seconds, also when nobody writes, and no longer after', async () => {
    disk.full(true, ['tables']);
    await until('not ready for lack of room', async () => await readiness() === '503 disk_full');
    const zh = await fetch(`${server.base}/readyz`, { headers: { 'Accept-Language': 'zh-CN' } });
    assert.match((await zh.json()).title, /磁盘已满/);
    assert.equal((await fetch(`${server.base}/healthz`)).status, 200);
    const told = await server.cli(['doctor']);
    assert.equal(told.status, 1);
    assert.match(told.out, /^BAD {3}there is room on the database's disk: .*No space left.*\n {6}→ make room there/m);
    disk.full(false, ['tables']);
    await until('ready again', ready);
    assert.match((await server.cli(['doctor'])).out, /^ok {4}there is room on the database's disk$/m);
    await server.logged(/"event":"disk_full".*"event":"disk_room"/s);
});

for (const [what, which] of Object.entries({ 'the log can not grow either': undefined, 'the log alone can not': ['log'] })) {
    test(`${what}: /readyz says 503, and the database comes back by itself`, async (t) => {
        await shift(ledger, who, async (ended) => {
            disk.full(true, which);
            await until('the database is gone', async () => {
                // each switch takes a segment that was made before there was no room
                const gone = await server.psql('select pg_switch_wal()').then(() => false, () => true);
                return ended() || (gone && !await ready());
            });
            await sleep(1000);
            disk.full(false, which);
            await until('the service is ready', ready);
            const done = ledger.jobs.length;
            await until('a job after that is finished', () => ended() || ledger.jobs.length > done);
        });
        await audited(t, server, ledger);
    });
}
