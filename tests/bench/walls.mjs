// What row security costs: the same requests with it and without, in turns; and, without a clock, the
// backend's instructions and pages.
import { rowSecurity } from '../lib/row_security.mjs';
import { median, wrk } from './load.mjs';

// how often each is counted: a report is long
export const counted = { r1: 40, r2: 40, r3: 40, r4: 10 };
const names = Object.keys(counted);
const share = (on, off) => Number((on / off).toPrecision(3));

/** By the clock: { r1: { time }, … }, how many times as long a request takes with it as without. */
export async function wallTimes(server, say, rounds, seconds, of) {
    const result = {};
    for (const name of names) {
        const ratios = [];
        for (let i = 0; i < rounds; i++) {
            const rate = {};
            for (const what of i % 2 ? ['enable', 'disable'] : ['disable', 'enable']) {
                await rowSecurity(server, what);
                await wrk(server, name, 16, 1, of); // plans are made anew
                rate[what] = (await wrk(server, name, 16, seconds, of)).rps;
            }
            ratios.push(rate.disable / rate.enable);
        }
        await rowSecurity(server, 'enable');
        result[name] = { time: share(median(ratios), 1) };
        say(`row security, ${name}: ${result[name].time} of the time without`);
    }
    return result;
}

/** Counted: { r1: { instructions, pages, instructions_off, pages_off, of_off }, … } */
export async function wallCounts(server, postgres, made, say) {
    const on = {};
    for (const name of names) on[name] = await postgres.each(made[name], counted[name]);
    await rowSecurity(server, 'disable');
    const result = {};
    for (const name of names) {
        const off = await postgres.each(made[name], counted[name]);
        result[name] = { ...on[name], instructions_off: off.instructions, pages_off: off.pages,
            of_off: share(on[name].instructions, off.instructions) };
        say(`${name}: ${on[name].instructions} instructions of PostgreSQL, ${result[name].of_off} of ` +
            'those without row security');
    }
    await rowSecurity(server, 'enable');
    return result;
}

export function wallTable(result) {
    const row = (...cells) => cells.map((c, i) => i ? String(c).padStart(14) : c.padEnd(14)).join('');
    return [
        row('row security', 'time', 'PostgreSQL', 'without', 'of it', 'pages', 'without'),
        ...Object.entries(result).map(([name, r]) => row(name, r.time, r.instructions,
            r.instructions_off, r.of_off, r.pages, r.pages_off)),
    ];
}
