// The month a page shows stands in its address, so that a link or a reload leads to the same.
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';

import { today } from '@/schema/format';
import { monthFrom } from './types';

export function usePeriod(otherwise: 'this' | 'last') {
  const route = useRoute();
  const router = useRouter();
  const first = monthFrom(today().slice(0, 7), otherwise === 'last' ? -1 : 0);
  const own = route.path;
  return computed({
    get: () => (/^\d{4}-\d{2}$/.test(String(route.query.period)) ? String(route.query.period) : first),
    set: (period) => { if (route.path === own) void router.replace({ query: { ...route.query, period } }); },
  });
}
