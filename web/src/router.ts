// Routes are few and generic: which records there are is the server's to say. Hash history needs no
// rewriting on the server.
import { createRouter, createWebHashHistory } from 'vue-router';

import { load, me } from '@/state/me';
import Shell from '@/layout/Shell.vue';

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/login', component: () => import('@/pages/LoginPage.vue'), meta: { open: true } },
    {
      path: '/',
      component: Shell,
      children: [
        { path: '', redirect: '/today' },
        { path: 'today', component: () => import('@/pages/TodayPage.vue') },
        { path: 'admin/plugins', component: () => import('@/pages/admin/PluginsPage.vue') },
        { path: 'report', component: () => import('@/pages/ReportPage.vue') },
        { path: 'notices', component: () => import('@/pages/NoticesPage.vue') },
        { path: 't/:type', component: () => import('@/pages/ListPage.vue') },
        { path: 't/:type/new', component: () => import('@/pages/EditPage.vue') },
        { path: 't/:type/import', component: () => import('@/pages/ImportPage.vue') },
        { path: 't/:type/:id', component: () => import('@/pages/DetailPage.vue') },
        { path: 't/:type/:id/edit', component: () => import('@/pages/EditPage.vue') },
        { path: ':rest(.*)', component: () => import('@/pages/MissingPage.vue') },
      ],
    },
  ],
});

router.beforeEach(async (to) => {
  if (to.meta.open) return true;
  if (!me.value && !(await load().catch(() => false))) return { path: '/login', query: { to: to.fullPath } };
  return true;
});
