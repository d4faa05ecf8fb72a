// The requests that are measured, as one caller would make them.
import { randomUUID } from 'node:crypto';

import { Caller } from '../lib/api.mjs';

async function sent(server, at, method, path, body) {
    const key = body ? randomUUID() : undefined;
    const answer = await new Caller(server.base, at.token).call(method, path, body,
        key ? { 'Idempotency-Key': key } : {});
    if (answer.status >= 300) {
        throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return { requestId: answer.headers.get('x-request-id'), id: body && answer.body.id, key };
}

/** name → { ask, edit }: what to ask, and how pgbench's form differs from the server's. */
export function asks(server) {
    return {
        r1: { ask: (at, k) => sent(server, at, 'GET', `/station/residents/${at.resident(k)}`) },
        r2: {
            ask: (at) => sent(server, at, 'GET',
                `/station/requests?org.eq=${at.org}&open.eq=true&limit=20`),
            // pgbench has no JSON writer: the database makes it
            edit: (sql) => sql.replace(/select \* from page$/, 'select json_agg(page) from page'),
        },
        r3: {
            ask: (at, k) => sent(server, at, 'POST', '/station/requests', {
                channel: 'PHONE', person: at.resident(k), caller_phone: '13812345678',
                category: 'MEAL', domain: 'E', urgency: 'U3',
                content: '老人来电要求上门帮助，联系邻居后再去，门口有台阶。',
            }),
        },
    };
}
