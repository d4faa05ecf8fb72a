// The rows of one record that a page of work shows, with their type.
import { get, query } from '@/api/client';
import { typeOf } from '@/schema/store';
import type { Page, RecordType, Row } from '@/schema/types';

export interface Listed { type: RecordType; items: Row[] }

export async function listed(name: string, asked: Record<string, string | number>, signal: AbortSignal): Promise<Listed> {
  const type = await typeOf(name);
  const page = await get<Page>(`${type.path}${query({ limit: 200, ...asked })}`, { signal });
  return { type, items: page.items };
}
