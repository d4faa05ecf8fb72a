// The clock of the calls, as tests turn it: the ledger of their chores set back or forward.
import assert from 'node:assert/strict';

import { JIANGHUA } from '../../../tests/lib/county.mjs';

export const PLANS = '/elderly/call_plans', CALLS = '/elderly/greeting_calls',
    STEPS = '/elderly/call_steps';

const CHORES = ['call_day', 'call_log', 'call_escalate', 'call_cancel', 'call_seen_log', 'call_seen',
    'call_missed', 'call_plan_end'];

/** The day n days from today in Asia/Shanghai. */
export const day = (n) => new Date(Date.now() + 8 * 3600e3 + n * 86400e3).toISOString().slice(0, 10);

/** Now, but not before what the past night brings is done: that takes five minutes of the day. */
const nightOver = () => new Date(Math.max(Date.now(), Date.parse(`${day(0)}T00:06:00+08:00`)));

export async function callClock(server) {
    const set = (at, like = 'call_%') => server.psql(`update core.chore_run set done = '${at}'
        where county = ${JIANGHUA} and chore like 'elderly.${like}'`);
    const clock = {
        /** The chores' moments from then on are still to come. */
        from: (at) => set(at.toISOString()),
        /** What the clock brings up to then, of one chore or of all of the calls. */
        async until(at, only) {
            for (const chore of only ? [only] : CHORES) {
                const { status, out, err } = await server.cli(['chores', 'run', '--county',
                    String(JIANGHUA), '--until', at.toISOString(), '--only', `elderly.${chore}`]);
                assert.equal(status, 0, out + err);
            }
        },
        /** The same from noon of that day on. */
        async days(from, until = nightOver()) {
            await set(`${from} 12:00+08`);
            await clock.until(until);
        },
    };
    await clock.until(new Date()); // their ledger begins
    return clock;
}
