// A session that was to end is owed to the server until it has heard of it: a sign-out on a broken line must
// not leave the session to whoever comes next. The tabs of a browser share the debt, as they share the cookie.
import { del } from '@/api/client';
import { isProblem } from '@/api/problem';

const OWED = 'wulian.owed';
const PATIENCE_MS = 10_000;
const AGAIN_MS = 5000;
/** A tab that opens leaves it so long to the one that began. */
const OTHERS_MS = 2000;
const ENDED = ['no_session', 'not_found']; // there is no such session any more

const owed = (): boolean => localStorage.getItem(OWED) !== null;
const owe = (): void => localStorage.setItem(OWED, '1');
const forgive = (): void => localStorage.removeItem(OWED);

let asking: AbortController | null = null;
let ending: Promise<boolean> | null = null;
let timer = 0;
function later(ms: number): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void settled(), ms);
}

async function end(): Promise<boolean> {
  const mine = asking = new AbortController();
  const patience = setTimeout(() => mine.abort(), PATIENCE_MS);
  try {
    await del('/api/v1/sessions/current', { quiet: true, signal: mine.signal });
    forgive();
  } catch (error) {
    if (isProblem(error) && ENDED.includes(error.code)) forgive();
  } finally {
    clearTimeout(patience);
  }
  if (owed()) later(AGAIN_MS);
  return !owed();
}
function ask(): Promise<boolean> {
  ending ??= end().finally(() => { ending = null; });
  return ending;
}

/** Ends the session; false: the server could not be told. It is tried again by itself. */
export function endSession(): Promise<boolean> {
  owe();
  return ask();
}

/** Whether nothing is owed any more. */
export const settled = async (): Promise<boolean> => !owed() || ask();

/** Another session takes the place of the one that is owed: its cookie replaces the other's, so that nobody has
 *  that one any more, and what still asked for its end would meet the new one. */
export async function instead(begin: () => Promise<unknown>): Promise<void> {
  const still = !await settled();
  const again = () => {
    if (!still) return;
    owe();
    later(AGAIN_MS);
  };
  forgive();
  addEventListener('pagehide', again);
  try {
    await begin();
  } catch (error) {
    again();
    throw error;
  } finally {
    removeEventListener('pagehide', again);
  }
}

addEventListener('storage', ({ key, newValue }) => {
  if (key !== OWED) return;
  if (newValue === null) asking?.abort(); // another tab has told the server
  else later(AGAIN_MS);
});
addEventListener('pagehide', () => asking?.abort());
addEventListener('online', () => void settled());
later(OTHERS_MS);
