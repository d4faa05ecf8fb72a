// Views of a list: those the schema gives everybody, and those a person keeps, on the server.
import { computed, shallowRef } from 'vue';

import { get, put } from '@/api/client';
import { uuid7 } from '@/api/uuid';
import { isEnglish, t, tell } from '@/i18n';
import { codeText } from '@/schema/format';
import { dictOf } from '@/schema/store';
import type { RecordType } from '@/schema/types';
import { whenLeft } from '@/state/kept';
import { ME, type Query } from './query';

export interface View { id: string; name: string; query: Query; own?: boolean }
interface Kept { views: View[]; first: string }

const NONE: Kept = { views: [], first: '' };
const kept = shallowRef<Promise<Record<string, Kept>> | null>(null);
whenLeft(() => { kept.value = null; });

const keyOf = (type: RecordType) => `views:${type.type}`;
/** All preferences at once: a person has few, and lists are opened often. */
function preferences(): Promise<Record<string, Kept>> {
  if (!kept.value) {
    kept.value = get<{ preferences: Record<string, Kept> }>('/api/v1/me/preferences').then(({ preferences: all }) => all);
    kept.value.catch(() => { kept.value = null; });
  }
  return kept.value;
}

/** What stands in the schema for every list of its kind. */
export function builtIn(type: RecordType): View[] {
  const filtered = (f: string) => type.ui.list.filters.some((known) => known.f === f);
  const staff = type.ui.list.filters.find(({ f }) => type.schema.properties[f]?.['x-ui'].widget === 'staff');
  const state = type.schema.properties.state?.['x-ui'];
  const open = filtered('state') ? type.states.filter((name) => !type.locked.includes(name)) : [];
  return [
    { id: 'all', name: t('views.all'), query: {} },
    ...(filtered('open') ? [{ id: 'open', name: tell(type.schema.properties.open['x-ui'].label), query: { 'open.eq': 'true' } }] : []),
    ...(type.limits.length ? [{ id: 'overdue', name: t('views.overdue'), query: { overdue: 'any' } }] : []),
    ...(staff ? [{ id: 'mine', name: t('views.mine'), query: { [`${staff.f}.eq`]: ME } }] : []),
    ...open.map((name) => ({ id: `state:${name}`, name: codeText(dictOf(state?.dict), name, isEnglish.value), query: { 'state.eq': name } })),
  ];
}

export function useViews(type: RecordType) {
  const mine = shallowRef<Kept>(NONE);
  const all = computed(() => [...builtIn(type), ...mine.value.views.map((view) => ({ ...view, own: true }))]);
  const load = async () => { mine.value = (await preferences())[keyOf(type)] ?? NONE; };
  async function keep(next: Kept) {
    await put(`/api/v1/me/preferences/${keyOf(type)}`, { value: next });
    mine.value = next;
    kept.value = preferences().then((known) => ({ ...known, [keyOf(type)]: next }));
  }
  const change = (id: string, to: Partial<View>) => keep({ ...mine.value,
    views: mine.value.views.map((view) => (view.id === id ? { ...view, ...to } : view)) });
  return { all, mine, load, change,
    add: (name: string, query: Query) => keep({ ...mine.value, views: [...mine.value.views, { id: uuid7(), name, query }] }),
    drop: (id: string) => keep({ views: mine.value.views.filter((view) => view.id !== id), first: mine.value.first === id ? '' : mine.value.first }),
    begin: (id: string) => keep({ ...mine.value, first: id }) };
}
