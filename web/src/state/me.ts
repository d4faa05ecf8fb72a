// Who is signed in. The token is a cookie that no script reads; what is known here is GET /me.
import { computed, shallowRef } from 'vue';

import { get, post, del } from '@/api/client';
import { isProblem } from '@/api/problem';
import { draftsForget } from '@/generic/form';
import { forget } from '@/schema/store';
import { leftForget } from './kept';

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
}

export const me = shallowRef<Me | null>(null);
const permissions = computed(() => new Set(me.value?.permissions ?? []));
export const may = (permission: string): boolean => permissions.value.has(permission);

// The cookie cannot be seen from here; this says whether it is worth asking.
const ENTERED = 'wulian.entered';

/** Fills `me`; false when nobody is signed in. */
export async function load(): Promise<boolean> {
  if (!localStorage.getItem(ENTERED)) return false;
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
  localStorage.setItem(ENTERED, '1');
  forget();
  await load();
}

export async function signIn(login: string, password: string): Promise<void> {
  await post('/api/v1/sessions', { login, password, cookie: true });
  await entered();
}

export async function activate(login: string, code: string, password: string): Promise<void> {
  await post('/api/v1/sessions/activate', { login, code, password, cookie: true });
  await entered();
}

export async function switchPost(to: string): Promise<void> {
  await post('/api/v1/sessions/post', { post: to, cookie: true });
  leftForget();
  await entered();
}

export async function signOut(): Promise<void> {
  try {
    await del('/api/v1/sessions/current');
  } finally {
    localStorage.removeItem(ENTERED);
    me.value = null;
    forget();
    draftsForget();
    leftForget();
  }
}
