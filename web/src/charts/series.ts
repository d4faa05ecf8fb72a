// Indicators over months or days (GET /reports/{report}/series), and how their numbers are written.
import { get, query } from '@/api/client';
import { t } from '@/i18n';
import { moneyText, today } from '@/schema/format';
import { me } from '@/state/me';
import { whenLeft } from '@/state/kept';
import { numberOf } from './option';
import type { Figures } from './types';

export interface Counted { value: number | null; part?: number }
export interface Span extends Counted { span: string; townships: ({ township: string } & Counted)[] }
export interface Series { code: string; label: string; unit: string; share_label: string | null; spans: Span[] }

export interface Asked { until: string; n: number; only: string[]; townships?: boolean; org?: string }

export const isCounty = (): boolean => me.value?.scope_div.endsWith('000000') ?? false;
export const reportOf = (): string => (isCounty() ? 'CM-01' : 'SM-01');
export const month = (): string => today().slice(0, 7);

// A month that is over hardly changes, and a chief goes to and fro: what was asked in this minute is known.
const FRESH_MS = 60000;
const known = new Map<string, { at: number; series: Series[] }>();
whenLeft(() => known.clear());

interface How { signal?: AbortSignal; quiet?: boolean; fresh?: boolean }

export async function seriesOf({ until, n, only, townships, org }: Asked, { fresh, ...how }: How = {}): Promise<Series[]> {
  const path = `/api/v1/reports/${reportOf()}/series${query({ until, n, only: only.join(), townships, org })}`;
  const before = known.get(path);
  if (before && !fresh && Date.now() - before.at < FRESH_MS) return before.series;
  const { indicators } = await get<{ indicators: Series[] }>(path, how);
  known.set(path, { at: Date.now(), series: indicators });
  return indicators;
}

const MONEY = ['分', 'fen'];
/** In percent, to a tenth; null where there was nothing to have a part of. */
export const rateOf = ({ value, part }: Counted): number | null =>
  (value && part !== undefined ? Math.round((1000 * part) / value) / 10 : null);
/** What an indicator is judged by: its share where it has one, else its number; money in yuan. */
export function worthOf(series: Series, counted: Counted): number | null {
  if (series.share_label) return rateOf(counted);
  return counted.value !== null && MONEY.includes(series.unit) ? counted.value / 100 : counted.value;
}
export const unitOf = (series: Series): string =>
  (series.share_label ? '%' : MONEY.includes(series.unit) ? t('chart.yuan') : series.unit);
export const worthText = (series: Series, counted: Counted): string => (MONEY.includes(series.unit) && !series.share_label
  ? `¥${moneyText(counted.value ?? 0)}` : numberOf(worthOf(series, counted)));
/** What it is called when its share is shown: "办结 · 按时"; some names say so themselves. */
export const nameOf = ({ label, share_label: share }: Series): string =>
  (share && !/(率|rate)$/i.test(label) ? `${label} · ${share}` : label);

export const figuresOf = (series: Series): Figures => ({ title: nameOf(series), unit: unitOf(series),
  labels: series.spans.map(({ span }) => (span === month() ? t('chart.so_far', { span }) : span)),
  lines: [{ name: nameOf(series), values: series.spans.map((span) => worthOf(series, span)) }] });
