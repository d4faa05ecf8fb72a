// The figures of the wall screen, fetched anew by themselves. When the server is away, or the session has
// ended, the last ones stay and the screen says so; it goes on by itself when the answer comes again.
import { onScopeDispose, ref, shallowRef } from 'vue';

import { get, query } from '@/api/client';
import { isProblem, type Problem } from '@/api/problem';
import { month, reportOf, seriesOf, type Series } from '@/charts/series';
import { dueByUnit } from '@/dash/due';
import { BY_TOWNSHIP, MONTHS } from '@/dash/keys';
import { townshipsOf, type Township } from '@/dash/townships';
import { today } from '@/schema/format';
import { divisionsBelow, divisionsLoad, ownDivision } from '@/state/division';
import { me } from '@/state/me';

export interface News { code: string; label: string; kind_label: string | null; township: string; at: string }
export interface Wall { townships: Township[]; places: Series[]; days: Series[]; news: News[]; at: Date }

export const LIVE = ['M04', 'M05', 'M06', 'M08', 'M10', 'M11'];
const TREND = ['M04', 'M05', 'M08', 'M11'];
const TOLD = ['M04', 'M05', 'M08', 'M11', 'M13', 'M27'];
const EVERY_MS = 60000, AWAY_MS = 10000, NEWS = 6;
const TREND_ROUNDS = 10; // months change slowly

const newest = async (signal: AbortSignal): Promise<News[]> => (await get<{ items: News[] }>(
  `/api/v1/reports/${reportOf()}/newest${query({ only: TOLD.join(), limit: NEWS })}`, { signal, quiet: true })).items;

async function wallNow(signal: AbortSignal): Promise<Wall> {
  if (!ownDivision.value) await divisionsLoad(me.value!.county);
  const how = { signal, quiet: true, fresh: true };
  const [divisions, due, places, days, news] = await Promise.all([
    divisionsBelow(ownDivision.value!.code), dueByUnit(signal, true),
    seriesOf({ until: month(), n: 1, only: BY_TOWNSHIP, townships: true }, how),
    seriesOf({ until: today(), n: 2, only: LIVE }, how), newest(signal)]);
  return { townships: townshipsOf(divisions, due, places), places, days, news, at: new Date() };
}

/** The month that is under way is no month of the row of whole ones. */
async function wholeMonths(signal: AbortSignal): Promise<Series[]> {
  const asked = { until: month(), n: MONTHS + 1, only: TREND };
  const all = await seriesOf(asked, { signal, quiet: true, fresh: true });
  return all.map((one) => ({ ...one, spans: one.spans.slice(0, -1) }));
}

export function useWall() {
  const wall = shallowRef<Wall | null>(null);
  const trend = shallowRef<Series[]>([]);
  const problem = shallowRef<Problem | null>(null);
  const ended = ref(false);
  const gone = new AbortController();
  let timer: ReturnType<typeof setTimeout>;

  async function round(n: number): Promise<void> {
    try {
      if (n % TREND_ROUNDS === 0 || !trend.value.length)
        trend.value = await wholeMonths(gone.signal);
      wall.value = await wallNow(gone.signal);
      if (ended.value) location.reload(); // somebody signed in again: what they may see is asked anew
      problem.value = null;
    } catch (error) {
      if (gone.signal.aborted) return;
      if (!isProblem(error)) throw error;
      problem.value = error;
      if (error.status === 401) ended.value = true;
    }
    if (!gone.signal.aborted) timer = setTimeout(() => void round(n + 1), problem.value ? AWAY_MS : EVERY_MS);
  }
  void round(0);
  onScopeDispose(() => {
    gone.abort();
    clearTimeout(timer);
  });
  return { wall, trend, problem };
}
