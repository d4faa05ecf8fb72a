// Every page of the console, once: the router takes its routes from here, the shell its menu, sign-in
// where somebody begins. Which records there are is the server's to say: four generic pages show any.
import type { Component } from 'vue';

type Load = () => Promise<{ default: Component }>;

export interface Page {
  path: string;
  load: Load;
  /** In the menu: under which heading, by which text. */
  menu?: { group: MenuGroup; title: string };
  /** Not in the menu: the text it goes by in its tag and in the window's title. */
  title?: string;
  /** The record type that `:id` of the path is a row of; the page goes by that row's name. */
  names?: string;
  /** One of these permissions opens it; none: whoever is signed in. */
  may?: string[];
  /** Fills the screen, without bar and menu. */
  bare?: true;
}
export type MenuGroup = 'work' | 'county' | 'admin';
export const MENU_GROUPS: MenuGroup[] = ['work', 'county', 'admin'];

export const pages: Page[] = [
  { path: '/dash', load: () => import('./DashPage.vue'), may: ['report.read'],
    menu: { group: 'work', title: 'dash.title' } },
  { path: '/screen/county', load: () => import('./ScreenPage.vue'), may: ['report.read'], title: 'screen.title', bare: true },
  { path: '/today', load: () => import('./TodayPage.vue'), menu: { group: 'work', title: 'today.title' } },
  { path: '/hotline', load: () => import('./HotlinePage.vue'), may: ['call.create'],
    menu: { group: 'work', title: 'hotline.title' } },
  { path: '/dispatch', load: () => import('./DispatchPage.vue'), may: ['request.read'],
    menu: { group: 'work', title: 'dispatch.title' } },
  { path: '/notices', load: () => import('./NoticesPage.vue'), title: 'shell.notices' },
  { path: '/help', load: () => import('./HelpPage.vue'), title: 'guide.title' },

  { path: '/reports', load: () => import('./ReportsPage.vue'), may: ['report.read'],
    menu: { group: 'work', title: 'report.title' } },
  { path: '/report', load: () => import('./ReportPage.vue'), may: ['report.read'], title: 'report.figures' },

  { path: '/admin/plugins', load: () => import('./admin/PluginsPage.vue'), may: ['activation.read'],
    menu: { group: 'admin', title: 'plugins.title' } },
  { path: '/admin/users', load: () => import('./admin/UsersPage.vue'), may: ['account.read'],
    menu: { group: 'admin', title: 'users.title' } },
  { path: '/admin/places', load: () => import('./admin/PlacesPage.vue'), may: ['org_unit.update', 'org_unit.create'],
    menu: { group: 'admin', title: 'places.title' } },
  { path: '/admin/parameters', load: () => import('./admin/ParametersPage.vue'), may: ['policy.read'],
    menu: { group: 'admin', title: 'parameters.title' } },
  { path: '/admin/audit', load: () => import('./admin/AuditPage.vue'), may: ['audit.read'],
    menu: { group: 'admin', title: 'audit.title' } },

  { path: '/print/:type/:id', load: () => import('./PrintPage.vue'), bare: true },

  { path: '/person/:id', load: () => import('./PersonPage.vue'), may: ['resident.read', 'resident.masked'],
    names: 'station.resident', title: 'resident.title' },

  { path: '/t/:type', load: () => import('./ListPage.vue') },
  { path: '/t/:type/new', load: () => import('./EditPage.vue') },
  { path: '/t/:type/import', load: () => import('./ImportPage.vue') },
  { path: '/t/:type/:id', load: () => import('./DetailPage.vue') },
  { path: '/t/:type/:id/edit', load: () => import('./EditPage.vue') },
];

/** Where a role begins its day, if it may; everybody else: what is due. */
const HOMES: Record<string, string> = {
  county_admin: '/dash', county_leader: '/dash', county_section: '/dash', hotline_operator: '/hotline',
  sys_admin: '/admin/users', sec_admin: '/admin/users', audit_admin: '/admin/audit',
};
const HOME = '/today';

type May = (permission: string) => boolean;
export const isOpen = (page: Page, may: May): boolean => !page.may || page.may.some(may);
/** Where a row has a page of its own besides its details: the way there, and what it is called. */
export function pageOf(type: string, id: string, may: May): { to: string; title: string } | null {
  const own = pages.find((page) => page.names === type && isOpen(page, may));
  return own ? { to: own.path.replace(':id', id), title: own.title ?? '' } : null;
}
export const menuPages = (group: MenuGroup, may: May): Page[] =>
  pages.filter((page) => page.menu?.group === group && isOpen(page, may));

export function homeOf(role: string | undefined, may: May): string {
  const home = pages.find(({ path }) => path === HOMES[role ?? '']);
  return home && isOpen(home, may) ? home.path : HOME;
}
