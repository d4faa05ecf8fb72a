// More ways of trying: many writes at once, dry runs, what was deleted or merged, other people's jobs
// and files, tables, and what the platform says of itself. As attempts.mjs.
import { allowed, opOf, operation } from '../lib/rights.mjs';
import { expects, notNow, said, strangeTo } from './expect.mjs';
import { inScope, listed, verdict } from './oracle.mjs';

// ---- the same, in a batch or only tried ----------------------------------------------------------

const STATUS = { not_found: 404, not_permitted: 403, 'plugin-not-enabled': 404, no_session: 401,
    not_yours: 403, handled_by_you: 403, wrong_state: 409 };

/** What a batch of one came to, as if the item had been sent alone. */
function ofItem(answer) {
    const { body } = answer;
    const [item] = body?.items ?? [];
    if (item) return { status: item.status, body: item.problem ?? item.body ?? {} };
    const [fault] = body?.code === 'batch_refused' ? body.errors : [];
    return !fault ? answer : fault.pointer === '/items/0'
        ? { status: STATUS[fault.code] ?? 422, body: { code: fault.code } }
        : { status: 422, body: { code: 'invalid_input' } };
}

const BATCHED = ['restore', 'merge_row', 'unmerge']; // have no place in a batch
const version = (headers) => Number(/\d+/.exec(headers?.['If-Match'])?.[0]);

/** Of a way to write, one that sends it as a batch, or tries it only, or both. */
export function asBatch(kind) {
    const sent = (world, dice) => {
        const made = kind(world, dice);
        if (!made?.op) return made;
        const { op, caller, path, body, headers, check } = made;
        const tried = dice.of([{}, { Prefer: 'tx=rollback' }]);
        if (BATCHED.includes(op.name)) return { ...made, headers: { ...headers, ...tried } };
        const whole = verdict(world, caller, opOf(op.record, 'batch'));
        const item = { op: op.name, data: body };
        if (op.name !== 'create')
            Object.assign(item, { id: path.split('/')[3], version: version(headers) });
        return {
            caller, method: 'POST', path: `/${op.record}/batch`, headers: { ...tried,
                'Idempotency-Key': headers?.['Idempotency-Key'] ?? `batch-${dice.of([1, 2, 3])}` },
            body: { atomic: dice.of(['all', 'each']), items: [item] },
            check: whole === '404 plugin-not-enabled' ? expects(whole)
                : (answer) => check(ofItem(answer)),
        };
    };
    return Object.defineProperty(sent, 'name', { value: `${kind.name} in a batch` });
}

/** An own change that would do, beside one of a foreign row: neither is carried out. */
function together(world, dice) {
    const op = opOf('station/residents', 'patch');
    const caller = dice.of(world.callers.filter((one) => verdict(world, one, op) === 'seen'));
    const own = dice.of(listed(world, caller, op.record).filter((row) => !row.bait));
    const row = dice.row(op.record);
    const item = ({ id, version: now }) => ({ op: 'patch', id, version: now, data: { address: '改' } });
    return own && !inScope(caller, row) && {
        caller, method: 'POST', path: '/station/residents/batch', body: { items: [item(own), item(row)] },
        check: ({ status, body }) => !(status === 422 && body.errors?.length === 1 &&
            body.errors[0].pointer === '/items/1' && body.errors[0].code === 'not_found') &&
            `${status} ${JSON.stringify(body.errors)}`,
    };
}

// ---- what was deleted, merged, may be there twice ------------------------------------------------

/** Bringing back what is not there for anybody: foreign ones as unknown, own ones not so. */
function bringBack(world, dice) {
    const row = dice.of(world.gone);
    const op = opOf(row.record, dice.of(['restore', 'unmerge']));
    const caller = dice.of(world.callers);
    return {
        caller, method: 'POST', path: op.path.replace('{id}', row.id), body: undefined,
        headers: { 'If-Match': '"v2000000"' },
        check: expects(verdict(world, caller, op, row), notNow),
    };
}

function listDeleted(world, dice) {
    const caller = dice.of(world.callers);
    const op = opOf('station/residents', 'list');
    const rights = verdict(world, caller, op);
    const may = !caller.alive || world.enterAlone || (allowed(caller.role, opOf(op.record, 'restore')) && !caller.narrow);
    return {
        caller, method: 'GET', path: `${op.path}?deleted=true&limit=200`,
        check: expects(rights === 'seen' && !may ? '400 bad_query' : rights, ({ items }) => {
            const wanted = world.gone.filter((row) => inScope(caller, row));
            return (items.length !== wanted.length || items.some(strangeTo(caller))) &&
                `shows ${items.length} instead of ${wanted.length}`;
        }),
    };
}

/** How many there are is as much a secret as what they are. */
function counted(world, dice) {
    const record = dice.of(['station/requests', 'station/visits', 'station/households',
        'elderly/errands']);
    const [caller, op] = [dice.of(world.callers), opOf(record, 'list')];
    const wanted = listed(world, caller, record).length;
    return {
        caller, method: 'GET', path: `${op.path}?count=exact&limit=1&fields=org`,
        check: expects(verdict(world, caller, op), ({ count }) =>
            count !== wanted && `counts ${count} instead of ${wanted}`),
    };
}

function overdue(world, dice) {
    const [caller, op] = [dice.of(world.callers), opOf('station/requests', 'list')];
    return {
        caller, method: 'GET', path: `${op.path}?overdue=any&limit=200`,
        check: expects(verdict(world, caller, op), ({ items }) =>
            items.some(strangeTo(caller)) && 'shows strangers'),
    };
}

