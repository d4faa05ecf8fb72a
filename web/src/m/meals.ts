// Today's rounds with their stops: those I drive, else those nobody has begun.
import type { Row } from '@/schema/types';
import { listed, type Listed } from './list';

export interface Round { row: Row; stops: Row[]; next: Row | null; done: number }
export interface Meals { routes: Listed; orders: Listed }

export async function mealsOf(date: string, signal: AbortSignal): Promise<Meals> {
  const asked = { 'date.eq': date };
  const [routes, orders] = await Promise.all([listed('elderly.meal_route', asked, signal), listed('elderly.meal_order', asked, signal)]);
  return { routes, orders };
}

const AHEAD = ['planned', 'confirmed', 'cooking', 'out'];
const place = (row: Row) => (typeof row.stop_no === 'number' ? row.stop_no : Infinity);

export function roundsOf({ routes, orders }: Meals, account: string): Round[] {
  return routes.items.filter(({ courier, state }) => courier === account || (!courier && state === 'planned')).map((row) => {
    const stops = orders.items.filter((order) => order.route === row.id && order.state !== 'cancelled').sort((a, b) => place(a) - place(b));
    return { row, stops, next: stops.find(({ state }) => AHEAD.includes(String(state))) ?? null,
      done: stops.filter(({ state }) => !AHEAD.includes(String(state))).length };
  });
}
