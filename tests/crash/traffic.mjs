// Clients that never ask twice: every request must be answered the first time, with what is expected. They
// differ in how they use their connections, which is what a reload could break.
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const STUCK_MS = 30_000;

/** One request; an error of the connection rejects. `pieces`: of the body, sent one by one. */
function ask(agent, base, who, { method = 'GET', path, body, pause = 0 }) {
    const text = body && JSON.stringify(body);
    return new Promise((done, fail) => {
        const request = http.request(`${base}/api/v1${path}`, {
            agent, method, timeout: STUCK_MS,
            headers: {
                Authorization: `Bearer ${who.token}`,
                ...(text && { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID(),
                    'Content-Length': Buffer.byteLength(text) }),
            },
        }, (answer) => {
            let out = '';
            answer.setEncoding('utf8').on('data', (part) => (out += part));
            answer.once('error', fail).once('end', () =>
                done({ status: answer.statusCode, out, closes: answer.headers.connection === 'close' }));
        });
        request.once('error', fail);
        request.once('timeout', () => request.destroy(new Error('no answer')));
        if (!text) return request.end();
        request.flushHeaders();
        return setTimeout(() => request.end(text), pause);
    });
}

export class Traffic {
    /** kinds: { name: { keepAlive, between (ms), pause (ms between head and body), status, ask: () => request } } */
    constructor(base, who, kinds) {
        Object.assign(this, { base, who, kinds });
        this.answers = {};
        this.made = [];
        this.failures = [];
        this.closes = 0; // answers that ended their connection
    }

    async client(name) {
        const kind = this.kinds[name];
        const agent = new http.Agent({ keepAlive: kind.keepAlive, maxSockets: 1 });
        while (!this.over) {
            const wanted = kind.ask();
            try {
                const { status, out, closes } = await ask(agent, this.base, this.who,
                    { ...wanted, pause: kind.pause });
                if (status !== kind.status) this.failures.push(`${name}: ${status} ${out}`);
                else if (wanted.body) this.made.push(wanted.body.name);
                this.answers[name] = (this.answers[name] ?? 0) + 1;
                this.closes += kind.keepAlive && closes;
            } catch (fault) {
                this.failures.push(`${name}: ${fault.code ?? fault.message}`);
            }
            if (kind.between) await sleep(Math.random() * kind.between);
        }
        agent.destroy();
    }

    /** Runs `count` clients of each kind while `work` does, and until every kind was answered once. */
    async during(work, count) {
        const clients = Object.keys(this.kinds)
            .flatMap((name) => Array.from({ length: count }, () => this.client(name)));
        try {
            return await work();
        } finally {
            this.over = true;
            await Promise.all(clients);
        }
    }
}
