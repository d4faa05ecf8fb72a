// All that the dashboard asks, each part for itself: one that fails leaves the others standing.
import { computed, watch } from 'vue';

import { isCounty, month, seriesOf, type Series } from '@/charts/series';
import { get } from '@/api/client';
import { useAsk } from '@/generic/useAsk';
import { today } from '@/schema/format';
import { divisionsBelow, ownDivision } from '@/state/division';
import { may } from '@/state/me';
import { menu } from '@/state/menu';
import { daysToAsk } from './compare';
import { dueByUnit } from './due';
import { BY_TOWNSHIP, KEYS, MONTHS } from './keys';
import { townshipsOf } from './townships';
import { unitsOf } from './units';
import { waitingFor } from './waiting';

export interface Plugin { name: string; title: string; on: { township: string }[] }

export function useDash() {
  let fresh = false;
  const asked = (signal: AbortSignal) => ({ signal, fresh });
  const months = useAsk((signal) => seriesOf({ until: month(), n: MONTHS, only: KEYS }, asked(signal)));
  const days = useAsk((signal) => seriesOf({ until: today(), n: daysToAsk(today()).n, only: KEYS }, asked(signal)));
  const places = useAsk((signal) => seriesOf({ until: month(), n: 1, only: BY_TOWNSHIP, townships: true }, asked(signal)));
  const due = useAsk(dueByUnit);
  const units = useAsk(unitsOf);
  const plugins = useAsk(async (signal) => (await get<{ items: Plugin[] }>('/api/v1/plugins', { signal })).items);
  const divisions = useAsk(() => divisionsBelow(ownDivision.value!.code));
  const waiting = useAsk(waitingFor);

  const ofCounty = isCounty();
  const base = ofCounty ? [months, days, due, places, units, plugins] : [months, days, due];
  const asks = base.filter((ask) => ask !== units || may('org_unit.read'));

  async function refresh(): Promise<void> {
    fresh = true;
    await Promise.all([...asks, ...(menu.value.length ? [waiting] : [])].map(({ run }) => run()));
    fresh = false;
  }
  for (const { run } of asks) void run();
  // These need what the shell asks for first.
  watch(menu, () => { if (menu.value.length) void waiting.run(); }, { immediate: true });
  watch(ownDivision, (own) => { if (own && ofCounty) void divisions.run(); }, { immediate: true });

  const townships = computed(() => (divisions.answer.value
    ? townshipsOf(divisions.answer.value, due.answer.value ?? [], places.answer.value ?? []) : []));
  const busy = computed(() => asks.some((ask) => ask.busy.value));
  const problem = computed(() => asks.map((ask) => ask.problem.value).find((one) => one !== null) ?? null);
  const dayOf = (code: string): Series | undefined => days.answer.value?.find((one) => one.code === code);
  return { ofCounty, months, due, units, plugins, waiting, townships, places, busy, problem, dayOf, refresh };
}
