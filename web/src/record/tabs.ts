// What belongs to a row, as tabs: the newest first as the server counts them; until it has, those the
// menu says. What holds nothing is told apart, so that it can be begun.
import { computed, onBeforeUnmount, shallowRef, watch, type Ref } from 'vue';

import { get } from '@/api/client';
import { isProblem } from '@/api/problem';
import { tell } from '@/i18n';
import { nameOf, type Related } from '@/person/related';
import type { RecordType, Row } from '@/schema/types';
import { childrenOf } from '@/state/menu';

/** `field`: by which it names the row; not known before the server has said. */
export interface Tab { key: string; type: string; field?: string; label: string; count: string }

const keyOf = (all: Related[], one: Related) =>
  (all.find(({ type }) => type === one.type) === one ? one.type : `${one.type}.${one.field}`);

/** `open`: the tab that is looked at stays, even when its last row goes. */
export function useTabs(type: Ref<RecordType | null>, row: Ref<Row | null>, open: Ref<string>) {
  const related = shallowRef<Related[] | null>(null);
  let latest: AbortController | null = null;
  onBeforeUnmount(() => latest?.abort());

  async function load(of: RecordType, { id }: Row) {
    latest?.abort();
    const mine = latest = new AbortController();
    try {
      related.value = (await get<{ items: Related[] }>(`${of.path}/${id}/related`, { signal: mine.signal })).items;
    } catch (error) {
      if (!mine.signal.aborted && !isProblem(error)) throw error; // the menu's tabs stay, and show their own rows
    }
  }
  watch([type, row], ([of, now]) => {
    if (of?.rights.verbs.includes('related') && now) void load(of, now);
  }, { immediate: true });

  const known = computed(() => {
    const all = related.value;
    return all?.map((one) => ({ one, tab: { key: keyOf(all, one), type: one.type, field: one.field, label: nameOf(all, one),
      count: `${one.count}${one.more ? '+' : ''}` } }));
  });
  const tabs = computed<Tab[]>(() => known.value?.filter(({ one, tab }) => one.count || tab.key === open.value).map(({ tab }) => tab)
    ?? childrenOf(type.value?.type ?? '').map((child) => ({ key: child.type, type: child.type, label: tell(child.labels), count: '' })));
  const empty = computed(() => known.value?.filter(({ one, tab }) => !one.count && tab.key !== open.value)
    .map(({ one, tab }) => ({ ...tab, create: one.create })) ?? []);
  return { tabs, empty };
}
