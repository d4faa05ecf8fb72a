// The rows of a list counted by one or two of their fields, as figures of a chart.
import { isEnglish, t, tell } from '@/i18n';
import type { Figures, Kind } from '@/charts/types';
import { codeText } from '@/schema/format';
import { dictOf } from '@/schema/store';
import { titleOf } from '@/schema/titles';
import type { RecordType } from '@/schema/types';

export interface Counts { by: string[]; groups: { key: (string | null)[]; n: number }[]; total: number; cut: boolean }

const PLACES = ['township', 'village'];
const [WHOLE, PART] = [12, 6]; // of the first field, of the second

/** "month:visited_at" → "走访时间（按月）" */
export function byText(type: RecordType, by: string): string {
  if (PLACES.includes(by)) return t(`counts.${by}`);
  const [step, f] = by.includes(':') ? by.split(':') : ['', by];
  const label = tell(type.schema.properties[f]?.['x-ui'].label);
  return step ? t(`counts.${step}`, { what: label }) : label;
}
export const isTime = (by: string) => by.includes(':');

export function keyText(type: RecordType, by: string, key: string | null): string {
  if (key === null || key === '') return t('value.none');
  if (PLACES.includes(by)) return titleOf('division', key) ?? key;
  const ui = type.schema.properties[by]?.['x-ui'];
  if (!ui || isTime(by)) return key;
  if (ui.widget === 'switch') return t(key === 'true' ? 'value.yes' : 'value.no');
  if (['staff', 'org', 'division'].includes(ui.widget)) return titleOf(ui.widget, key) ?? t('value.unseen');
  return codeText(dictOf(ui.dict), key, isEnglish.value);
}

/** The keys of one field: time in its order, others largest first; what is beyond `most` is left to the table. */
function keysOf(counts: Counts, i: number, most: number): (string | null)[] {
  const sums = new Map<string | null, number>();
  for (const { key, n } of counts.groups) sums.set(key[i], (sums.get(key[i]) ?? 0) + n);
  const keys = [...sums.keys()];
  return isTime(counts.by[i]) ? keys.sort().slice(-3 * most) : keys.sort((a, b) => sums.get(b)! - sums.get(a)!).slice(0, most);
}

export function figuresOf(type: RecordType, counts: Counts): Figures {
  const labels = keysOf(counts, 0, WHOLE);
  const parts = counts.by.length > 1 ? keysOf(counts, 1, PART) : [null];
  const sum = (label: string | null, part: string | null) => counts.groups
    .filter(({ key }) => key[0] === label && (counts.by.length < 2 || key[1] === part)).reduce((n, group) => n + group.n, 0);
  return { title: counts.by.map((by) => byText(type, by)).join(' × '), unit: t('counts.unit'),
    labels: labels.map((label) => keyText(type, counts.by[0], label)),
    lines: parts.map((part) => ({ name: counts.by.length > 1 ? keyText(type, counts.by[1], part) : tell(type.labels),
      values: labels.map((label) => sum(label, part)) })) };
}

export const kindOf = ({ by }: Counts): Kind => (by.length > 1 ? 'stacked' : isTime(by[0]) ? 'line' : 'bar');
