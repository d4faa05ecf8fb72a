// Hash history needs no rewriting on the server.
import { createRouter, createWebHashHistory } from 'vue-router';

import Shell from '@/layout/Shell.vue';
import { homeOf, pages } from '@/pages';
import { whenUnlocked } from '@/state/lock';
import { load, may, me } from '@/state/me';

const routes = (bare: boolean) => pages.filter((page) => !!page.bare === bare)
  .map(({ path, load: component }) => ({ path, component }));

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/login', component: () => import('@/pages/LoginPage.vue'), meta: { open: true } },
    ...routes(true),
    {
      path: '/',
      component: Shell,
      children: [
        { path: '', redirect: () => homeOf(me.value?.role, may) },
        ...routes(false),
        { path: ':rest(.*)', component: () => import('@/pages/MissingPage.vue') },
      ],
    },
  ],
});

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  await whenUnlocked();
  if (me.value) return true;
  // "/" leads to a home that depends on who asks: it is gone to again once that is known.
  const wanted = to.redirectedFrom?.fullPath ?? to.fullPath;
  if (!(await load().catch(() => false))) return { path: '/login', query: { to: wanted } };
  return to.redirectedFrom ? wanted : true;
});
