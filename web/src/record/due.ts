// Limits of a row in words: what is late and by how much, what still has time.
import { t, tell } from '@/i18n';
import { span } from '@/schema/format';
import type { RecordType, Row } from '@/schema/types';

export function spanText(ms: number): string {
  const { days, hours, minutes } = span(ms);
  return days ? t('span.days', { d: days, h: hours }) : hours ? t('span.hours', { h: hours, m: minutes }) : t('span.minutes', { m: minutes });
}

export interface Due { field: string; text: string; late: boolean }

/** The end of a day counts for a date. */
const timeOfDue = (due: string) => new Date(due.length === 10 ? `${due}T23:59:59+08:00` : due).getTime();

export function duesOf(type: RecordType, row: Row, now = Date.now()): Due[] {
  return type.limits.filter(({ due, held, ended }) => row[due]
    && ![...held, ...ended].includes(String(row.state))).map(({ due: field }) => {
    const left = timeOfDue(String(row[field])) - now;
    const late = !!row._overdue?.includes(field);
    const words = t(left < 0 ? 'span.late' : 'span.left', { span: spanText(left) });
    return { field, late, text: `${tell(type.schema.properties[field]?.['x-ui'].label)} ${words}` };
  });
}
