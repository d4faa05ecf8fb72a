// Every role tries every operation, and the program must say what the domain book says.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';

import { Caller } from '../lib/api.mjs';
import { JIANGHUA, PASSWORD, openCounty, people } from '../lib/county.mjs';
import { OPERATIONS, ROLES, allowed } from '../lib/rights.mjs';
import { startServer } from '../lib/server.mjs';

const COUNTY_DIV = `${JIANGHUA}000000`;
const AT_ONCE = 100; // more would fill the queue, and be told so with 503
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
    '{report}': () => 'SM-01', '{indicator}': () => 'M04', '{module}': () => 'station',
    '{record}': () => 'resident', '{key}': () => 'columns' };

/** Asks for nothing that is there: how far a permitted caller gets is not the question. */
function attempt(caller, { method, path, type }) {
    const filled = path.replace(/\{\w+\}/g, (name) => PARAMETERS[name]());
    const writes = method !== 'GET' && method !== 'DELETE';
    return caller.call(method, filled, writes ? {} : undefined,
        { 'If-Match': '"v1.00000000"', ...(type && { 'Content-Type': type }) });
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
        for (let i = 0; i < OPERATIONS.length - 1; i += AT_ONCE)
            await Promise.all(OPERATIONS.slice(i, Math.min(i + AT_ONCE, OPERATIONS.length - 1)).map(tried));
        await tried(OPERATIONS.at(-1)); // signing out
        const traces = await server.rows(`select object from core.audit
            where result = 'not_permitted' and role = '${role}'`);
        assert.deepEqual(traces.map(({ object }) => object).sort(), refused.sort());
    });
}

const FOR_ALL = ['POST /sessions', 'POST /sessions/activate']; // and what is below no /api

test('the list of operations is the program\'s own', async () => {
    const { out } = await server.cli(['openapi']);
    const said = Object.entries(JSON.parse(out).paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`));
    const listed = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(said.filter((one) => !/\/(health|ready)z$/.test(one)).sort(),
        [...listed, ...FOR_ALL].sort());
});

test('nobody signed in may do anything', async () => {
    const nobody = new Caller(server.base);
    for (const op of OPERATIONS) assert.equal((await attempt(nobody, op)).status, 401, op.path);
});
