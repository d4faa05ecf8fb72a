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
  /** The call asks for the password again. Resolves to true when it was given. */
  stepUp?(): Promise<boolean>;
}

let hooks: ClientHooks = { language: () => 'zh-CN', signedOut: async () => false };
export const clientHooks = (given: ClientHooks) => { hooks = given; };

const TRIES = 3;
const WAIT_MS = 800;
/** Whoever asks too often is sent again by himself when it takes no longer than this. */
const SOON_S = 5;
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

let ahead: number | null = null;
/** Further off than what whole seconds explain: a slow line, or one of the clocks was set. */
const CLOCK_SET_MS = 5000;
/** The server's clock, a second behind at most: what is told of a time may not be in its future. */
export const serverNow = (): number => Date.now() + (ahead ?? 0);
/** `Date` has whole seconds, so an answer says how far the server is ahead at least: time that followed each
 *  of them would go back between two. */
function clockHeard(response: Response): void {
  const least = Date.parse(response.headers.get('Date') ?? '') - Date.now();
  if (Number.isNaN(least)) return;
  ahead = ahead === null || Math.abs(least - ahead) > CLOCK_SET_MS ? least : Math.max(ahead, least);
}

/** In how many milliseconds it may be sent again, when it was the `tries`th time; 0: it is answered. */
function pauseOf(arrived: Arrived, tries: number): number {
  const { status } = arrived.response;
  if (status === 503) return WAIT_MS * 2 ** (tries - 1);
  if (status !== 429) return 0;
  const { code, retryAfter } = problemOf(arrived);
  return code === 'too_many_requests' && retryAfter <= SOON_S ? retryAfter * 1000 : 0;
}

/** A call is repeated where that is safe: reads, writes under one key of repetition, and what was put off. */
async function send(method: string, path: string, ask: Ask, key: string): Promise<Arrived> {
  const init: RequestInit = { method, headers: headersOf(method, ask, key), signal: ask.signal,
    credentials: 'same-origin', cache: 'no-cache' };
  if (ask.bytes) init.body = ask.bytes;
  else if (ask.body !== undefined) init.body = JSON.stringify(ask.body);
  for (let i = 1; ; i++) {
    let pause = WAIT_MS * 2 ** (i - 1);
    try {
      const response = await fetch(path, init);
      clockHeard(response);
      const arrived = { response, text: await response.text() };
      pause = pauseOf(arrived, i);
      if (!pause || i === TRIES) return arrived;
    } catch (error) {
      if (ask.signal?.aborted) throw error;
      if (i === TRIES) throw unreachable();
    }
    await wait(pause);
  }
}

export async function call<T = unknown>(method: string, path: string, ask: Ask = {}): Promise<Answer<T>> {
  const key = ask.key ?? uuid7();
  let arrived = await send(method, path, ask, key);
  const signingIn = path.startsWith('/api/v1/sessions') && method === 'POST';
  if (arrived.response.status === 401 && !signingIn && !ask.quiet && await hooks.signedOut())
    arrived = await send(method, path, ask, key);
  if (arrived.response.status === 403 && !ask.quiet && problemOf(arrived).code === 'step-up-required' && await hooks.stepUp?.())
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
