// Divisions, one level at a time, and what stands in each: stations, rooms, agencies.
import { get, query } from '@/api/client';
import type { Page, Row } from '@/schema/types';

export interface Division { code: string; name: string; level: number; parent: string | null; ur_class: string | null; has_children: boolean }

export const divisions = async (parent?: string): Promise<Division[]> =>
  (await get<{ items: Division[] }>(`/api/v1/divisions${query({ parent })}`)).items;

const MOST = 200;
/** Every org unit of the county the caller sees, once. */
export async function orgUnits(): Promise<Row[]> {
  const all: Row[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await get<Page>(`/api/v1/admin/org_units${query({ limit: MOST, cursor })}`);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return all;
}

const SPAN: Record<number, number> = { 3: 1000000, 4: 1000, 5: 1 };
/** Whether a division code lies in the division: county, township or village. */
export const within = (div: string, { code, level }: Division): boolean => {
  const lo = Number(code);
  return Number(div) >= lo && Number(div) < lo + (SPAN[level] ?? 1);
};
