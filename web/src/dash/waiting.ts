// What waits for a decision of the caller's: where a record stands, and who may move it on. The server
// decides; what is asked for here are only the lists that the role could find something in.
import { get, query } from '@/api/client';
import type { Job } from '@/api/jobs';
import { may } from '@/state/me';
import { menuItems } from '@/state/menu';
import type { Label } from '@/schema/types';

interface Step { type: string; states: string; may: string[] }
const STEPS: Step[] = [
  { type: 'station.month_report', states: 'submitted', may: ['report.accept'] },
  { type: 'station.expense', states: 'claimed', may: ['expense.approve', 'expense.approve_high'] },
  { type: 'station.contract_payment', states: 'requested', may: ['contract_payment.approve'] },
  { type: 'station.fund_replan', states: 'township_agreed', may: ['fund_replan.agree_county'] },
  { type: 'station.fund_replan', states: 'county_agreed', may: ['fund_replan.agree_finance'] },
  { type: 'station.request', states: 'new', may: ['request.accept'] },
  { type: 'station.request', states: 'returned', may: ['request.decide'] },
  { type: 'station.action_item', states: 'done', may: ['action_item.verify'] },
  { type: 'station.rectification', states: 'submitted', may: ['rectification.accept'] },
  { type: 'station.key_work_part', states: 'reported', may: ['key_work.manage'] },
  { type: 'station.major_item', states: 'submitted,deliberated', may: ['major_item.decide'] },
  { type: 'station.demo_site', states: 'proposed', may: ['demo_site.decide'] },
  { type: 'station.activity', states: 'planned', may: ['activity.approve'] },
  { type: 'station.policy_value', states: 'proposed', may: ['policy.approve'] },
  { type: 'station.mode_switch', states: 'draft', may: ['mode.approve'] },
  { type: 'station.talent_plan', states: 'draft', may: ['talent.approve'] },
  { type: 'elderly.errand', states: 'disputed', may: ['elder.decide'] },
  { type: 'elderly.aid_device', states: 'proposed', may: ['elder.decide'] },
  { type: 'elderly.subsidy_grant', states: 'proposed', may: ['elder.decide'] },
];

export interface Waiting { key: string; labels: Label; n: number; to: { path: string; query: Record<string, string> } }

async function countOf({ type, states }: Step, signal: AbortSignal): Promise<Waiting | null> {
  const item = menuItems().find((known) => known.type === type);
  if (!item) return null; // its service is off
  const filter: Record<string, string> = states.includes(',') ? { 'state.in': states } : { 'state.eq': states };
  const { count } = await get<{ count: number }>(
    `${item.path}${query({ ...filter, count: 'exact', limit: 1, fields: 'state' })}`, { signal });
  return count ? { key: `${type}/${states}`, labels: item.labels, n: count, to: { path: `/t/${type}`, query: filter } } : null;
}

/** Exports of whole tables that want a second person's yes. */
async function exportsWaiting(signal: AbortSignal): Promise<number> {
  const { items } = await get<{ items: Job[] }>('/api/v1/jobs?state=waiting&limit=200', { signal });
  return items.filter(({ _actions: actions }) => actions.includes('approve')).length;
}

export interface AllWaiting { rows: Waiting[]; exports: number; n: number }

export async function waitingFor(signal: AbortSignal): Promise<AllWaiting> {
  const steps = STEPS.filter(({ may: one }) => one.some(may));
  const [exports, ...rows] = await Promise.all([exportsWaiting(signal), ...steps.map((step) => countOf(step, signal))]);
  const found = rows.filter((row): row is Waiting => row !== null).sort((a, b) => b.n - a.n);
  return { rows: found, exports, n: exports + found.reduce((sum, { n }) => sum + n, 0) };
}
