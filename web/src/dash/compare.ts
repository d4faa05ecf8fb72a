// This month against the one before. A month that is under way is measured against as many days of the
// last: the whole of it would always look better.
import { rateOf, type Counted, type Series } from '@/charts/series';

const DAY_MS = 86400e3;

/** How many days the current month has had, and last month's first so many begin so many days ago. */
export function daysToAsk(today: string): { here: number; n: number } {
  const [year, month, day] = today.split('-').map(Number);
  const before = new Date(Date.UTC(year, month - 1, 0)).getUTCDate();
  return { here: day, n: before + day };
}

/** The sum over the same days of last month; of days asked as daysToAsk says. */
export function sameDays({ spans }: Series, today: string): Counted {
  const { here, n } = daysToAsk(today);
  const before = new Date(Date.parse(today) - here * DAY_MS).getUTCDate();
  const days = spans.slice(-n).slice(0, Math.min(here, before));
  return { value: days.reduce((sum, { value }) => sum + (value ?? 0), 0),
    part: days.reduce((sum, { part }) => sum + (part ?? 0), 0) };
}

/** By how much more, in the number itself, or for a share in percentage points; null: nothing to compare. */
export function change(series: Series, now: Counted, before: Counted): number | null {
  if (!series.share_label) return (now.value ?? 0) - (before.value ?? 0);
  const [a, b] = [rateOf(now), rateOf(before)];
  return a === null || b === null ? null : Math.round(10 * (a - b)) / 10;
}
