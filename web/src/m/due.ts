// How long there is left, in words; the schema's own limits and the agenda's.
import { span } from '@/schema/format';
import { t } from './text';

export function leftText(due: string): string {
  const { days, hours, minutes, past } = span(Date.parse(due) - Date.now());
  const text = days ? t('field.days', { n: days }) : hours ? t('field.hours', { n: hours }) : t('field.minutes', { n: minutes });
  return t(past ? 'field.late_by' : 'field.left', { span: text });
}

const DAY_MS = 86400000;
const ZONE_MS = 8 * 3600000; // Asia/Shanghai, which knows no summer time
/** The moments in which the day of `at` begins and ends, as the server takes them. */
export function dayOf(at = Date.now()): { from: string; to: string } {
  const from = Math.floor((at + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;
  return { from: new Date(from).toISOString(), to: new Date(from + DAY_MS).toISOString() };
}

/** "11月22日 星期日" of a plain date. */
export function dateWords(date: string, english: boolean): string {
  return new Date(`${date}T12:00:00+08:00`).toLocaleDateString(english ? 'en-GB' : 'zh-CN',
    { timeZone: 'Asia/Shanghai', month: 'long', day: 'numeric', weekday: 'long' });
}
