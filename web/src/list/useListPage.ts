// A list whose question stands in the address: refresh, back and a pasted address bring it again. What
// is typed to find a person stands in this tab's memory alone.
import { computed, reactive, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';

import { useList } from '@/generic/list';
import { columnsAtFirst, columnsOf } from '@/generic/labels';
import type { RecordType, Row } from '@/schema/types';
import { division } from '@/state/division';
import { whenLeft } from '@/state/kept';
import { askedOf, isPersonal, queryOf, type Asked, type Filter, type Query } from './query';

/** `of`: the conditions beside which it was typed; a link with others is another question. */
interface Private { of: string; word: string; filters: Filter[] }
const typed = new Map<string, Private>();
whenLeft(() => typed.clear());

/** The conditions of an address, however it sorts and pages. */
function conditionsIn(type: RecordType, query: Record<string, unknown>): string {
  const { filters, overdue } = askedOf(type, query);
  return JSON.stringify([overdue, ...filters.map(({ f, op, v }) => `${f}.${op}=${v}`).sort()]);
}

export function useListPage(type: RecordType) {
  const route = useRoute();
  const router = useRouter();
  const path = route.path;
  /** Opened without a question: a view may be shown first. */
  const isFresh = Object.keys(route.query).length === 0;
  const list = useList(type);
  const chosen = reactive(new Map<string, Row>());
  const page = computed(() => Math.max(1, Number(route.query.n) || 1));
  const columns = computed<string[]>({
    get: () => {
      const wanted = String(route.query.cols ?? '').split(',').filter((name) => columnsOf(type).includes(name));
      return wanted.length ? wanted : columnsAtFirst(type);
    },
    set: (all) => {
      const { cols: _, ...query } = route.query;
      const plain = all.join() === columnsAtFirst(type).join();
      void router.replace({ path, query: plain ? query : { ...query, cols: all.join() } });
    },
  });

  /** The list itself, or its picture. */
  const tab = computed<'rows' | 'counts'>({
    get: () => (route.query.tab === 'counts' && type.ui.counts?.length ? 'counts' : 'rows'),
    set: (to) => { void router.replace({ path, query: { ...route.query, tab: to === 'counts' ? to : undefined } }); },
  });

  /** The address of the list as it would be after a change: of its first page. */
  function queryAfter(change: Partial<Asked>): Query {
    const given = queryOf(type, { ...list.asked, ...change });
    if (route.query.cols) given.cols = String(route.query.cols);
    return given;
  }
  /** Asks anew; the same question again is a refresh. */
  const withTab = (query: Query): Query => (tab.value === 'counts' ? { ...query, tab: tab.value } : query);
  async function ask(change: Partial<Asked>, word = list.asked.word) {
    const filters = change.filters ?? list.asked.filters;
    const query = queryAfter(change);
    typed.set(path, { of: conditionsIn(type, query), word, filters: filters.filter(({ f }) => isPersonal(type, f)) });
    const before = route.fullPath;
    await router.push({ path, query: withTab(query) });
    if (route.fullPath === before) read();
  }
  const turn = (cursor: string | null, n: number) => router.push({ path,
    query: { ...queryAfter({}), ...(cursor && { page: cursor, n: String(n) }) } });
  const onward = () => turn(list.next.value, page.value + 1);
  /** A page that was pasted knows none before it but the first. */
  const back = () => turn(list.cursors[list.cursors.length - 2] ?? null, page.value - 1);

  function cursorsOf(cursor: string | null): (string | null)[] {
    const i = list.cursors.indexOf(cursor);
    if (i >= 0) return list.cursors.slice(0, i + 1);
    return list.next.value === cursor ? [...list.cursors, cursor] : [null, cursor];
  }
  const isSame = (asked: object) => JSON.stringify(asked) === JSON.stringify(list.asked);
  /** The list that the address says. */
  function read() {
    const given = askedOf(type, route.query);
    const kept = typed.get(path);
    const own = kept?.of === conditionsIn(type, route.query) ? kept : undefined;
    const asked = { ...given, filters: [...given.filters, ...own?.filters ?? []], div: division.value?.code ?? '', word: own?.word ?? '' };
    const cursor = typeof route.query.page === 'string' ? route.query.page : null;
    if (!isSame(asked)) {
      chosen.clear();
      list.count.value = null;
      list.cursors.splice(0, list.cursors.length, null);
    }
    Object.assign(list.asked, asked);
    list.cursors.splice(0, list.cursors.length, ...cursorsOf(cursor));
    return list.load();
  }
  const questionOf = () => (route.path === path ? JSON.stringify({ ...route.query, cols: '', tab: '' }) : null);
  watch(questionOf, (now, before) => { if (now && before && now !== before) void read(); });
  watch(division, () => void ask({}));

  /** What is set now, as a view keeps it; and a view that is shown. */
  const viewed = computed(() => queryAfter({}));
  async function show(query: Query) {
    typed.delete(path);
    await router.push({ path, query: withTab(query) });
  }
  /** Rows were acted upon: those left stay chosen, and all are seen as they stand now. */
  async function changed(left: Row[]) {
    const ids = new Set(left.map(({ id }) => id));
    for (const id of [...chosen.keys()]) if (!ids.has(id)) chosen.delete(id);
    await list.load();
    for (const row of list.rows.value) if (chosen.has(row.id)) chosen.set(row.id, row);
  }

  function choose(rows: Row[], on: boolean) {
    for (const row of rows) if (on) chosen.set(row.id, row); else chosen.delete(row.id);
  }
  return { list, chosen, choose, changed, page, columns, tab, isFresh, viewed, show, ask, read, onward, back, first: () => turn(null, 1) };
}
export type ListPage = ReturnType<typeof useListPage>;
