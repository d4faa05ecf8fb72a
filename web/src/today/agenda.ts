// What is due: mine, my station's, the county's; and how much of each kind.
import { computed, ref, shallowRef, watch } from 'vue';

import { get, query } from '@/api/client';
import { isProblem, type Problem } from '@/api/problem';
import { me } from '@/state/me';

export interface Due {
  record: string; label: string; limit: string; limit_label: string; id: string; title: string;
  state: string; state_label: string; due: string; overdue: boolean; staff: string | null; div: string;
}
export interface Kind { key: string; label: string; limit_label: string; open: number; overdue: number }
interface Counted { kinds: { record: string; label: string; limit: string; limit_label: string; open: number; overdue: number }[] }

const PAGE = 200;
const keyOf = ({ record, limit }: { record: string; limit: string }) => `${record}.${limit}`;

/** Every kind once, those that are late first. */
export function kindsOf(rows: Counted['kinds']): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const row of rows) {
    const kind = kinds.get(keyOf(row)) ?? { key: keyOf(row), label: row.label, limit_label: row.limit_label, open: 0, overdue: 0 };
    kinds.set(kind.key, { ...kind, open: kind.open + row.open, overdue: kind.overdue + row.overdue });
  }
  return [...kinds.values()].sort((a, b) => b.overdue - a.overdue || b.open - a.open);
}

export function useAgenda() {
  const wide = me.value?.scope_div.endsWith('000000') ? 'county' : 'station';
  const whose = ref(me.value?.role === 'station_head' ? wide : 'me');
  const kind = ref('');
  const items = shallowRef<Due[]>([]);
  const counted = shallowRef<Kind[]>([]);
  const next = shallowRef<string | null>(null);
  const problem = shallowRef<Problem | null>(null);
  const busy = ref(false);
  let latest = new AbortController();

  /** Of the whole station the server counts; of one person's own things those that are shown are counted. */
  const count = async (signal: AbortSignal, own: Due[]): Promise<Kind[]> => kindsOf(whose.value === 'me'
    ? own.map((due) => ({ ...due, open: 1, overdue: due.overdue ? 1 : 0 }))
    : (await get<{ items: Counted[] }>('/api/v1/agenda/counts', { signal })).items.flatMap(({ kinds }) => kinds));

  async function load(cursor: string | null = null): Promise<void> {
    latest.abort();
    const { signal } = latest = new AbortController();
    busy.value = true;
    try {
      const page = await get<{ items: Due[]; next: string | null }>(
        `/api/v1/agenda${query({ whose: whose.value, limit: PAGE, cursor })}`, { signal });
      const all = cursor ? [...items.value, ...page.items] : page.items;
      counted.value = await count(signal, all);
      items.value = all;
      next.value = page.next;
      problem.value = null;
    } catch (error) {
      if (signal.aborted) return;
      if (!isProblem(error)) throw error;
      problem.value = error;
    } finally {
      if (!signal.aborted) busy.value = false;
    }
  }
  watch(whose, () => { kind.value = ''; void load(); }, { immediate: true });

  const shown = computed(() => (kind.value ? items.value.filter((due) => keyOf(due) === kind.value) : items.value));
  /** Of a kind all is shown that was counted, however late it is due. */
  watch(kind, async (wanted) => {
    const there = () => counted.value.find(({ key }) => key === wanted)?.open ?? 0;
    while (wanted && wanted === kind.value && next.value && !problem.value && shown.value.length < there()) await load(next.value);
  });
  const late = computed(() => counted.value.reduce((sum, { overdue }) => sum + overdue, 0));
  return { wide, whose, kind, shown, counted, late, next, problem, busy, load, paged: () => items.value.length > PAGE, stop: () => latest.abort() };
}
