// Stretches of days: a word that means another one every day ("this_week"), or "from~to" with either
// end open.
import { today } from '@/schema/format';

const DAY_MS = 86400000;
const utc = (day: string) => new Date(`${day}T00:00:00Z`);
const text = (date: Date) => date.toISOString().slice(0, 10);
/** The day so many days later. */
export const dayAfter = (day: string, days: number): string => text(new Date(utc(day).getTime() + days * DAY_MS));

/** The first of the month so many months away. */
function monthStart(day: string, months: number): string {
  const date = utc(day);
  return text(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)));
}
/** The Monday of the week so many weeks away. */
const weekStart = (day: string, weeks: number) => dayAfter(day, -((utc(day).getUTCDay() + 6) % 7) + 7 * weeks);

type Stretch = [from: string, to: string];
const NAMED: Record<string, (now: string) => Stretch> = {
  today: (now) => [now, now],
  yesterday: (now) => [dayAfter(now, -1), dayAfter(now, -1)],
  this_week: (now) => [weekStart(now, 0), dayAfter(weekStart(now, 1), -1)],
  last_week: (now) => [weekStart(now, -1), dayAfter(weekStart(now, 0), -1)],
  this_month: (now) => [monthStart(now, 0), dayAfter(monthStart(now, 1), -1)],
  last_month: (now) => [monthStart(now, -1), dayAfter(monthStart(now, 0), -1)],
  this_year: (now) => [`${now.slice(0, 4)}-01-01`, `${now.slice(0, 4)}-12-31`],
};
export const PERIODS = Object.keys(NAMED);
export const isPeriod = (value: string): boolean => value in NAMED;

/** The two ends of "a~b", days or numbers; of a word its days. */
export function endsOf(value: string, now = today()): Stretch {
  if (isPeriod(value)) return NAMED[value](now);
  const [from = '', to = ''] = value.split('~');
  return [from, to];
}
