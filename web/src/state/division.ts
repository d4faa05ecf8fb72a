// The division in view: what lists show, until it is cleared. Null is all that the post reaches.
import { shallowRef } from 'vue';

import { get, query } from '@/api/client';
import { keptInTab, whenLeft } from './kept';

export interface Division { code: string; name: string; level: number; parent: string; has_children: boolean }
export interface Chosen { code: string; name: string }

export const division = keptInTab<Chosen | null>('division', null);
const asked = new Map<string, Promise<Division[]>>();

/** The divisions below one, in the order of their codes; "" gives the post's own. Asked for once. */
export function divisionsBelow(parent: string): Promise<Division[]> {
  let known = asked.get(parent);
  if (!known) {
    known = get<{ items: Division[] }>(`/api/v1/divisions${query({ parent })}`).then(({ items }) => items);
    asked.set(parent, known);
    known.catch(() => asked.delete(parent));
  }
  return known;
}

/** The division the post stands for, and the name of its county. */
export const ownDivision = shallowRef<Division | null>(null);
export const countyName = shallowRef('');

export async function divisionsLoad(county: number): Promise<void> {
  const [own] = await divisionsBelow('');
  ownDivision.value = own ?? null;
  const code = `${county}000000`;
  const [whole] = !own || own.code === code ? [own]
    : (await get<{ items: Division[] }>(`/api/v1/divisions${query({ code })}`)).items;
  countyName.value = whole?.name ?? '';
}

whenLeft(() => {
  asked.clear();
  ownDivision.value = null;
  countyName.value = '';
});
