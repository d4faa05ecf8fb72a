// A screen that is left is covered: nothing behind it can be read or reached, the session is ended,
// and the same person's password opens it with everything as it was. All tabs of the browser lock
// together, and a reload changes nothing.
import { shallowRef, watchEffect } from 'vue';

import { answerAgain } from './again';
import { endSession } from './ending';
import { look } from './look';
import { beginAnew, left, me, signIn, tellTabs } from './me';
import { seen, touched } from './seen';

const LOCKED = 'wulian.locked';
const TICK_MS = 5000;
interface Locked { login: string; name: string; post: string }

const kept = (text: string | null): Locked | null => (text ? JSON.parse(text) as Locked : null);
export const locked = shallowRef<Locked | null>(kept(localStorage.getItem(LOCKED)));
watchEffect(() => document.documentElement.classList.toggle('locked', locked.value !== null));

let waiting: (() => void)[] = [];
export const whenUnlocked = (): Promise<void> =>
  (locked.value ? new Promise((done) => { waiting.push(done); }) : Promise.resolve());

function opened(): void {
  locked.value = null;
  answerAgain(true); // calls that met the ended session
  waiting.forEach((done) => done());
  waiting = [];
}

export async function lock(): Promise<void> {
  if (!me.value || locked.value) return;
  const { account: { login, name }, post } = me.value;
  locked.value = { login, name, post };
  localStorage.setItem(LOCKED, JSON.stringify(locked.value));
  await endSession(); // covered all the same
}

export async function unlock(password: string, code?: string): Promise<void> {
  if (!locked.value) return;
  await signIn(locked.value.login, password, locked.value.post, code);
  localStorage.removeItem(LOCKED);
  opened();
}

/** Somebody else sits down: what was the first one's goes, in all tabs, before the cover does. */
export function giveUp(): void {
  left();
  tellTabs();
  localStorage.removeItem(LOCKED);
  answerAgain(false);
  beginAnew('/login');
}

const SIGNS = ['keydown', 'pointerdown', 'pointermove', 'wheel'];

/** Watches for signs of somebody at the screen; ends when the result is called. */
export function lockWhenIdle(): () => void {
  const sign = () => { if (Date.now() - seen() > TICK_MS && !isIdle()) touched(); };
  const isIdle = () => seen() > 0 && Date.now() - seen() > look.lock * 60_000;
  const check = () => { if (isIdle()) void lock(); };
  const timer = setInterval(check, TICK_MS);
  for (const name of SIGNS) addEventListener(name, sign, { passive: true });
  check();
  sign();
  return () => {
    clearInterval(timer);
    for (const name of SIGNS) removeEventListener(name, sign);
  };
}

addEventListener('storage', ({ key, newValue }) => {
  if (key !== LOCKED) return;
  if (newValue) locked.value = kept(newValue);
  else if (locked.value && me.value) opened();
  else if (locked.value) location.reload();
});
