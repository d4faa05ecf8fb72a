// What rows are called: references, staff, org units and divisions are ids in a row; people read names.
// Ids wait for the end of the tick, so that a page of rows asks once.
import { reactive } from 'vue';

import { post } from '@/api/client';
import { me } from '@/state/me';

/** "station.resident", or "staff", "org", "division". */
export type TitleKind = string;

const MOST = 200;
const known = reactive(new Map<string, string>());
/** Whose row it is, where its title names them. */
const whose = reactive(new Map<string, string>());
const waiting = new Map<TitleKind, Set<string>>();
let soon = false;

const keyOf = (kind: TitleKind, id: string) => `${kind}:${id}`;

async function ask(kind: TitleKind, ids: string[]): Promise<void> {
  try {
    const given = await post<{ titles: Record<string, string>; whose?: Record<string, string> }>('/api/v1/titles', { kind, ids });
    for (const [id, person] of Object.entries(given.whose ?? {})) whose.set(keyOf(kind, id), person);
    for (const id of ids) known.set(keyOf(kind, id), given.titles[id] ?? '');
  } catch {
    for (const id of ids) known.delete(keyOf(kind, id)); // asked again when it is shown again
  }
}

function flush(): void {
  soon = false;
  if (!me.value) waiting.clear(); // signed out: the page that still shows names is about to go
  for (const [kind, ids] of waiting) {
    const all = [...ids];
    for (let i = 0; i < all.length; i += MOST) void ask(kind, all.slice(i, i + MOST));
  }
  waiting.clear();
}

/** The title, "盘大妹 · 2026-09-01 10:20" where it is of a person; "" until it is known; undefined when there is
 *  none the caller may see. */
export function titleOf(kind: TitleKind, id: string): string | undefined {
  const key = keyOf(kind, id);
  const person = whose.get(key);
  if (known.has(key)) return [person && titleOf('station.resident', person), known.get(key)].filter(Boolean).join(' · ') || undefined;
  let ids = waiting.get(kind);
  if (!ids) waiting.set(kind, ids = new Set());
  ids.add(id);
  if (!soon) {
    soon = true;
    queueMicrotask(() => setTimeout(flush, 10));
  }
  return '';
}

/** What is known otherwise, whole. */
export function titleSet(kind: TitleKind, id: string, title: string): void {
  known.set(keyOf(kind, id), title);
  whose.delete(keyOf(kind, id));
}
export const titlesForget = (): void => {
  known.clear();
  whose.clear();
};
