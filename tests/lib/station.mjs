// The stations' common work as its stories call it: rows made, steps taken, answers read, each as said.
import assert from 'node:assert/strict';

/** The answer, which has the wanted status. */
export async function status(wanted, promise) {
    const answer = await promise;
    assert.equal(answer.status, wanted, JSON.stringify(answer.body));
    return answer;
}

/** A row of /station/<path>: its body, with its own path. */
export async function made(caller, path, body) {
    const { body: row } = await status(201, caller.post(`/station/${path}`, body));
    return { ...row, path: `/station/${path}/${row.id}` };
}
export const idOf = (path) => path.split('/').pop();
/** The same: its path alone. */
export const placed = async (caller, path, body) => (await made(caller, path, body)).path;

/** What an action left. */
export const done = async (caller, path, action, input) =>
    (await status(200, caller.act(path, action, input))).body;
export const got = async (caller, path) => (await status(200, caller.get(path))).body;
