// What the whole county reads (WL_COUNTY_WIDE): every way of reading a row is open in the county and
// to no other, every way of changing it only at its own place; both walls say so, and each alone.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { faultsOf } from '../lib/county.mjs';
import { rowSecurity } from '../lib/row_security.mjs';
import { startServer } from '../lib/server.mjs';
import { importRows, jobEnd, upload } from '../lib/tables.mjs';
import { openWide, wideEnv as env } from '../plugins/wide/wide.mjs';

const BUILD = process.env.WULIAN_BUILD || 'build';
const BULLETINS = '/wide/bulletins';

let server, who, suyu, home, paper, gone;

function must({ status, body, ...rest }, wanted) {
    assert.equal(status, wanted, JSON.stringify(body));
    return { status, body, ...rest };
}

const path = (row, tail = '') => `${BULLETINS}/${row.id}${tail}`;

before(async () => {
    server = await startServer({ env });
    ({ who, suyu } = await openWide(server));
    paper = await upload(who.head, Buffer.from('公告全文\n'), '公告.csv');
    const made = async (more) => must(await who.head.post(BULLETINS, more), 201).body;
    home = await made({ no: 'B-1', title: '春节慰问', purse_fen: 100000, phone: '13807465678', paper });
    gone = await made({ no: 'B-2', title: '已删除' });
    must(await who.head.delete(path(gone), '"v1"'), 204);
});
after(() => server?.stop());

const refusal = ({ status, body }) => `${status} ${body?.code ?? ''}`.trim();

/** Whoever reads bulletins in the county reads this one in every way there is. */
async function openTo(caller) {
    const seen = must(await caller.get(path(home)), 200);
    assert.deepEqual([seen.body.title, seen.body._actions], ['春节慰问', []]);
    const then = encodeURIComponent(new Date().toISOString());
    must(await caller.get(path(home, `?as_of=${then}`)), 200);
    assert.equal(must(await caller.get(path(home, '/history')), 200).body.items.length, 1);
    for (const query of ['', '?no.eq=B-1', '?sort=-created_at&count=exact']) {
        const { body } = must(await caller.get(BULLETINS + query), 200);
        const [row] = body.items.filter(({ id }) => id === home.id);
        assert.deepEqual(row?._actions, [], query);
    }
    const deleted = must(await caller.get(`${BULLETINS}?deleted=true`), 200);
    assert.deepEqual(deleted.body.items.map(({ id }) => id), [gone.id]);
    for (const key of [{ title: '春节' }, { pinyin: 'cjww' }]) {
        const { body } = must(await caller.post(`${BULLETINS}/search`, key), 200);
        assert.deepEqual(body.items.map(({ id, _actions }) => [id, _actions]), [[home.id, []]]);
    }
    const plain = await caller.post(path(home, '/reveal'), { field: 'phone', reason: 'CONTACT' });
    assert.equal(must(plain, 200).body.value, '13807465678');
    must(await caller.get(`/files/${paper}/content`), 200);
    const asked = must(await caller.post(`${BULLETINS}/export`, { format: 'csv' }), 202);
    const job = await jobEnd(caller, asked.body.id);
    const table = must(await caller.get(`/jobs/${job.id}/result`), 200);
    assert.match(String(table.body), /春节慰问/);
}

