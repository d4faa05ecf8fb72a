// A month's report as the server tells it: its figures, what to look at before it is sent, its life.
import { get, query } from '@/api/client';
import { timeText } from '@/schema/format';
import type { Page, Row } from '@/schema/types';

export interface Part { kind: string; label: string; value: number }
export interface Indicator {
  code: string; label: string; unit: string; value: number; previous?: number; correction?: number;
  share?: { kind: string; value: number; of: number };
  by_kind: Part[];
  by_township: { township: string; value: number }[];
  rows: string | null;
}
export interface Report {
  period: string; provisional: boolean; month_report?: string; state?: string;
  sent?: { at: string; by: string; sha256: string };
  indicators: Indicator[];
}
export interface Finding {
  code: string; weight: 'stop' | 'look'; text: string;
  indicator?: string; record?: string; query?: string; township?: string;
}
export interface Station {
  township: string; org: string; name: string; month_report: string | null; state: string | null;
  due_at: string | null; sent_at: string | null; sent_by: string | null; returns: number; changed: string[];
}
export interface Check { period: string; place: 'part' | 'township' | 'county'; items: Finding[]; stations: Station[] }

export type Form = 'SM-01' | 'CM-01';
export const TYPE = 'station.month_report';
export const PATH = '/api/v1/station/month_reports';

interface Place { period: string; township?: string }
export const reportOf = (form: Form, place: Place, signal?: AbortSignal) =>
  get<Report>(`/api/v1/reports/${form}${query({ ...place, compare: true })}`, { signal });
export const checkOf = (form: Form, place: Place, signal?: AbortSignal) =>
  get<Check>(`/api/v1/reports/${form}/check${query({ ...place })}`, { signal });
/** All reports of a month that the caller may see: one a station, and the county's. */
export const monthOf = async (period: string, signal?: AbortSignal) =>
  (await get<Page>(`${PATH}${query({ 'month.eq': `${period}-01`, limit: 200 })}`, { signal })).items;
export const rowOf = (id: unknown, signal?: AbortSignal) => get<Row>(`${PATH}/${id}`, { signal });
/** The caller's own of the last year, the newest first. */
export const yearOf = async (signal?: AbortSignal) =>
  (await get<Page>(`${PATH}${query({ limit: 12 })}`, { signal })).items;

export const townshipOf = (row: Row) => String(row.div).slice(0, 9);
export const etagOf = (row: Row) => `"v${row.version}"`;
/** The last day on which it is in time, of a limit that ends at midnight. */
export const lastDay = (due: string) => timeText(new Date(Date.parse(due) - 1).toISOString()).slice(0, 10);
export const isLate = (state: unknown, due: unknown) =>
  (state === 'open' || state === 'returned') && typeof due === 'string' && Date.parse(due) < Date.now();

/** "2026-10" so many months from another. */
export function monthFrom(period: string, by: number): string {
  const months = Number(period.slice(0, 4)) * 12 + Number(period.slice(5, 7)) - 1 + by;
  return `${Math.floor(months / 12)}-${String(months % 12 + 1).padStart(2, '0')}`;
}
