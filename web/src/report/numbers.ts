// Figures of a report as people read them.
import { moneyText } from '@/schema/format';
import type { Indicator, Part } from './types';

const MONEY = ['分', 'fen'];
const isMoney = ({ unit }: Indicator) => MONEY.includes(unit);
const grouped = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

export const numberText = (of: Indicator, n: number): string => (isMoney(of) ? `¥${moneyText(n)}` : grouped(n));
export const unitText = (of: Indicator): string => (isMoney(of) ? '' : of.unit);
export const shareText = ({ share }: Indicator): string =>
  (share && share.of ? `${Math.round((1000 * share.value) / share.of) / 10}%` : '');
/** "+2", "−3"; nothing to put right is nothing to say. */
export const correctionText = (of: Indicator): string =>
  (of.correction ? `${of.correction > 0 ? '+' : '−'}${numberText(of, Math.abs(of.correction))}` : '');
/** How it stands to the month before: the sign is said in words beside it. */
export const change = ({ value, previous }: Indicator): number => (previous === undefined ? 0 : value - previous);
export const kindsOf = ({ by_kind: kinds }: Indicator): Part[] =>
  kinds.filter(({ value }) => value).sort((a, b) => b.value - a.value);
