// Steps of a story, each of which must come out as said: made, done, refused, counted.
import assert from 'node:assert/strict';

/** The moment n minutes ago, 60 at most, of this day in Asia/Shanghai also in its first hour: there they
 *  lie closer together. */
export function earlier(n) {
    const now = Date.now(), begun = (now + 8 * 3600e3) % 86400e3;
    return new Date(now - n * Math.min(60e3, begun / 60)).toISOString();
}

/** This month in Asia/Shanghai, "2026-11". */
export const PERIOD = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 7);

/** The body of what was created. */
export async function made(promise) {
    const answer = await promise;
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body;
}

/** The body of what went well. */
export async function done(promise) {
    const answer = await promise;
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return answer.body;
}

/** An action that must succeed: the row it left. */
export const step = (caller, path, action, input) => done(caller.act(path, action, input));

/** An action that must be refused with this code. */
export async function refused(caller, path, action, code, input) {
    const answer = await caller.act(path, action, input);
    assert.equal(answer.body.code, code, JSON.stringify(answer.body));
    return answer;
}

/** A change by PATCH of the row as it is now. */
export async function change(caller, path, input) {
    const now = await caller.get(path);
    return caller.patch(path, input, now.etag);
}

/** One number of this month's report, as the caller sees it. */
export async function number(caller, code, report = 'SM-01', period = PERIOD) {
    const { indicators } = await done(caller.get(`/reports/${report}?period=${period}`));
    const found = indicators.find((item) => item.code === code);
    assert.ok(found, `${code} is not in ${report}`);
    return found;
}

/** { kind: value } of a number. */
export const kinds = (counted) =>
    Object.fromEntries(counted.by_kind.map(({ kind, value }) => [kind, value]));

/** What the county says a policy parameter is, from the year's beginning on. */
export const setParam = (caller, key, value) => made(caller.post('/station/policy_values',
    { key, level: 'COUNTY', effective_from: `${PERIOD.slice(0, 4)}-01-01`, value }));

/** A meal that was ordered in time becomes that of the day n days from today. */
export const mealOn = (server, id, n = 0) =>
    server.psql(`update elderly.meal_order set date = core.today() + ${n} where id = '${id}'`);
