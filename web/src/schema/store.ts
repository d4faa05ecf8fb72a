// Record types and code tables, each asked for once; the server vouches for them by ETag.
import { shallowReactive } from 'vue';

import { get } from '@/api/client';
import { titlesForget } from './titles';
import type { DictRow, Dicts, RecordType } from './types';

const types = new Map<string, Promise<RecordType>>();
const dicts = shallowReactive<Dicts>({});

async function fetchType(type: string): Promise<RecordType> {
  const [module, record] = type.split('.');
  const answer = await get<{ record: RecordType; dicts: Dicts }>(`/api/v1/schema/${module}/${record}`);
  Object.assign(dicts, answer.dicts);
  return answer.record;
}

/** The type "station.visit" as the caller sees it; rejects with a problem when it is not open to them. */
export function typeOf(type: string): Promise<RecordType> {
  let known = types.get(type);
  if (!known) {
    known = fetchType(type);
    types.set(type, known);
    known.catch(() => types.delete(type));
  }
  return known;
}

export const dictOf = (name: string | undefined): DictRow[] => (name && dicts[name]) || [];

/** Another person or post: what was known, names too, is not theirs to know. */
export function forget(): void {
  types.clear();
  titlesForget();
  for (const name of Object.keys(dicts)) delete dicts[name];
}
