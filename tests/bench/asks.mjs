// The requests that are measured, as one caller would make them: with the headers wrk sends, one after
// the other on one connection, so that what the server does for each is the same every time.
import { randomUUID } from 'node:crypto';
import http from 'node:http';

import { period } from './load.mjs';

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function answerTo(url, method, headers, text) {
    return new Promise((done, fail) => {
        const request = http.request(url, { agent, method, headers }, (answer) => {
            let body = '';
            answer.setEncoding('utf8').on('data', (some) => (body += some));
            answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body }));
        });
        request.once('error', fail).end(text);
    });
}

async function sent(server, at, method, path, body) {
    const key = body && randomUUID();
    const text = body && JSON.stringify(body);
    const answer = await answerTo(`${server.base}/api/v1${path}`, method, {
        Authorization: `Bearer ${at.token}`,
        ...(body && { 'Idempotency-Key': key, 'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(text) }),
    }, text);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.body}`);
    return { requestId: answer.headers['x-request-id'], id: body && JSON.parse(answer.body).id, key };
}

/** Of the page of r2: with all its fields, and with those a list shows. */
const page = (server, fields = '') => ({
    ask: (at) => sent(server, at, 'GET',
        `/station/requests?org.eq=${at.org}&open.eq=true&limit=20${fields}`),
    // pgbench has no JSON writer: the database makes it
    edit: (sql) => sql.replace(/select \* from page$/, 'select json_agg(page) from page'),
});

/** name → { ask, edit, one, alone }: what to ask, and how pgbench's form differs from the server's.
 *  `one`: pgbench asks for the same station again and again; `alone`: pgbench has no form of it. */
export function asks(server) {
    return {
        r1: { ask: (at, k) => sent(server, at, 'GET', `/station/residents/${at.resident(k)}`) },
        r2: page(server),
        seven: page(server, '&fields=no,person,category,urgency,content,received_at,due_finish_at'),
        r3: {
            ask: (at, k) => sent(server, at, 'POST', '/station/requests', {
                channel: 'PHONE', person: at.resident(k), caller_phone: '13812345678',
                category: 'MEAL', domain: 'E', urgency: 'U3',
                content: '老人来电要求上门帮助，联系邻居后再去，门口有台阶。',
            }),
        },
        r4: { ask: (at) => sent(server, at, 'GET', `/reports/SM-01?period=${period()}`), one: true },
        r5: {
            ask: (at, k) => sent(server, at, 'GET', `/reads/residents/${at.resident(k)}`),
            alone: true,
        },
        card: {
            ask: (at, k) => sent(server, at, 'GET', `/elderly/residents/${at.resident(k)}/card`),
            alone: true,
        },
    };
}
