// The newest unread notices of the post: asked for every minute while the window is looked at.
import { computed, shallowRef } from 'vue';

import { get, post } from '@/api/client';
import { isProblem } from '@/api/problem';
import { whenLeft } from './kept';
import { me } from './me';

export interface Notice {
  id: string; at: string; record: string; record_id: string; read_at: string | null; text: string;
}
interface Inbox { items: Notice[]; next: string | null }

const NEWEST = 20;
const EVERY_MS = 60_000;
export const unread = shallowRef<Notice[]>([]);
const more = shallowRef(false);
/** "3", "20+"; "" when there is none. */
export const unreadText = computed(() => (unread.value.length ? `${unread.value.length}${more.value ? '+' : ''}` : ''));

export async function noticesLoad(): Promise<void> {
  if (!me.value) return;
  try {
    const inbox = await get<Inbox>(`/api/v1/notices?unread=true&limit=${NEWEST}`);
    unread.value = inbox.items;
    more.value = inbox.next !== null;
  } catch (error) {
    if (!isProblem(error)) throw error; // the next minute asks again
  }
}

export async function noticeRead(notice: Notice): Promise<void> {
  if (notice.read_at) return;
  await post(`/api/v1/notices/${notice.id}/read`);
  await noticesLoad();
}

export function noticesWatch(): () => void {
  const look = () => { if (!document.hidden) void noticesLoad(); };
  const timer = setInterval(look, EVERY_MS);
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
whenLeft(() => {
  unread.value = [];
  more.value = false;
});
