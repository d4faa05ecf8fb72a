// Every role tries every operation, and the program must say what the domain book says.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, openCounty, people } from '../lib/county.mjs';
import { OPERATIONS, ROLES, allowed } from '../lib/rights.mjs';
import { startServer } from '../lib/server.mjs';
import { root } from '../lib/temp.mjs';

const COUNTY_DIV = `${JIANGHUA}000000`;
const ADMINISTRATORS = ['sys_admin', 'sec_admin', 'audit_admin'];

let server, sys, sec;
const logins = {}; // role: what signs in on a post of that role

/** An account with a post of each role, made by one administrator and approved by another. */
async function holder(login, roles) {
    const { body: account } = await made(sys.post('/admin/accounts', { login, name: '试岗位' }));
    await done(sec.act(`/admin/accounts/${account.id}`, 'approve'));
    for (const role of roles) {
        const { body: post } = await made(sys.post('/admin/posts',
            { account: account.id, role, scope_div: COUNTY_DIV, valid_from: '2026-01-01' }));
        await done(sec.act(`/admin/posts/${post.id}`, 'approve'));
        logins[role] = { login: `${login}@${JIANGHUA}`, password: PASSWORD, post: post.id };
    }
    const { body: issued } = await made(sys.post(`/admin/accounts/${account.id}/activation_code`));
    await made(new Caller(server.base).post('/sessions/activate',
        { login: `${login}@${JIANGHUA}`, code: issued.code, password: PASSWORD }));
}

async function status(wanted, promise) {
    const answer = await promise;
    assert.equal(answer.status, wanted, JSON.stringify(answer.body));
    return answer;
}
const made = (promise) => status(201, promise);
const done = (promise) => status(200, promise);

before(async () => {
    server = await startServer();
    await openCounty(server, JIANGHUA);
    ({ sys, sec } = await people(server, JIANGHUA, {
        sys: ['sys_admin', JIANGHUA, '管系统'], sec: ['sec_admin', JIANGHUA, '管安全'],
        audit: ['audit_admin', JIANGHUA, '管审计'],
    }));
    for (const role of ADMINISTRATORS)
        logins[role] = { login: `${role.split('_')[0]}@${JIANGHUA}`, password: PASSWORD };
    await holder('background', ['service']);
    await holder('everything',
        ROLES.filter((role) => role !== 'service' && !ADMINISTRATORS.includes(role)));
});
after(() => server?.stop());

const PARAMETERS = { '{id}': randomUUID, '{div}': () => '431129100', '{plugin}': () => 'nothing',
    '{report}': () => 'SM-01', '{indicator}': () => 'M04' };

/** Asks for nothing that is there: how far a permitted caller gets is not the question. */
function attempt(caller, { method, path }) {
    const filled = path.replace(/\{\w+\}/g, (name) => PARAMETERS[name]());
    const writes = method !== 'GET' && method !== 'DELETE';
    return caller.call(method, filled, writes ? {} : undefined, { 'If-Match': '"v1.00000000"' });
}

for (const role of ROLES) {
    test(`${role} may do what the book says, and nothing else`, async () => {
        const session = await made(new Caller(server.base).post('/sessions', logins[role]));
        const caller = new Caller(server.base, session.body.token);
        const refused = [];
        const tried = async (op) => {
            const answer = await attempt(caller, op);
            const no = answer.status === 403 && answer.body.code === 'not_permitted';
            const text = `${op.method} ${op.path}: ${answer.status}`;
            assert.equal(!no, allowed(role, op), text);
            assert.ok(answer.status !== 401 && answer.status < 500, text);
            if (no) refused.push(`/api/v1${op.path}`);
        };
        await Promise.all(OPERATIONS.slice(0, -1).map(tried));
        await tried(OPERATIONS.at(-1)); // signing out
        const traces = await server.rows(`select object from core.audit
            where result = 'not_permitted' and role = '${role}'`);
        assert.deepEqual(traces.map(({ object }) => object).sort(), refused.sort());
    });
}

test('the list of operations is the program\'s own', async () => {
    const said = [];
    for (const name of ['admin', 'station', 'elderly']) {
        const { out } = await server.cli(['plugin', 'describe', name]);
        const { records, routes } = JSON.parse(out);
        for (const { path, verbs, actions, reveal } of records) {
            const names = [...verbs.split(' '), ...actions.map((action) => action.name)];
            if (names.includes('get')) names.push('history');
            if (names.includes('export')) names.push('download');
            if (reveal.length) names.push('reveal');
            said.push(...names.map((one) => `${name}/${path} ${one}`));
        }
        said.push(...routes.map((route) => `${route.method} /${name}${route.path}`));
    }
    for (const folder of ['iam', 'tenant', 'audit', 'job', 'report']) {
        const file = folder === 'report' ? 'report.c' : 'ops.c';
        const text = readFileSync(join(root, 'core', folder, file), 'utf8');
        for (const [, method, path] of text.matchAll(
            /\.method = "(\w+)",\s+\.path = "\/api\/v1([^"]+)"(?![^}]*OP_ANONYMOUS)/g))
            said.push(`${method} ${path}`);
    }
    const listed = OPERATIONS.map(({ record, name, method, path }) =>
        record ? `${record} ${name}` : `${method} ${path}`);
    assert.deepEqual(said.sort(), listed.sort());
});

test('nobody signed in may do anything', async () => {
    const nobody = new Caller(server.base);
    for (const op of OPERATIONS) assert.equal((await attempt(nobody, op)).status, 401, op.path);
});
