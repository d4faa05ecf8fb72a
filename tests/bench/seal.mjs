// What sealing the audit costs those who write, and how late it is: requests registered by 16 clients,
// with the sealer at work and held still, in turns (A B B A …). The sealer is held still by stopping the
// jobs process; what gathered meanwhile is sealed before the next turn begins.
//
//     node tests/bench/seal.mjs [rounds] [seconds of each turn]     it alone
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { median, wrk } from './load.mjs';
import { makeWorld, shape } from './world.mjs';

const clients = 16;
const TICK_US = 10000;

/** Processor time of the jobs process so far, µs. */
function jobsTime(server) {
    const stat = readFileSync(`/proc/${server.pids('jobs')[0]}/stat`, 'utf8');
    const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
    return (user + system) * TICK_US;
}

/** → { rps, us }: processor time for each request, the sealer's own included */
async function load(server, seconds, of) {
    const before = jobsTime(server);
    const { rps, server_us, db_us } = await wrk(server, 'r3', clients, seconds, of);
    return { rps, us: server_us + db_us + (jobsTime(server) - before) / (rps * seconds) };
}

async function sealed(server) {
    while (await server.psql('select count(*) from core.audit_late(null)') !== '0') await sleep(50);
}

/** Seconds from a row to the seal over it, of those written in the windows: p50, p99, the longest. */
async function lateness(server, windows) {
    const during = windows.map(([from, to]) => `a.at between '${from}' and '${to}'`).join(' or ');
    const [late] = await server.rows(`select percentile_cont(array[0.5, 0.99, 1]) within group
            (order by s.sealed_at / 1e6 - extract(epoch from a.at)) as seconds
        from core.audit a
        cross join lateral (select x.sealed_at from core.audit_seal x
            where x.county = a.county and (x.epoch, x.xid) >= (a.epoch, a.xid)
            order by x.seal limit 1) s
        where ${during}`);
    return late.seconds.map((s) => Number(s.toFixed(3)));
}

/** { rate_cost, us_cost, p50_s, p99_s, most_s }: costs as shares of what it takes without sealing */
export async function sealCost(server, say, rounds, seconds, of = shape) {
    const on = [], off = [], windows = [];
    const turns = [
        async () => {
            const from = await server.psql('select now()');
            on.push(await load(server, seconds, of));
            windows.push([from, await server.psql('select now()')]);
        },
        async () => {
            const jobs = server.kill('jobs', 'SIGSTOP');
            try {
                off.push(await load(server, seconds, of));
            } finally {
                process.kill(jobs, 'SIGCONT');
            }
        },
    ];
    await load(server, seconds, of);
    for (let i = 0; i < rounds; i++) {
        for (const turn of i % 2 ? turns.toReversed() : turns) {
            await sealed(server);
            await turn();
        }
    }
    await sealed(server);
    const [p50_s, p99_s, most_s] = await lateness(server, windows);
    const cost = (ratio) => Number((median(on.map(ratio)) - 1).toFixed(3));
    const result = {
        rate_cost: cost((turn, i) => off[i].rps / turn.rps), us_cost: cost((turn, i) => turn.us / off[i].us),
        p50_s, p99_s, most_s,
    };
    say(`sealing costs ${result.rate_cost} of r3's rate, ${result.us_cost} of its processor time; ` +
        `${p99_s} s late at p99`);
    return result;
}

export function sealTable({ rate_cost, us_cost, p50_s, p99_s, most_s }) {
    const percent = (share) => `${(share * 100).toFixed(1)} %`;
    return [
        `sealing: ${percent(rate_cost)} of r3's rate, ${percent(us_cost)} of its processor time; ` +
            `row to seal p50 ${p50_s} s, p99 ${p99_s} s, at most ${most_s} s`,
    ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [rounds = 6, seconds = 10] = process.argv.slice(2).map(Number);
    const small = { ...shape, residents: 20000, requests: 60000 };
    const server = await makeWorld(console.error, small);
    try {
        console.log(await sealCost(server, console.error, rounds, seconds, small));
    } finally {
        await server.stop();
    }
}
