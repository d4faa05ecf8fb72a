// The one way to the server. The session is a cookie that scripts cannot read; the header X-CSRF says
// that a page of ours asks.
import { Problem, type ProblemBody } from './problem';
import { uuid7 } from './uuid';

export interface Answer<T> {
  body: T;
  etag: string | null;
  status: number;
  /** How much of a file has arrived (Upload-Offset). */
  offset?: number;
}

export interface Ask {
  body?: unknown;
  etag?: string;
  /** Key of repetition: the same for every try of one intent. POST and PATCH get one anyway. */
  key?: string;
  dryRun?: boolean;
  /** A piece of a file, which begins at `offset`; instead of `body`. */
  bytes?: ArrayBuffer;
  offset?: number;
  signal?: AbortSignal;
  /** For a screen at which nobody sits: that the session has ended is answered, not asked about. */
  quiet?: boolean;
}

export interface ClientHooks {
  language(): string;
  /** The session has ended. Resolves to true when the user has signed in again and the call may be
   *  repeated. */
  signedOut(): Promise<boolean>;
}

let hooks: ClientHooks = { language: () => 'zh-CN', signedOut: async () => false };
export const clientHooks = (given: ClientHooks) => { hooks = given; };

const TRIES = 3;
const WAIT_MS = 800;
const wait = (ms: number) => new Promise((done) => { setTimeout(done, ms); });

function headersOf(method: string, ask: Ask, key: string): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': hooks.language() };
  if (method !== 'GET') headers['X-CSRF'] = '1';
  if (ask.bytes) {
    headers['Content-Type'] = 'application/offset+octet-stream';
    headers['Upload-Offset'] = String(ask.offset ?? 0);
  } else if (ask.body !== undefined)
    headers['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  if (ask.etag) headers['If-Match'] = ask.etag;
  if (ask.dryRun) headers.Prefer = 'tx=rollback';
  else if (!ask.bytes && (method === 'POST' || method === 'PATCH')) headers['Idempotency-Key'] = key;
  return headers;
}

const unreachable = (): Problem =>
  new Problem({ title: '', status: 0, code: 'unreachable' });

/** An answer that has arrived whole: a line may break behind the head. */
interface Arrived { response: Response; text: string }

function problemOf({ response, text }: Arrived): Problem {
  const after = Number(response.headers.get('Retry-After')) || 0;
  let body: ProblemBody | null = null;
  try {
    body = JSON.parse(text) as ProblemBody;
  } catch {
    // a proxy's page, not the server's answer
  }
  return new Problem(body?.code ? body : { title: response.statusText, status: response.status, code: 'http' }, after);
}

let ahead = 0;
/** The server's clock, a second behind at most: what is told of a time may not be in its future. */
export const serverNow = (): number => Date.now() + ahead;
function clockHeard(response: Response): void {
  const date = Date.parse(response.headers.get('Date') ?? '');
  if (!Number.isNaN(date)) ahead = date - Date.now();
}

/** A call is repeated where that is safe: reads, and writes under one key of repetition. */
async function send(method: string, path: string, ask: Ask, key: string): Promise<Arrived> {
  const init: RequestInit = { method, headers: headersOf(method, ask, key), signal: ask.signal,
    credentials: 'same-origin', cache: 'no-cache' };
  if (ask.bytes) init.body = ask.bytes;
  else if (ask.body !== undefined) init.body = JSON.stringify(ask.body);
  for (let i = 1; ; i++) {
    try {
      const response = await fetch(path, init);
      clockHeard(response);
      const text = await response.text();
      if (response.status !== 503 || i === TRIES) return { response, text };
    } catch (error) {
      if (ask.signal?.aborted) throw error;
      if (i === TRIES) throw unreachable();
    }
    await wait(WAIT_MS * 2 ** (i - 1));
  }
}

export async function call<T = unknown>(method: string, path: string, ask: Ask = {}): Promise<Answer<T>> {
  const key = ask.key ?? uuid7();
  let arrived = await send(method, path, ask, key);
  const signingIn = path.startsWith('/api/v1/sessions') && method === 'POST';
  if (arrived.response.status === 401 && !signingIn && !ask.quiet && await hooks.signedOut())
    arrived = await send(method, path, ask, key);
  const { response, text } = arrived;
  if (!response.ok) throw problemOf(arrived);
  const offset = response.headers.get('Upload-Offset');
  return { body: (text ? JSON.parse(text) : undefined) as T, etag: response.headers.get('ETag'), status: response.status,
    offset: offset === null ? undefined : Number(offset) };
}

export const get = async <T>(path: string, ask?: Ask): Promise<T> => (await call<T>('GET', path, ask)).body;
export const post = async <T>(path: string, body?: unknown, ask?: Ask): Promise<T> =>
  (await call<T>('POST', path, { ...ask, body })).body;
export const put = async <T>(path: string, body?: unknown, ask?: Ask): Promise<T> =>
  (await call<T>('PUT', path, { ...ask, body })).body;
export const del = async (path: string, ask?: Ask): Promise<void> => { await call('DELETE', path, ask); };

/** "?a=1&b=2" of what is given. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== null && value !== '') given.set(name, String(value));
  const text = given.toString();
  return text ? `?${text}` : '';
}