function twice(world, dice) {
    const [caller, row] = [dice.of(world.callers), dice.row('station/residents')];
    const op = opOf(row.record, dice.of(['duplicates', 'alike']));
    const rows = (item) => item.rows ?? [item];
    return {
        caller, method: 'GET', path: op.path.replace('{id}', row.id),
        check: expects(verdict(world, caller, op, op.name === 'alike' ? row : undefined),
            ({ items }) => items.flatMap(rows).some(strangeTo(caller)) && 'shows strangers'),
    };
}

// ---- jobs, files, tables -------------------------------------------------------------------------

/** One's own; in what one's post covers also those of others, for who watches or approves. */
function jobSeen(world, caller, job) {
    if (!caller.alive) return '401 no_session';
    const covers = job.county === caller.county && job.lo >= caller.lo && job.hi <= caller.hi;
    const watches = caller.role === 'county_admin' || world.enterAlone ||
        (job.approval && ['county_section', 'county_admin'].includes(caller.role));
    return job.account === caller.account || (covers && watches) ? 'seen' : '404 not_found';
}

const JOB_WAYS = [['GET', ''], ['GET', '/faults'], ['GET', '/result'], ['POST', '/cancel'],
    ['POST', '/approve']];

function job(world, dice) {
    const [caller, one] = [dice.of(world.callers), dice.of(world.jobs)];
    const [method, tail] = dice.of(JOB_WAYS);
    const want = jobSeen(world, caller, one);
    // one's own job is approved by others, and who may approve or stop it does: not to be tried
    if (method === 'POST' && want === 'seen' && (tail === '/cancel' || one.account !== caller.account))
        return null;
    // an API token approves nothing
    const refused = caller.alive && caller.narrow ? '403 forbidden'
        : want === 'seen' ? '403 own_change' : want;
    // the way to one's own table ends where a narrowed token may not ask for such a table
    const mine = one.account === caller.account && one.result;
    const result = want !== 'seen' ? want : mine && !caller.narrow ? 'seen'
        : mine && world.enterAlone ? '403 not_permitted' : '404 not_found';
    const lists = tail === '/faults';
    return {
        caller, method, path: `/jobs/${one.id}${tail}`, body: method === 'POST' ? {} : undefined,
        check: expects(tail === '/result' ? result : tail === '/approve' ? refused : want,
            ({ id }) => !lists && tail !== '/result' && id !== one.id && 'another job'),
    };
}

function jobList(world, dice) {
    const caller = dice.of(world.callers);
    const wanted = world.jobs.filter((one) => jobSeen(world, caller, one) === 'seen').map(({ id }) => id);
    return {
        caller, method: 'GET', path: '/jobs?limit=200',
        check: expects(caller.alive ? 'seen' : '401 no_session', ({ items }) =>
            items.map(({ id }) => id).sort().join() !== wanted.sort().join() && 'shows others'),
    };
}

/** A file that nobody's row holds is its uploader's alone. */
function file(world, dice) {
    const [caller, one] = [dice.of(world.callers), dice.of(world.files)];
    const [method, tail, own] = dice.of([['GET', '', 200], ['GET', '/content', 200],
        ['GET', '/thumbnail', 404], ['PATCH', '', 409]]);
    const headers = method === 'PATCH' ? { 'Upload-Offset': '0',
        'Content-Type': 'application/offset+octet-stream' } : undefined;
    // what a job made is for whoever could still ask for it
    const kept = one.result && caller.narrow && method === 'GET' && tail !== '';
    const isOwn = one.by === caller.account && caller.alive;
    const want = !caller.alive ? '401 no_session'
        : isOwn && world.enterAlone ? '403 not_permitted' : '404 not_found';
    return {
        caller, method, headers, path: `/files/${one.id}${tail}`,
        body: method === 'PATCH' ? {} : undefined,
        check: (answer) => isOwn && !kept
            ? answer.status !== own && `${said(answer)} for an own file`
            : said(answer) !== want && `${said(answer)} instead of ${want}`,
    };
}

/** As many rows leave in a table as a list shows. */
function table(world, dice) {
    const record = dice.of(['station/requests', 'station/visits', 'station/households',
        'elderly/errands', 'elderly/profiles']);
    const [caller, op] = [dice.of(world.callers), opOf(record, 'download')];
    const wanted = listed(world, caller, record).length;
    return {
        caller, method: 'GET', path: `${op.path}?format=csv`,
        check: expects(verdict(world, caller, op), (text) => {
            const rows = text.trim().split('\n').length - 1;
            return rows !== wanted && `${rows} rows instead of ${wanted}`;
        }),
    };
}

/** What can be asked and how is told to everybody; of the tenants it says nothing. */
function schema(world, dice) {
    const caller = dice.of(world.callers);
    const path = dice.of(['/schema', '/openapi.json', '/schema/station/resident']);
    const op = opOf('station/residents', 'list');
    const none = path.includes('resident') && ['403 not_permitted'].includes(verdict(world, caller, op));
    return {
        caller, method: 'GET', path,
        check(answer) {
            if (!caller.alive) return said(answer) !== '401 no_session' && said(answer);
            if (none) return false; // some of it may be open to writers
            return answer.status !== 200 ? said(answer)
                : /单秀英|"43112910|"32131100/.test(JSON.stringify(answer.body)) && 'tells of tenants';
        },
    };
}

export const MORE = [[together, 2], [bringBack, 4], [listDeleted, 3], [counted, 4], [overdue, 2],
    [twice, 4], [job, 8], [jobList, 3], [file, 6], [table, 4], [schema, 1]];
