// What a list can be narrowed by, as the schema says: how each field is asked for, and how a condition
// that is set reads.
import { isEnglish, t, tell } from '@/i18n';
import { codeText, moneyText } from '@/schema/format';
import { dictOf } from '@/schema/store';
import { titleOf } from '@/schema/titles';
import type { Field, FieldUi, Label, RecordType, Widget } from '@/schema/types';
import { endsOf, isPeriod } from './period';
import { ME, type Filter } from './query';

export type Kind = 'choice' | 'yes' | 'days' | 'numbers' | 'text' | 'row';
const KINDS: Partial<Record<Widget, Kind>> = {
  select: 'choice', multiselect: 'choice', state: 'choice', switch: 'yes', date: 'days', datetime: 'days',
  integer: 'numbers', decimal: 'numbers', money: 'numbers', reference: 'row', staff: 'row', org: 'row', division: 'row',
};

export interface Condition { f: string; ops: string[]; field: Field; ui: FieldUi; label: Label; kind: Kind }

/** How the bar asks for a field of each kind: by which op, or ops where several values make another. */
export const usualOp = ({ kind, ops, f }: Condition, several = false): string =>
  (kind === 'days' || kind === 'numbers' || f === 'div' ? 'within' : several ? 'in'
    : kind === 'text' && ops.includes('like') ? 'like' : 'eq');

const conditionOf = (type: RecordType, f: string, ops: string[]): Condition[] => {
  const field = type.schema.properties[f];
  const ui = field?.['x-ui'];
  return ui ? [{ f, ops, field, ui, label: ui.label, kind: KINDS[ui.widget] ?? 'text' }] : [];
};

/** Fields of the record first, then what every record has. */
export const conditionsOf = (type: RecordType): Condition[] => [
  ...type.ui.list.filters.filter(({ f }) => !['created_at', 'updated_at'].includes(f))
    .flatMap(({ f, ops }) => conditionOf(type, f, ops)),
  ...conditionOf(type, 'div', ['within']),
  ...conditionOf(type, 'org', ['eq', 'in']),
  ...conditionOf(type, 'created_at', ['gt', 'ge', 'lt', 'le']),
  ...conditionOf(type, 'created_by', ['eq', 'in']),
  ...conditionOf(type, 'updated_at', ['gt', 'ge', 'lt', 'le']),
];

export const choicesOf = ({ field, ui }: Condition): { value: string; label: string }[] => {
  const valid = field.enum ?? field.items?.enum;
  return dictOf(ui.dict).filter(({ v }) => !valid || valid.includes(v))
    .map((row) => ({ value: row.v, label: isEnglish.value ? row.en : row.zh }));
};

const rowKind = (ui: FieldUi) => (ui.widget === 'reference' ? ui.ref!.type : ui.widget);

function one(condition: Condition | undefined, v: string): string {
  if (!condition) return v;
  const { ui, kind } = condition;
  if (v === ME) return t('filter.me');
  if (kind === 'choice') return codeText(dictOf(ui.dict), v, isEnglish.value);
  if (kind === 'yes') return t(v === 'true' ? 'value.yes' : 'value.no');
  if (kind === 'row') return titleOf(rowKind(ui), v) ?? t('value.unseen');
  return ui.widget === 'money' && v ? `¥${moneyText(Number(v))}` : v;
}

function stretch(condition: Condition | undefined, v: string): string {
  if (isPeriod(v)) return t(`period.${v}`);
  const [from, to] = endsOf(v).map((end) => one(condition, end));
  if (from === to) return from;
  return !to ? t('filter.since', { from }) : !from ? t('filter.until', { to }) : `${from} ～ ${to}`;
}

/** "紧急程度：当日、两小时内" */
export function filterText(all: Condition[], { f, op, v }: Filter): string {
  const condition = all.find((known) => known.f === f);
  const label = condition ? tell(condition.label) : f;
  if (op === 'isnull') return t(v === 'true' ? 'filter.empty' : 'filter.filled', { label });
  if (op === 'within') return `${label}：${f === 'div' ? one(condition, v) : stretch(condition, v)}`;
  const value = v.split(',').map((each) => one(condition, each)).join(isEnglish.value ? ', ' : '、');
  return `${label}${['eq', 'in'].includes(op) ? '：' : ` ${t(`op.${op}`)} `}${value}`;
}
