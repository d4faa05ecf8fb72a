// Who is signed in. The token is a cookie that no script reads; what is known here is GET /me.
import { computed, shallowRef } from 'vue';

import { get, post } from '@/api/client';
import { isProblem } from '@/api/problem';
import { draftsForget } from '@/generic/form';
import { forget } from '@/schema/store';
import { endSession, instead, settled } from './ending';
import { leftForget } from './kept';
import { touched } from './seen';

export interface Post { id: string; role: string; role_name: string; scope_div: string; org: string; org_name: string }
export interface Me {
  account: { id: string; login: string; name: string };
  county: number;
  role: string;
  role_name: string;
  post: string;
  scope_div: string;
  org: string;
  org_name: string;
  permissions: string[];
  plugins: string[];
  posts: Post[];
  unread: number;
  /** `must`: what has to be done before anything else is allowed. */
  session: { must: 'enrol' | 'password' | null; second_factor: boolean; recovery_codes: number | null };
}

export const me = shallowRef<Me | null>(null);
const permissions = computed(() => new Set(me.value?.permissions ?? []));
export const may = (permission: string): boolean => permissions.value.has(permission);

// The cookie cannot be seen from here; this says whether it is worth asking.
const ENTERED = 'wulian.entered';
const LEFT = 'wulian.left';

/** Fills `me`; false when nobody is signed in. */
export async function load(): Promise<boolean> {
  if (!localStorage.getItem(ENTERED) || !await settled()) return false;
  try {
    me.value = await get<Me>('/api/v1/me');
  } catch (error) {
    if (!isProblem(error) || error.status !== 401) throw error;
    me.value = null;
    localStorage.removeItem(ENTERED);
  }
  return me.value !== null;
}

async function entered(): Promise<void> {
  touched();
  localStorage.setItem(ENTERED, '1');
  forget();
  await load();
  if (me.value) localStorage.setItem(ENTERED, enteredAs());
}
const enteredAs = (): string => `${me.value?.account.id} ${me.value?.post}`;

/** `post`: the one to work on; the first otherwise. `code`: of the second factor, where there is one. */
export async function signIn(login: string, password: string, post_?: string, code?: string): Promise<void> {
  await instead(() => post('/api/v1/sessions', { login, password, cookie: true, ...(post_ && { post: post_ }), ...codeOf(code) }));
  await entered();
}
/** As authenticators show it, "123 456", or a recovery code. */
const codeOf = (code?: string) => (code?.trim() ? { code: code.replace(/\s/g, '') } : {});
/** The password was right, and a code has to come with it. */
export const wantsCode = (error: unknown): boolean => isProblem(error) && error.code === 'code-required';

/** Proves whose session it is. */
export const stepUp = (password: string): Promise<void> => post('/api/v1/sessions/current/step_up', { password });

export async function activate(login: string, code: string, password: string): Promise<void> {
  await instead(() => post('/api/v1/sessions/activate', { login, code, password, cookie: true }));
  await entered();
}

export async function switchPost(to: string): Promise<void> {
  await post('/api/v1/sessions/post', { post: to, cookie: true });
  leftForget();
  await entered();
}

/** Drops all that is known and typed in this tab. */
function drop(): void {
  me.value = null;
  forget();
  draftsForget();
  leftForget();
}
export function left(): void {
  localStorage.removeItem(ENTERED);
  drop();
}

/** The other tabs of this browser leave with this one. */
export function tellTabs(): void {
  localStorage.setItem(LEFT, '1');
  localStorage.removeItem(LEFT);
}

/** Leaves at once; resolves to whether the server has heard of it yet (state/ending). */
export function signOut(): Promise<boolean> {
  const told = endSession();
  left();
  tellTabs();
  return told;
}

/** Drops what was shown and begins anew: what a page still holds in memory goes too. */
function anew(path: string): void {
  drop();
  location.hash = `#${path}`;
  location.reload();
}
export function beginAnew(path: string): void {
  left();
  anew(path);
}

// The tabs of a browser share its cookie: who leaves or takes another post in one does so in all.
addEventListener('storage', ({ key, newValue }) => {
  if (!newValue) return;
  if (key === LEFT) me.value ? anew('/login') : drop();
  else if (key === ENTERED && me.value && newValue !== '1' && newValue !== enteredAs()) anew('/');
});
