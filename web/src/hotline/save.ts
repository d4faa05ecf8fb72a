// A call is saved in steps: the request, the call that names it, what goes on from there. Each step has a key
// of its own and is remembered when it is through: a repeat goes on where the line broke and doubles nothing.
import { call as ask, get, query } from '@/api/client';
import { isProblem } from '@/api/problem';
import { uuid7 } from '@/api/uuid';
import { sent, type Values } from '@/generic/form';
import { timeText } from '@/schema/format';
import { typeOf } from '@/schema/store';
import type { Page, Row } from '@/schema/types';
import { me } from '@/state/me';
import { ringSeconds, type Call, type Step } from './call';

export interface Saved { call: string; request: { id: string; no: string } | null; dispatched: boolean; place: string }
interface Made { id: string; no: string; etag: string }

const REQUESTS = '/api/v1/station/requests';
const SECRETS = '/api/v1/station/request_secrets';
const CALLS = '/api/v1/station/calls';

const made = (row: Row, etag: string | null): Made => ({ id: row.id, no: String(row.no ?? ''), etag: etag ?? '' });
async function read(path: string): Promise<Made & { row: Row }> {
  const { body, etag } = await ask<Row>('GET', path);
  return { ...made(body, etag), row: body };
}
/** The county's hotline, or the direct line of a station. */
const atHotline = () => me.value?.scope_div.endsWith('000000') ?? false;

/** What of a form was filled in. */
const given = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined));

/** Runs a step that is not through yet. A refused one may be mended, which makes another intent of it. */
async function step(call: Call, name: Step, work: (key: string) => Promise<Made>): Promise<Made> {
  const before = call.done[name];
  if (before) return before;
  try {
    return (call.done[name] = await work(call.keys[name]));
  } catch (error) {
    if (isProblem(error) && error.status >= 400 && error.status < 500 && error.status !== 401) call.keys[name] = uuid7();
    throw error;
  }
}

/** Makes a row under the call's own id. One that came through unheard, and whose words were mended since,
 *  is brought up to what is said now. */
async function put(type: string, path: string, id: string, body: Values, key: string): Promise<Made> {
  try {
    const answer = await ask<Row>('POST', path, { body: { id, ...body }, key });
    return made(answer.body, answer.etag);
  } catch (error) {
    if (!isProblem(error) || error.code !== 'idempotency_key_reused') throw error;
  }
  const there = await read(`${path}/${id}`);
  const { patch } = await typeOf(type);
  const differs = patch ? sent(patch, { ...there.row, ...body }, there.row) : {};
  if (!Object.keys(differs).length) return there;
  const answer = await ask<Row>('PATCH', `${path}/${id}`, { body: differs, etag: there.etag });
  return made(answer.body, answer.etag);
}

const bodyOf = (call: Call): Values => given({ div: call.place, channel: atHotline() ? 'HOTLINE' : 'PHONE', person: call.person, caller_name: call.caller_name,
  caller_phone: call.phone, caller_relation: call.secret ? '' : call.caller_relation, category: call.category,
  domain: call.domain, urgency: call.urgency, content: call.content });

/** What is confidential goes to its own file, which makes the request that everybody sees. */
async function secretOf(call: Call, key: string): Promise<Made> {
  await put('station.request_secret', SECRETS, call.ids.request, bodyOf(call), key);
  const { items } = await get<Page>(`${REQUESTS}${query({ 'secret_ref.eq': call.ids.request })}`);
  return read(`${REQUESTS}/${items[0].id}`);
}

/** The same matter again: what is new about it stands under what was said before. */
async function moreOf(call: Call, key: string): Promise<Made> {
  const into = call.into!;
  if (!into.content) {
    const there = await read(`${REQUESTS}/${into.id}`);
    into.etag = there.etag;
    into.content = `${String(there.row.content)}\n【${timeText(call.started_at)}】${call.content}`;
  }
  try {
    const answer = await ask<Row>('PATCH', `${REQUESTS}/${into.id}`, { body: { content: into.content }, etag: into.etag, key });
    return made(answer.body, answer.etag);
  } catch (error) {
    into.content = isProblem(error) && error.status === 412 ? '' : into.content; // somebody else wrote: read it anew
    throw error;
  }
}

async function requestOf(call: Call): Promise<Made | null> {
  if (call.outcome !== 'REQUEST') return null;
  if (!call.into) return step(call, 'request', (key) => (call.secret ? secretOf(call, key)
    : put('station.request', REQUESTS, call.ids.request, bodyOf(call), key)));
  if (call.content.trim()) await step(call, 'more', (key) => moreOf(call, key));
  return { id: call.into.id, no: call.into.no, etag: '' };
}

const callOf = (call: Call, request: Made | null): Values => given({
  div: call.place, line: atHotline() ? 'HOTLINE' : 'STATION', phone: call.phone, started_at: call.started_at,
  answered_at: call.outcome === 'MISSED' ? '' : call.answered_at, ended_at: call.outcome === 'MISSED' ? '' : call.ended_at,
  ring_seconds: ringSeconds(call, Date.parse(call.ended_at)), outcome: call.outcome, person: call.secret ? '' : call.person,
  request: request?.id, note: call.outcome === 'REQUEST' ? '' : call.note,
});

/** The missed call is called back by this one. */
async function returnedOf(call: Call, key: string): Promise<Made> {
  const missed = await read(`${CALLS}/${call.returns}`);
  if (missed.row.returned_by === call.ids.call) return missed;
  const answer = await ask<Row>('PATCH', `${CALLS}/${call.returns}`, { body: { returned_by: call.ids.call }, etag: missed.etag, key });
  return made(answer.body, answer.etag);
}

/** Saves all of it; throws the first problem, and goes on there when it is called again. */
export async function save(call: Call, dispatch: boolean): Promise<Saved> {
  const request = await requestOf(call);
  await step(call, 'call', (key) => put('station.call_log', CALLS, call.ids.call, callOf(call, request), key));
  const accept = dispatch && request !== null && !call.into;
  if (accept) await step(call, 'accept', async (key) => {
    const answer = await ask<Row>('POST', `${REQUESTS}/${request.id}/actions/accept`, { body: {}, etag: request.etag, key });
    return made(answer.body, answer.etag);
  });
  if (call.returns) await step(call, 'returned', (key) => returnedOf(call, key));
  return { call: call.ids.call, request: request && { id: request.id, no: request.no }, dispatched: accept, place: call.place };
}
