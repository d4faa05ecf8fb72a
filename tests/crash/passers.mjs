// What everybody else does meanwhile: residents are registered and read back without a pause. A request
// that was lost with its worker is repeated with its key, and must then succeed.
import { randomUUID } from 'node:crypto';
import http from 'node:http';

import { Caller } from '../lib/api.mjs';

export const CLIENTS = 4;

/** fetch, as far as Caller needs it, with an agent of ours; a fault says whether the connection had
 *  served before. */
const by = (agent) => (url, { method, headers, body, signal }) => new Promise((done, fail) => {
    const request = http.request(url, { method, headers, signal, agent }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.once('error', fail).once('end', () => done({ status: answer.statusCode, url, redirected: false,
            headers: new Headers(answer.headers), arrayBuffer: async () => Buffer.concat(pieces) }));
    });
    request.once('error', (fault) => fail(Object.assign(fault, { isReused: request.reusedSocket })));
    request.end(body);
});

export class Passers {
    /** lost: the requests that nobody answered, { client, began, ended (ms of the epoch), isReused, fault } */
    constructor(caller, div) {
        Object.assign(this, { caller, div, made: 0, lost: [], wrong: [] });
    }

    start() {
        this.running = true;
        this.clients = Promise.all(Array.from({ length: CLIENTS }, (_, i) => this.client(i)));
    }

    async stop() {
        this.running = false;
        await this.clients;
    }

    /** Every other one keeps its connection, one at a time; the others take a new one for each request. */
    async client(i) {
        const agent = i % 2 === 1 && new http.Agent({ keepAlive: true, maxSockets: 1 });
        const caller = new Caller(this.caller.base, this.caller.token, { by: by(agent) });
        while (this.running) {
            const key = randomUUID();
            const body = { div: this.div, name: `过客${key}` };
            const { id } = await this.until(i, 201, () =>
                caller.post('/station/residents', body, { key, timeout: 30_000 }));
            this.made++;
            if (id) await this.until(i, 200, () => caller.get(`/station/residents/${id}`));
        }
        if (agent) agent.destroy();
    }

    /** Asks until the answer has that status; an answer with another one is wrong, silence is not. */
    async until(client, status, ask) {
        for (;;) {
            const began = Date.now();
            const answer = await ask().catch(({ code, message, isReused }) => void this.lost.push(
                { client, began, ended: Date.now(), isReused, fault: code ?? message }));
            if (answer?.status === status) return answer.body;
            if (answer) {
                this.wrong.push(`${answer.status} ${answer.body?.code}`);
                return {};
            }
        }
    }
}
