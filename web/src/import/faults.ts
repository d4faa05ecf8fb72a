// Faults of an import by where they stand in the file, and how each can be mended.
import { isEnglish, t, tell } from '@/i18n';
import { dictOf } from '@/schema/store';
import type { JobFault } from '@/api/jobs';
import type { RecordType } from '@/schema/types';

/** In which column of the file a field stands: by its words in either language, or its name. */
export function columnOf(type: RecordType, head: string[], field: string | null): number {
  const label = field ? (type.create?.properties[field] ?? type.schema.properties[field])?.['x-ui'].label : undefined;
  const names = [field, label?.zh, label?.en].filter(Boolean);
  return head.findIndex((text) => names.includes(text.trim().replace(/[*＊]$/, '')));
}

export const fieldText = (type: RecordType, field: string | null): string =>
  (field ? tell((type.create?.properties[field] ?? type.schema.properties[field])?.['x-ui'].label) || field : t('import.whole_row'));

const SHOWN = 12;
const FORMS: Record<string, string> = { date: 'import.mend_date', datetime: 'import.mend_datetime', integer: 'import.mend_integer',
  money: 'import.mend_money', switch: 'import.mend_switch', id_number: 'import.mend_id', phone: 'import.mend_phone' };

/** What the column takes. */
export function mendOf(type: RecordType, field: string | null): string {
  const known = field ? type.create?.properties[field] ?? type.schema.properties[field] : undefined;
  if (!known) return '';
  const ui = known['x-ui'];
  const words = dictOf(ui.dict).map((row) => (isEnglish.value ? row.en : row.zh));
  if (['select', 'multiselect'].includes(ui.widget) && words.length)
    return t('import.mend_choice', { words: words.slice(0, SHOWN).join('、') + (words.length > SHOWN ? '…' : '') });
  return FORMS[ui.widget] ? t(FORMS[ui.widget]) : '';
}

export interface Kind { key: string; text: string; n: number }
/** The faults met, most frequent first: a column and what is wrong with it. */
export function kindsOf(type: RecordType, faults: JobFault[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const fault of faults) {
    const key = `${fault.field}.${fault.code}`;
    const known = kinds.get(key) ?? { key, text: fieldText(type, fault.field), n: 0 };
    kinds.set(key, { ...known, n: known.n + 1 });
  }
  return [...kinds.values()].sort((a, b) => b.n - a.n);
}
