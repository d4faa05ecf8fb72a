// What is due: mine, my station's, the county's; and how much of each kind.
import { computed, ref, shallowRef, watch } from 'vue';

import { get, query } from '@/api/client';
import { useLatest } from '@/generic/useAttempt';
import { t } from '@/i18n';
import { titleOf } from '@/schema/titles';
import { me } from '@/state/me';

export interface Due {
  record: string; label: string; limit: string; limit_label: string; id: string; title: string;
  state: string; state_label: string; due: string; overdue: boolean; staff: string | null; person: string | null; div: string;
}
export interface Kind { key: string; label: string; limit_label: string; open: number; overdue: number }
interface Counted { kinds: { record: string; label: string; limit: string; limit_label: string; open: number; overdue: number }[] }

const PAGE = 200;
/** Who answers for all of a place begins with all of it. */
const LOOKS_WIDE = ['station_head', 'room_worker'];
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

/** "莫福生 · 高风险(每周)" */
export function nameOf({ person, title }: Due): string {
  return [person && titleOf('station.resident', person), title].filter(Boolean).join(' · ');
}

export interface Load { id: string; name: string; n: number; late: number }
/** Who has how much, the most first; "": nobody yet. */
export function loadOf(items: Due[]): Load[] {
  const loads = new Map<string, Load>();
  for (const { staff, overdue } of items) {
    const id = staff ?? '';
    const { n, late } = loads.get(id) ?? { n: 0, late: 0 };
    loads.set(id, { id, name: id ? titleOf('staff', id) ?? t('value.unseen') : t('today.nobody'), n: n + 1, late: late + Number(overdue) });
  }
  return [...loads.values()].sort((a, b) => b.n - a.n);
}

export function useAgenda() {
  const scope = me.value?.scope_div ?? '';
  const wide = scope.endsWith('000000') ? 'county' : 'station';
  const place = scope.endsWith('000') ? wide : 'village';
  const whose = ref(LOOKS_WIDE.includes(me.value?.role ?? '') ? wide : 'me');
  const kind = ref('');
  /** One person's alone, "": nobody's; null: everybody's. */
  const staff = ref<string | null>(null);
  const items = shallowRef<Due[]>([]);
  const counted = shallowRef<Kind[]>([]);
  const next = shallowRef<string | null>(null);
  const { problem, busy, ask } = useLatest();

  /** Of the whole station the server counts; of one person's own things those that are shown are counted. */
  const count = async (signal: AbortSignal, own: Due[]): Promise<Kind[]> => kindsOf(whose.value === 'me'
    ? own.map((due) => ({ ...due, open: 1, overdue: due.overdue ? 1 : 0 }))
    : (await get<{ items: Counted[] }>('/api/v1/agenda/counts', { signal })).items.flatMap(({ kinds }) => kinds));

  const load = (cursor: string | null = null) => ask(async (signal) => {
    const page = await get<{ items: Due[]; next: string | null }>(
      `/api/v1/agenda${query({ whose: whose.value, limit: PAGE, cursor })}`, { signal });
    const all = cursor ? [...items.value, ...page.items] : page.items;
    counted.value = await count(signal, all);
    items.value = all;
    next.value = page.next;
  });
  watch(whose, () => { kind.value = ''; staff.value = null; void load(); }, { immediate: true });

  const ofKind = computed(() => (kind.value ? items.value.filter((due) => keyOf(due) === kind.value) : items.value));
  const shown = computed(() => (staff.value === null ? ofKind.value : ofKind.value.filter((due) => (due.staff ?? '') === staff.value)));
  /** Of a kind all is shown that was counted, however late it is due. */
  watch(kind, async (wanted) => {
    const there = () => counted.value.find(({ key }) => key === wanted)?.open ?? 0;
    while (wanted && wanted === kind.value && next.value && !problem.value && ofKind.value.length < there()) await load(next.value);
  });
  const late = computed(() => counted.value.reduce((sum, { overdue }) => sum + overdue, 0));
  return { wide, place, whose, kind, staff, items, shown, counted, late, next, problem, busy, load, paged: () => items.value.length > PAGE };
}
