// 500 requests registered in one call that writes all or none, beside as many calls of one each and
// beside one insert of 500 rows, with history and audit, by pgbench.
import { randomUUID } from 'node:crypto';

import { Caller } from '../lib/api.mjs';
import { median, pgbench, wrk } from './load.mjs';
import { perStation, station } from './world.mjs';

const size = 500;

function items(at) {
    return Array.from({ length: size }, (_, i) => ({
        op: 'create',
        data: {
            channel: 'PHONE', person: at.resident(i % perStation), caller_phone: '13812345678',
            category: 'MEAL', domain: 'E', urgency: 'U3',
            content: '老人来电要求上门帮助，联系邻居后再去，门口有台阶。',
        },
    }));
}

async function seconds(caller, at) {
    const body = { atomic: 'all', items: items(at) };
    const began = performance.now();
    const answer = await caller.post('/station/requests/batch', body, { key: randomUUID() });
    const taken = (performance.now() - began) / 1000;
    if (answer.status !== 200 || answer.body.items.some(({ status }) => status !== 201)) {
        throw new Error(`batch: ${answer.status} ${JSON.stringify(answer.body).slice(0, 500)}`);
    }
    return taken;
}

/** The columns of the history, which both tables have, but for those the database makes. */
async function insertScript(server, at) {
    const given = {
        county: at.county, id: 'gen_random_uuid()', div: at.lo, org: `'${at.org}'::uuid`,
        change: 'gen_random_uuid()', created_by: 'core.actor()', updated_by: 'core.actor()',
        no: `'B' || gen_random_uuid()`, channel: `'PHONE'`, person: `'${at.resident(0)}'::uuid`,
        category: `'MEAL'`, domain: `'E'`, urgency: `'U3'`,
        content: `'老人来电要求上门帮助，联系邻居后再去，门口有台阶。'`, received_at: 'now()',
        due_accept_at: `now() + interval '1 hour'`, due_finish_at: `now() + interval '1 day'`,
        state: `'new'`,
    };
    const shared = await server.psql(`select string_agg(h.attname, ', ') from pg_attribute h
        join pg_attribute t on t.attname = h.attname and t.attrelid = 'station.request'::regclass
        where h.attrelid = 'station.request_history'::regclass and h.attnum > 0
          and not h.attisdropped`);
    const versions = await server.psql(`select post_version || ',' || county_version
        from core.session_hint(${at.county}, '${at.secret}')`, 'wulian_app');
    const script = `\\startpipeline
select core.enter(${at.county}, '${at.secret}', ${versions}, 'request.create', null, 't', null);
with r as (insert into station.request (${Object.keys(given).join(', ')})
    select ${Object.values(given).join(', ')} from generate_series(1, ${size}) returning *),
h as (insert into station.request_history (${shared}) select ${shared} from r),
a as (insert into core.audit (county, actor, role, address, action, object, object_id, div, request)
    select r.county, core.actor(), 'social_worker', '127.0.0.1', 'create', 'station.request', r.id,
           r.div, r.change from r)
select count(*) from r;
\\endpipeline
`;
    return { script, constants: [] };
}

/** { rows, rows_s, p50_ms, single_rows_s, insert_rows_s, of_single, of_insert } */
export async function batchTimes(server, say, rounds, duration) {
    const at = station(57);
    const caller = new Caller(server.base, at.token);
    const script = await insertScript(server, at);
    const taken = [];
    const single = [];
    const insert = [];
    await seconds(caller, at);
    for (let i = 0; i < rounds; i++) {
        for (let k = 0; k < 3; k++) taken.push(await seconds(caller, at));
        single.push((await wrk(server, 'r3', 1, duration)).rps);
        insert.push((await pgbench(server, script, 1, duration)).rps * size);
    }
    const rate = size / median(taken);
    const result = {
        rows: size, rows_s: Math.round(rate), p50_ms: Math.round(median(taken) * 1000),
        single_rows_s: Math.round(median(single)), insert_rows_s: Math.round(median(insert)),
        of_single: Number((rate / median(single)).toPrecision(3)),
        of_insert: Number((rate / median(insert)).toPrecision(3)),
    };
    say(`batch of ${size}: ${result.rows_s} rows/s, one by one ${result.single_rows_s}, ` +
        `one insert ${result.insert_rows_s}`);
    return result;
}
