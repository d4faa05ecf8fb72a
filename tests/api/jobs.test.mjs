// Jobs as people see them: their own, and what a second county makes of their ids.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';

import { startServer } from '../lib/server.mjs';
import { openTwoCounties } from '../lib/county.mjs';

let server, who, suyu;
before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server.stop());

/** A job of a person as a request would have left it, put there past the API. */
async function planted(account, state, extra = {}) {
    const id = randomUUID();
    await server.psql(`insert into core.job (county, id, kind, object, permission, approval, account,
            post, role, lo, hi, lang, params, state)
        select p.county, '${id}', '${extra.kind ?? 'nothing'}', 'station.resident', 'resident.read',
            ${extra.approval ? `'${extra.approval}'` : 'null'}, p.account, p.id, p.role, p.scope_div,
            core.scope_hi(p.scope_div), 'en', '{}', '${state}'
          from admin.post p where p.account = '${account}'`);
    return id;
}

test('a fresh person has no jobs; an unknown job is not found', async () => {
    const list = await who.worker.get('/jobs');
    assert.equal(list.status, 200);
    assert.deepEqual(list.body, { items: [], next: null });
    for (const path of ['', '/faults']) {
        assert.equal((await who.worker.get(`/jobs/${randomUUID()}${path}`)).status, 404);
    }
    assert.equal((await who.worker.post(`/jobs/${randomUUID()}/cancel`)).status, 404);
    assert.equal((await who.worker.get('/jobs/nonsense')).status, 404);
});

test('a job is seen by its owner and by a county admin, by nobody else', async () => {
    const id = await planted(who.worker.account, 'waiting');
    for (const [caller, status] of [[who.worker, 200], [who.admin, 200], [who.head, 404],
        [who.operator, 404], [who.helukou, 404], [suyu.admin, 404], [suyu.head, 404]]) {
        const answer = await caller.get(`/jobs/${id}`);
        assert.equal(answer.status, status, caller.login);
        assert.equal((await caller.get('/jobs')).body.items.some((job) => job.id === id),
            status === 200, caller.login);
        assert.equal((await caller.get(`/jobs/${id}/faults`)).status, status, caller.login);
        if (status === 404) assert.equal((await caller.post(`/jobs/${id}/cancel`)).status, 404);
    }
    assert.equal((await who.worker.get(`/jobs/${id}`)).body.state, 'waiting');
    const stopped = await who.admin.post(`/jobs/${id}/cancel`);
    assert.equal(stopped.status, 200);
    assert.equal(stopped.body.state, 'cancelled');
    assert.deepEqual(stopped.body._actions, []);
    assert.deepEqual(await server.rows(`select actor, action, object, object_id from core.audit
        where request = '${stopped.headers.get('x-request-id')}'`),
        [{ actor: who.admin.account, action: 'cancel', object: 'core.job', object_id: id }]);
});

test('the jobs process ends what it cannot do with a reason, and audits it', async () => {
    const id = await planted(who.worker.account, 'queued');
    let job;
    for (let i = 0; i < 400; i++) {
        job = (await who.worker.get(`/jobs/${id}`)).body;
        if (job.state !== 'queued' && job.state !== 'running') break;
        await new Promise((done) => setTimeout(done, 50));
    }
    assert.equal(job.state, 'failed');
    assert.equal(job.error.code, 'job_kind_unknown');
    assert.match(job.error.title, /server does not know/);
    const [row] = await server.rows(`select actor, action, result from core.audit
        where object = 'core.job' and object_id = '${id}'`);
    assert.deepEqual(row, { actor: who.worker.account, action: 'nothing_end', result: 'job_kind_unknown' });
});

test('bad pages of the list are refused', async () => {
    assert.equal((await who.worker.get('/jobs?limit=0')).status, 400);
    assert.equal((await who.worker.get('/jobs?cursor=x')).status, 400);
});
