// A client that keeps books: it does the main job over and over, repeats every write with its key until
// the server acknowledges it, and writes down what was acknowledged.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { idNumber } from '../lib/api.mjs';

const PATIENCE_MS = 60_000; // longer without an answer, and the service counts as gone
const ATTEMPT_MS = 8_000;

/** Numbers from a seed (mulberry32), so that a run can be repeated. */
export function random(seed) {
    let a = seed >>> 0;
    return () => {
        a = (a + 0x6d2b79f5) | 0;
        let t = Math.imul(a ^ (a >>> 15), 1 | a);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

const isRepeatable = ({ status, body }) =>
    status === 502 || status === 503 || (status === 409 && body?.code === 'in_progress');

export class Ledger {
    /** `hangUps`: the share of attempts that the client gives up after a few milliseconds. */
    constructor({ chance = Math.random, hangUps = 0 } = {}) {
        this.chance = chance;
        this.hangUps = hangUps;
        this.patience = PATIENCE_MS;
        this.writes = []; // { key, record, …the answer's body } in the order of acknowledgement
        this.hungUp = 0;
        this.lost = 0; // attempts that failed otherwise
        this.replays = 0; // acknowledged only on a repeat
        this.longest = 0; // ms that one write took
        this.jobs = [];
    }

    /** One write until it is acknowledged with `status`; whatever else the server says is an error. */
    async write(who, record, path, body, { ifVersion, status }) {
        const key = randomUUID();
        const began = Date.now();
        const options = { key, ...(ifVersion && { ifMatch: `"v${ifVersion}"` }) };
        for (let tries = 1; ; tries++) {
            const hasty = this.chance() < this.hangUps;
            const timeout = hasty ? 1 + Math.floor(25 * this.chance()) : ATTEMPT_MS;
            const answer = await who.post(path, body, { ...options, timeout })
                .catch((fault) => ({ status: 502, body: String(fault.cause ?? fault) }));
            if (answer.status === status) {
                this.note({ key, record, ...answer.body }, tries, Date.now() - began);
                return answer.body;
            }
            if (!isRepeatable(answer) || Date.now() - began > this.patience)
                throw new Error(`POST ${path}, try ${tries}: ${answer.status} ` +
                    JSON.stringify(answer.body));
            if (hasty) this.hungUp++;
            else this.lost++;
            await sleep(150 * this.chance());
        }
    }

    note(write, tries, took) {
        this.writes.push(write);
        this.replays += tries > 1 ? 1 : 0;
        this.longest = Math.max(this.longest, took);
    }

    create(who, record, path, body) {
        return this.write(who, record, path, body, { status: 201 });
    }

    act(who, record, path, version, action, body) {
        return this.write(who, record, `${path}/actions/${action}`, body,
            { ifVersion: version, status: 200 });
    }

    /** The main job once, for the n-th resident of the run. */
    async job(n, { operator, head, worker, village }) {
        const birth = `${1930 + Math.floor(n / 1000)}0${1 + (n % 9)}${10 + (n % 18)}`;
        const advance = 1000 + 10 * n, spent = 700 + n;
        const person = await this.create(operator, 'station.resident', '/station/residents', {
            div: village, name: '单秀英', sex: '2', id_number: idNumber('431129', birth, n % 1000),
        });
        const request = await this.create(operator, 'station.request', '/station/requests', {
            div: village, person: person.id, channel: 'HOTLINE', category: 'BUY_DRUG', domain: 'E',
            urgency: 'U2', content: `第${n}次来电：降压药吃完了`,
        });
        const at = `/station/requests/${request.id}`;
        const step = (who, version, action, body) =>
            this.act(who, 'station.request', at, version, action, body);
        await step(head, 1, 'accept');
        await step(head, 2, 'assign', { staff: worker.account });
        await step(worker, 3, 'start');
        const errand = await this.create(worker, 'elderly.errand', '/elderly/errands', {
            person: person.id, request: request.id, kind: 'BUY_DRUG', items: '硝苯地平缓释片两盒',
            drug_name: '硝苯地平缓释片', drug_checked: '药店核对空药瓶',
        }); // which raises the request's version too: it now names the errand
        const errandAt = `/elderly/errands/${errand.id}`;
        const errandStep = (version, action, body, who = worker) =>
            this.act(who, 'elderly.errand', errandAt, version, action, body);
        await errandStep(1, 'accept');
        await errandStep(2, 'purchase', { advance_fen: advance, spent_fen: spent, receipt: `${n}` });
        await errandStep(3, 'deliver', { wellbeing: 'OK', handed_to: '本人' });
        await errandStep(4, 'settle', { returned_fen: advance - spent }, head);
        // delivered: the request knows, by another version
        await step(worker, 6, 'finish', { result: '药已送到' });
        await step(operator, 7, 'callback', { rating: 1 + (n % 5) });
        await step(operator, 8, 'close');
        this.jobs.push({ person: person.id, request: request.id, errand: errand.id, advance, spent });
    }
}
