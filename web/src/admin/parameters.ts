// Policy parameters: what the county lives by, what the figure rests on, and whether anybody stands for it.
import { isEnglish, t } from '@/i18n';
import { moneyOf, moneyText } from '@/schema/format';
import type { DictRow } from '@/schema/types';

export interface Parameter {
  key: string;
  labels: { zh: string | null; en: string | null };
  unit: string;
  choices: DictRow[] | null;
  default_value: string;
  mark: string;
  default_basis: string | null;
  value: string;
  level: string;
  id: string | null;
  effective_from: string | null;
  effective_to: string | null;
  basis: string | null;
  doc: string | null;
  confirmed: boolean;
}

export const nameOf = ({ labels, key }: Parameter): string => (isEnglish.value ? labels.en : labels.zh) ?? key;

const DAY = 1440;
const minutes = (n: number): string => (n && n % DAY === 0 ? t('parameters.unit.days', { n: n / DAY })
  : n && n % 60 === 0 ? t('parameters.unit.hours', { n: n / 60 }) : t('parameters.unit.minutes', { n }));
const bytes = (n: number): string => `${Math.round((n / 2 ** 20) * 10) / 10} MB`;

const SHOWN: Record<string, (value: string, of: Parameter) => string> = {
  fen: (value) => `¥${moneyText(Number(value))}`,
  bytes: (value) => bytes(Number(value)),
  bool: (value) => t(value === 'true' ? 'value.yes' : 'value.no'),
  minutes: (value) => minutes(Number(value)),
  // A working day has no fixed length in minutes: hours say it without a lie.
  working_minutes: (value) => t('parameters.unit.working_hours', { n: Math.round((Number(value) / 60) * 10) / 10 }),
  code: (value, { choices }) => {
    const row = choices?.find(({ v }) => v === value);
    return row ? (isEnglish.value ? row.en : row.zh) : value;
  },
  month: (value) => t('parameters.unit.months', { n: value }),
  percent: (value) => `${value} %`,
};
const COUNTED = ['days', 'hours', 'months', 'years', 'seconds', 'persons', 'day', 'points', 'rows'];

/** A value with its unit, as people say it. */
export function valueText(value: string, of: Parameter): string {
  const as = SHOWN[of.unit];
  if (as) return as(value, of);
  return COUNTED.includes(of.unit) ? t(`parameters.unit.${of.unit}`, { n: value }) : value;
}

/** What the value is typed in. */
export const typedIn = ({ unit }: Parameter): string => (unit === 'fen' ? t('parameters.unit.yuan')
  : ['minutes', 'working_minutes', 'bytes'].includes(unit) ? t(`parameters.unit.in_${unit}`) : '');
export const typedOf = (value: string, { unit }: Parameter): string =>
  (unit === 'fen' ? moneyText(Number(value)).replace(/,/g, '') : value);
export const valueOf = (typed: string, { unit }: Parameter): string =>
  (unit === 'fen' ? String(moneyOf(typed) ?? typed) : typed.trim());
