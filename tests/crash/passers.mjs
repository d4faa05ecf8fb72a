// What everybody else does meanwhile: residents are registered and read back without a pause. A request
// that was lost with its worker is repeated with its key, and must then succeed.
import { randomUUID } from 'node:crypto';

export const CLIENTS = 4;

export class Passers {
    constructor(caller, div) {
        Object.assign(this, { caller, div, made: 0, lost: 0, wrong: [] });
    }

    start() {
        this.running = true;
        this.clients = Promise.all(Array.from({ length: CLIENTS }, () => this.client()));
    }

    async stop() {
        this.running = false;
        await this.clients;
    }

    async client() {
        while (this.running) {
            const key = randomUUID();
            const body = { div: this.div, name: `过客${key}` };
            const { id } = await this.until(201, () =>
                this.caller.post('/station/residents', body, { key, timeout: 30_000 }));
            this.made++;
            if (id) await this.until(200, () => this.caller.get(`/station/residents/${id}`));
        }
    }

    /** Asks until the answer has that status; an answer with another one is wrong, silence is not. */
    async until(status, ask) {
        for (;;) {
            const answer = await ask().catch(() => null);
            if (answer?.status === status) return answer.body;
            if (answer) {
                this.wrong.push(`${answer.status} ${answer.body?.code}`);
                return {};
            }
            this.lost++;
        }
    }
}
