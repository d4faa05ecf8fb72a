// What stands in the database against what a ledger holds acknowledged.
import { setTimeout as sleep } from 'node:timers/promises';

const RECORDS = ['station.resident', 'station.request', 'elderly.errand'];
const LOOKS = "('look', 'list', 'search', 'history')";

const stateOf = (record) => (record === 'station.resident' ? 'null::text' : 'state');
const union = (suffix) => RECORDS.map((record) =>
    `select '${record}' as record, id, version, change, ${stateOf(record)} as state
       from ${record}${suffix}`).join(' union all ');
const records = RECORDS.map((record) => `'${record}'`).join(', ');
const all = (query) => `(select coalesce(json_agg(x), '[]') from (${query}) x)`;

const COLLECT = `select json_build_object(
    'rows', ${all(union(''))},
    'history', ${all(union('_history'))},
    'idem', ${all(`select key, record, id, change from core.idem where record in (${records})`)},
    'audit', ${all(`select object, object_id, request, action from core.audit
        where object in (${records}) and action not in ${LOOKS} and result = 'ok'`)},
    'requests', ${all('select id, no, plugin_ref, person from station.request')},
    'errands', ${all(`select id, advance_fen, spent_fen, returned_fen, request
        from elderly.errand`)})`;

/** Everything the ledger is about, read as superuser in one transaction that is rolled back. `tamper`:
 *  SQL that first changes that view of the data, constraints and triggers off. */
export async function collect(server, tamper = '') {
    return JSON.parse(await server.psql(`begin isolation level repeatable read;
        set local session_replication_role = replica; ${tamper}; ${COLLECT}; rollback;`));
}

/** Of some acknowledged writes those whose key or version does not stand exactly once, while all goes on;
 *  waits until the database answers. */
export async function missing(server, writes) {
    const told = JSON.stringify(writes.map(({ key, record, id, version }) => ({ key, record, id, version })));
    const query = `select w.record, w.id, w.version
          from json_to_recordset('${told}') as w (key text, record text, id uuid, version int)
          left join (select key, count(*) as n from core.idem group by key) k on k.key = w.key
          left join (select record, id, version, count(*) as n from (${union('_history')}) x
                      group by record, id, version) h
            on (h.record, h.id, h.version) = (w.record, w.id, w.version)
         where k.n is distinct from 1 or h.n is distinct from 1`;
    for (let tries = 1; ; tries++) {
        try {
            return (await server.rows(query)).map(versionOf);
        } catch (fault) {
            if (tries === 300) throw fault;
            await sleep(100);
        }
    }
}

/** { key of the group: its items } */
function group(items, key) {
    const groups = new Map();
    for (const item of items) {
        const name = key(item);
        if (!groups.has(name)) groups.set(name, []);
        groups.get(name).push(item);
    }
    return groups;
}

const versionOf = (x) => `${x.record} ${x.id} v${x.version}`;

/** Each acknowledged write: one version in the history, as told; one key that names it. */
function acknowledged(ledger, data, faults) {
    const versions = group(data.history, versionOf);
    const keys = group(data.idem, (x) => x.key);
    for (const write of ledger.writes) {
        const at = versions.get(versionOf(write)) ?? [];
        const key = keys.get(write.key) ?? [];
        const what = versionOf(write);
        if (at.length !== 1) faults.push(`${what}: ${at.length} versions`);
        else if (at[0].state !== (write.state ?? null)) faults.push(`${what}: state ${at[0].state}`);
        if (key.length !== 1) faults.push(`${what}: its key stands ${key.length} times`);
        else if (key[0].id !== write.id || key[0].change !== at[0]?.change)
            faults.push(`${what}: its key names another write`);
    }
}

/** Nothing beside: as many keys and rows as were acknowledged; the link of an errand and its
 *  delivery are versions of its request that nobody asked for by themselves. */
function complete(ledger, data, faults) {
    const count = (what, is, wanted) => {
        if (is !== wanted) faults.push(`${is} ${what}, acknowledged ${wanted}`);
    };
    const creates = ledger.writes.filter((write) => write.version === 1);
    const follows = ledger.writes.filter((write) => write.record === 'elderly.errand'
        && (write.version === 1 || write.state === 'delivered'));
    count('keys', data.idem.length, ledger.writes.length);
    count('rows', data.rows.length, creates.length);
    count('versions', data.history.length, ledger.writes.length + follows.length);
    count('audit rows', data.audit.length, ledger.writes.length + follows.length);
}

/** Each row: versions 1 to its own, the last one being the row; each version audited once. */
function continuous(data, faults) {
    const histories = group(data.history, (x) => `${x.record} ${x.id}`);
    const audits = group(data.audit, (x) => `${x.object} ${x.object_id} ${x.request}`);
    for (const row of data.rows) {
        const of = `${row.record} ${row.id}`;
        const history = (histories.get(of) ?? []).sort((a, b) => a.version - b.version);
        if (history.length !== row.version || history.some((x, i) => x.version !== i + 1))
            faults.push(`${of} v${row.version}: history ${history.map((x) => x.version)}`);
        const last = history.at(-1);
        if (last?.change !== row.change || last?.state !== row.state)
            faults.push(`${of}: the row is not the last of its history`);
        for (const version of history) {
            const n = audits.get(`${of} ${version.change}`)?.length ?? 0;
            if (n !== 1) faults.push(`${versionOf(version)}: audited ${n} times`);
        }
    }
}

function numbers(data, faults) {
    for (const [no, rows] of group(data.requests, (x) => x.no))
        if (rows.length > 1) faults.push(`number ${no} stands ${rows.length} times`);
}

/** The finished jobs: money that balances and is the client's, the errand linked on its request. */
function jobs(ledger, data, faults) {
    const errands = new Map(data.errands.map((x) => [x.id, x]));
    const requests = new Map(data.requests.map((x) => [x.id, x]));
    for (const job of ledger.jobs) {
        const errand = errands.get(job.errand);
        if (errand?.advance_fen !== job.advance || errand.spent_fen !== job.spent ||
            errand.returned_fen !== job.advance - job.spent)
            faults.push(`errand ${job.errand}: money ${JSON.stringify(errand)}`);
        if (requests.get(job.request)?.plugin_ref !== `elderly.errand:${job.errand}`)
            faults.push(`request ${job.request}: not linked to its errand`);
    }
}

/** What is wrong, in sentences; empty when books and database agree. */
export function judge(ledger, data) {
    const faults = [];
    acknowledged(ledger, data, faults);
    complete(ledger, data, faults);
    continuous(data, faults);
    numbers(data, faults);
    jobs(ledger, data, faults);
    return faults;
}
