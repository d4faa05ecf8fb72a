// A caller of the API: one token, and the few verbs that read well in a transcript.
//
//     const operator = new Caller(server.base, token);
//     const call = await operator.post('/station/requests', {...});
//     assert.equal(call.status, 201);
import { randomUUID } from 'node:crypto';

import { exchangeKeep } from './contract.mjs';
import { failingOf } from './failing.mjs';

const PREFIX = '/api/v1';

export class Caller {
    /** `by`: what asks in fetch's place, on connections of its own. */
    constructor(base, token, { lang = 'en', by = fetch } = {}) {
        this.base = base;
        this.token = token;
        this.lang = lang;
        this.by = by;
    }

    /** → { status, bytes, headers, url, redirected }: one exchange as it is, the token added. */
    async exchange(method, path, headers, body, timeout) {
        const full = path.startsWith('/api') ? path : PREFIX + path;
        const request = { method, body, headers: {
            'Accept-Language': this.lang,
            ...(this.token && { Authorization: `Bearer ${this.token}` }),
            ...headers,
        } };
        const ask = async (signal = timeout && AbortSignal.timeout(timeout)) => {
            const answer = await this.by(this.base + full, { ...request, signal });
            const { status, url, redirected } = answer;
            const bytes = Buffer.from(await answer.arrayBuffer());
            return { status, bytes, headers: answer.headers, url, redirected };
        };
        const failing = failingOf(this.base);
        return failing ? failing.asked(method, full, headers, ask) : ask();
    }

    /** → { status, body (parsed, or null), headers, etag } */
    async call(method, path, body, headers = {}, { timeout } = {}) {
        const answer = await this.exchange(method, path, {
            ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers,
        }, body === undefined ? undefined : JSON.stringify(body), timeout);
        const text = new TextDecoder().decode(answer.bytes); // as fetch has it, without its mark
        exchangeKeep(this.base, method, path.startsWith('/api') ? path : PREFIX + path, answer, text);
        const isJson = /json/.test(answer.headers.get('content-type') ?? '');
        return {
            status: answer.status,
            body: isJson && text ? JSON.parse(text) : text || null,
            headers: answer.headers,
            etag: answer.headers.get('etag'),
        };
    }

    get(path, headers) {
        return this.call('GET', path, undefined, headers);
    }

    /** Every POST carries an Idempotency-Key: its own, or the one given. `timeout` in ms. */
    post(path, body, { key = randomUUID(), ifMatch, timeout } = {}) {
        return this.call('POST', path, body, {
            'Idempotency-Key': key,
            ...(ifMatch && { 'If-Match': ifMatch }),
        }, { timeout });
    }

    put(path, body) {
        return this.call('PUT', path, body);
    }

    patch(path, body, ifMatch, key = randomUUID()) {
        return this.call('PATCH', path, body, {
            'Idempotency-Key': key,
            ...(ifMatch && { 'If-Match': ifMatch }),
        });
    }

    delete(path, ifMatch) {
        return this.call('DELETE', path, undefined, ifMatch ? { 'If-Match': ifMatch } : {});
    }

    /** An action on a record as this caller sees it now. */
    async act(path, action, input, options = {}) {
        const now = await this.get(path);
        return this.post(`${path}/actions/${action}`, input, { ifMatch: now.etag, ...options });
    }
}

/** A resident identity number (GB 11643) with a right check digit. */
export function idNumber(division, birth, sequence) {
    const digits = `${division}${birth}${String(sequence).padStart(3, '0')}`;
    const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const sum = weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
    return digits + '10X98765432'[sum % 11];
}

/** A fresh UUID of version 7, as a client makes it. */
export function uuid7() {
    const time = Date.now().toString(16).padStart(12, '0');
    const rest = randomUUID().slice(14);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(1)}`;
}
