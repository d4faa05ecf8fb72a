// A session that was to end is owed to the server until it has heard of it: a sign-out on a broken line must
// not leave the session to whoever comes next. The tabs of a browser share the debt, as they share the cookie.
import { del } from '@/api/client';
import { isProblem } from '@/api/problem';

const OWED = 'wulian.owed';
const PATIENCE_MS = 10_000;
const AGAIN_MS = 5000;
/** A tab that opens leaves it so long to the one that began. */
const OTHERS_MS = 2000;
const ENDED = [401, 404]; // there is no such session any more

const owed = (): boolean => localStorage.getItem(OWED) !== null;
let asking: AbortController | null = null;
let ending: Promise<boolean> | null = null;

async function end(): Promise<boolean> {
  const mine = asking = new AbortController();
  const timer = setTimeout(() => mine.abort(), PATIENCE_MS);
  const known = () => localStorage.removeItem(OWED);
  try {
    await del('/api/v1/sessions/current', { quiet: true, signal: mine.signal });
    known();
  } catch (error) {
    if (isProblem(error) && ENDED.includes(error.status)) known();
  } finally {
    clearTimeout(timer);
  }
  if (owed()) setTimeout(() => void settled(), AGAIN_MS);
  return !owed();
}

/** Ends the session; false: the server could not be told. It is tried again by itself. */
export function endSession(): Promise<boolean> {
  localStorage.setItem(OWED, '1');
  ending ??= end().finally(() => { ending = null; });
  return ending;
}

/** Whether nothing is owed any more. */
export const settled = async (): Promise<boolean> => !owed() || endSession();

/** Another session takes the place of the one that is owed: its cookie replaces the other's, so that nobody has
 *  that one any more, and what still asks for its end would meet the new one. */
export async function instead(begin: () => Promise<unknown>): Promise<void> {
  const still = !await settled();
  localStorage.removeItem(OWED);
  try {
    await begin();
  } catch (error) {
    if (still) localStorage.setItem(OWED, '1');
    throw error;
  }
}

addEventListener('storage', ({ key, newValue }) => { if (key === OWED && newValue === null) asking?.abort(); });
addEventListener('online', () => void settled());
setTimeout(() => void settled(), OTHERS_MS);
