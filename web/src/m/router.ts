import { createRouter, createWebHashHistory } from 'vue-router';

import { load, me } from '@/state/me';
import CallsPage from './pages/CallsPage.vue';
import DoPage from './pages/DoPage.vue';
import ErrandsPage from './pages/ErrandsPage.vue';
import FindPage from './pages/FindPage.vue';
import MealsPage from './pages/MealsPage.vue';
import MePage from './pages/MePage.vue';
import MorePage from './pages/MorePage.vue';
import NewPage from './pages/NewPage.vue';
import NoticesPage from './pages/NoticesPage.vue';
import PersonPage from './pages/PersonPage.vue';
import RowPage from './pages/RowPage.vue';
import SignInPage from './pages/SignInPage.vue';
import TodayPage from './pages/TodayPage.vue';

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/login', component: SignInPage, meta: { open: true } },
    { path: '/', component: TodayPage },
    { path: '/find', component: FindPage },
    { path: '/person/:id', component: PersonPage },
    { path: '/new/:type', component: NewPage },
    { path: '/r/:type/:id', component: RowPage },
    { path: '/r/:type/:id/do/:action', component: DoPage },
    { path: '/errands', component: ErrandsPage },
    { path: '/meals', component: MealsPage },
    { path: '/calls', component: CallsPage },
    { path: '/more', component: MorePage },
    { path: '/notices', component: NoticesPage },
    { path: '/me', component: MePage },
    { path: '/:rest(.*)', redirect: '/' },
  ],
  scrollBehavior: (_to, _from, before) => before ?? { top: 0 },
});

router.beforeEach(async (to) => {
  if (to.meta.open || me.value) return true;
  const entered = await load().catch(() => false);
  return entered || { path: '/login', query: { to: to.fullPath } };
});
