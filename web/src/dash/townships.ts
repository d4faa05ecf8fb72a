// One row a township: what is open and late there now, and this month's indicators.
import type { Counted, Series } from '@/charts/series';
import type { Division } from '@/state/division';
import { requestsOf, type DueUnit, type Requests } from './due';

export interface Township {
  code: string;
  name: string;
  requests: Requests;
  overdue: number;
  units: DueUnit[];
  /** By the indicator's code; what was not counted there is missing. */
  numbers: Record<string, Counted>;
}

const SHORT = 9;

export function townshipsOf(divisions: Division[], units: DueUnit[], series: Series[]): Township[] {
  return divisions.map(({ code, name }) => {
    const short = code.slice(0, SHORT);
    const own = units.filter(({ div }) => div?.startsWith(short));
    const numbers: Record<string, Counted> = {};
    for (const { code: key, spans } of series) {
      const here = spans[spans.length - 1]?.townships.find(({ township }) => township === short);
      if (here) numbers[key] = here;
    }
    return { code, name, numbers, units: own, requests: requestsOf(own.flatMap(({ kinds }) => kinds)),
      overdue: own.reduce((n, { overdue }) => n + overdue, 0) };
  });
}
