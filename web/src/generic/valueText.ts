// One value as words. The widget of the schema decides, never the record.
import { isEnglish, t } from '@/i18n';
import { isEmpty } from '@/schema/checks';
import { codeText, moneyText, timeText } from '@/schema/format';
import { dictOf } from '@/schema/store';
import { titleOf } from '@/schema/titles';
import type { Field, FieldUi, RecordType, Row } from '@/schema/types';

const codes = ({ dict }: FieldUi, values: string[]) => values.map((v) => codeText(dictOf(dict), v, isEnglish.value))
  .join(isEnglish.value ? ', ' : '、');
const titled = (kind: string, id: string) => titleOf(kind, id) ?? t('value.unseen');

const TEXTS: Record<string, (ui: FieldUi, value: any) => string> = {
  money: (_, v: number) => `¥${moneyText(v)}`,
  switch: (_, v: boolean) => t(v ? 'value.yes' : 'value.no'),
  datetime: (_, v: string) => timeText(v),
  select: (ui, v: string) => codes(ui, [v]),
  multiselect: codes,
  file: () => t('value.file'),
  list: (_, v: unknown[]) => t('value.items', { n: v.length }),
  staff: (_, v: string) => titled('staff', v),
  org: (_, v: string) => titled('org', v),
  division: (_, v: string) => titled('division', v),
  reference: (ui, v: string) => (ui.ref ? titled(ui.ref.type, v) : v),
};

/** "" for none, and while a name is being asked for. */
export const valueText = ({ 'x-ui': ui }: Field, value: unknown): string =>
  (isEmpty(value) ? '' : (TEXTS[ui.widget] ?? ((_, v) => String(v)))(ui, value as never));

/** The words that name a row. */
export const rowText = (type: RecordType, row: Row): string => type.title
  .map((name) => (type.schema.properties[name] ? valueText(type.schema.properties[name], row[name]) : ''))
  .filter(Boolean).join(' ') || row.id;

/** What tells two people of one name apart, as far as the row shows it: year of birth, village, number. */
export function apartText(type: RecordType, row: Row): string {
  const { properties } = type.schema;
  const columns = type.ui.list.columns.filter((name) => properties[name]);
  const of = (widget: string) => row[columns.find((name) => properties[name]['x-ui'].widget === widget) ?? ''];
  if (!columns.some((name) => properties[name]['x-ui'].widget === 'id_number')) return ''; // no person
  const birth = of('date');
  return [birth ? t('form.born', { year: String(birth).slice(0, 4) }) : '', titleOf('division', row.div), of('id_number')]
    .filter(Boolean).join(' · ');
}
