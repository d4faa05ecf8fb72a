// What belongs to a row, as tabs: the newest first as the server counts them; until it has, those the
// menu says. What holds nothing is told apart, so that it can be begun.
import { computed, watch, type Ref } from 'vue';

import { get } from '@/api/client';
import { useAsk } from '@/generic/useAsk';
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
  /** When that cannot be known, the menu's tabs stay, and show their own rows. */
  const { answer: related, run } = useAsk(async (signal) =>
    (await get<{ items: Related[] }>(`${type.value!.path}/${row.value!.id}/related`, { signal })).items);
  watch([type, row], ([of, now]) => {
    if (of?.rights.verbs.includes('related') && now) void run();
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
