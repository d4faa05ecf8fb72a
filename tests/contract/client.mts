// A client whose every call is typed by what the server's OpenAPI document generates: the first steps
// of the main job. Compiled and run by contract.test.mjs against a server that is up.
import type { paths } from './types';

declare const process: { env: Record<string, string | undefined> };

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Success<R> = Json<R[Extract<keyof R, 200 | 201 | 202>]>;
type Answer<O> = O extends { responses: infer R } ? Success<R> : never;
type Body<O> = O extends { requestBody?: infer B } ? Json<NonNullable<B>> : undefined;
type Query<O> = O extends { parameters: { query?: infer Q } } ? Q : undefined;
interface Rest<O> { body?: Body<O>; query?: Query<O>; ifMatch?: string | null }
// One condition, so that the compiler meets one union of all operations and not a product of three.
type Options<O> = O extends { parameters: { path: infer P } } ? Rest<O> & { path: P } : Rest<O>;

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<M, P extends keyof paths> = M extends keyof paths[P] ? paths[P][M] : never;
type Call = <M extends Method, P extends keyof paths>(
    method: M, path: P, options: Options<Operation<M, P>>,
) => Promise<{ body: Answer<Operation<M, P>>; etag: string | null }>;

interface Loose {
    body?: unknown;
    path?: Record<string, string>;
    query?: Record<string, unknown>;
    ifMatch?: string | null;
}

/** What every call does; its types are Call's. */
function client(base: string, token: string): Call {
    const call = async (method: string, path: string, options: Loose) => {
        const { body, path: captures = {}, query = {}, ifMatch } = options;
        const url = new URL(path.replace(/\{(\w+)\}/g, (_, name: string) => captures[name] ?? ''),
            base);
        for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
        const answer = await fetch(url, {
            method: method.toUpperCase(),
            headers: {
                Authorization: `Bearer ${token}`,
                ...(body !== undefined ? { 'Content-Type': 'application/json' } : {}),
                ...(ifMatch ? { 'If-Match': ifMatch } : {}),
            },
            ...(body !== undefined ? { body: JSON.stringify(body) } : {}),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        return { body: text ? JSON.parse(text) : undefined, etag: answer.headers.get('etag') };
    };
    return call as unknown as Call;
}

const { BASE = '', OPERATOR = '', HEAD = '', WORKER = '', DIV = '', ID_NUMBER = '' } = process.env;
const operator = client(BASE, OPERATOR), head = client(BASE, HEAD), worker = client(BASE, WORKER);

const me = await worker('get', '/api/v1/me', {});
const staff: string = me.body.account.id;

const resident = await operator('post', '/api/v1/station/residents', {
    body: { div: DIV, name: '赵桂芬', id_number: ID_NUMBER, sex: '2' },
});
const request = await operator('post', '/api/v1/station/requests', {
    body: {
        person: resident.body.id, channel: 'HOTLINE', category: 'BUY_DRUG', domain: 'E',
        urgency: 'U3', content: '独居，需要代购药品',
    },
});
const id = request.body.id;
const accepted = await head('post', '/api/v1/station/requests/{id}/actions/accept', {
    path: { id }, ifMatch: request.etag, body: {},
});
const state: 'accepted' | string = accepted.body.state ?? '';
const assigned = await head('post', '/api/v1/station/requests/{id}/actions/assign', {
    path: { id }, ifMatch: accepted.etag, body: { staff },
});
const mine = await worker('get', '/api/v1/station/requests', {
    query: { 'staff.eq': staff, 'state.in': 'assigned', limit: 5 },
});
const next: string | null | undefined = mine.body.next;
console.log(JSON.stringify({
    state, assigned: assigned.body.state, actions: mine.body.items[0]?._actions, next,
    found: mine.body.items.map((row) => row.id), id,
}));