/** … but changes it in none. */
async function fixedTo(caller) {
    const version = { ifMatch: '"v1"' };
    const tries = [
        () => caller.patch(path(home), { title: '改' }, '"v1"'),
        () => caller.patch(path(home), { title: '改' }, '"v7"'),
        () => caller.delete(path(home), '"v1"'),
        () => caller.post(path(home, '/actions/publish'), undefined, version),
        () => caller.post(path(gone, '/restore'), undefined, { ifMatch: '"v2"' }),
    ];
    for (const one of tries) assert.equal(refusal(await one()), '403 elsewhere', String(one));
    const batch = await caller.post(`${BULLETINS}/batch`, { atomic: 'each', items: [
        { op: 'patch', id: home.id, version: 1, data: { title: '改' } },
        { op: 'publish', id: home.id, version: 1 }] });
    assert.deepEqual(must(batch, 200).body.items.map(({ problem }) => problem?.code),
        ['elsewhere', 'elsewhere']);
    for (const [head, first] of [['no', 'B-1'], ['id', home.id]]) {
        const job = await importRows(caller, BULLETINS, [[head, 'title'], [first, '改']],
            { mode: 'update' });
        assert.deepEqual(job.faulty.map(([, , code]) => code), ['import_elsewhere']);
        assert.equal(job.counts.refused, 1);
    }
    must(await who.head.get(path(home)), 200);
    assert.deepEqual(await server.rows(`select version, title from wide.bulletin
        where id = '${home.id}'`), [{ version: 1, title: '春节慰问' }]);
}

/** Rows of one's own may refer to it. */
async function referable(caller) {
    const follows = must(await caller.post(BULLETINS,
        { no: randomUUID().slice(0, 8), title: '承接', follows: home.id }), 201).body;
    must(await caller.delete(path(follows), '"v1"'), 204);
    must(await caller.post(path(follows, '/restore'), undefined, { ifMatch: '"v2"' }), 200);
    must(await caller.patch(path(follows), { follows: home.id }, '"v3"'), 200);
    const job = await importRows(caller, BULLETINS, [['no', 'title', 'follows'],
        [randomUUID().slice(0, 8), '导入', 'B-1']]);
    assert.deepEqual([job.counts.created, job.faulty], [1, []]);
    await server.psql(`delete from wide.bulletin where follows = '${home.id}';
        delete from core.retention where record = 'none'`);
}

/** To another county it is not there at all. */
async function closedTo(caller) {
    for (const tail of ['', '/history', `?as_of=${encodeURIComponent(new Date().toISOString())}`])
        assert.equal(refusal(await caller.get(path(home, tail))), '404 not_found');
    assert.deepEqual(must(await caller.get(BULLETINS), 200).body.items, []);
    assert.equal(refusal(await caller.patch(path(home), { title: '改' }, '"v1"')), '404 not_found');
    assert.equal(refusal(await caller.get(`/files/${paper}/content`)), '404 not_found');
    const follows = await caller.post(BULLETINS, { no: 'S-1', title: '承接', follows: home.id });
    assert.deepEqual(faultsOf(follows), { '/follows': 'reference_unknown' });
}

async function allSaySo() {
    await openTo(who.helukou);
    await fixedTo(who.helukou);
    await referable(who.helukou);
    await closedTo(suyu.head);
    const masked = must(await who.worker.get(path(home)), 200);
    assert.equal(masked.body.title, '春节慰问'); // class 0 has no mask
}

async function restart(options) {
    await server.halt();
    server = await startServer({ dir: server.dir, env, ...options });
    for (const caller of [...Object.values(who), ...Object.values(suyu)]) caller.base = server.base;
}

test('both walls up: read in the whole county, changed at its own place', allSaySo);

test('row security off: the application alone says the same', async () => {
    await rowSecurity(server, 'disable');
    try {
        await allSaySo();
    } finally {
        await rowSecurity(server, 'enable');
    }
});

test('the application\'s own wall down: the database alone says the same', async () => {
    await restart({ build: `${BUILD}/wall-off` });
    await allSaySo();
    await restart({});
});

test('its own place changes it, and sees what may be done', async () => {
    const now = must(await who.head.get(path(home)), 200);
    assert.deepEqual(now.body._actions, ['publish']);
    must(await who.head.act(path(home), 'publish'), 200);
    const etags = await Promise.all([who.head, who.helukou].map((one) => one.get(path(home))));
    assert.notEqual(etags[0].etag, etags[1].etag); // what may be done differs
});
