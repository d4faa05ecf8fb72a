// Values as people read them. Times are those of Asia/Shanghai, wherever the browser stands.
import type { DictRow } from './types';

const ZONE = 'Asia/Shanghai';
const partsOf = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, hourCycle: 'h23', year: 'numeric',
  month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });

function parts(time: string | Date): Record<string, string> {
  const given: Record<string, string> = {};
  for (const { type, value } of partsOf.formatToParts(typeof time === 'string' ? new Date(time) : time))
    given[type] = value;
  return given;
}

/** "2026-11-22 20:40" */
export function timeText(time: string): string {
  const p = parts(time);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`;
}

/** "2026-11-22" of now. */
export function today(): string {
  const p = parts(new Date());
  return `${p.year}-${p.month}-${p.day}`;
}

/** "2026-11-22T20:40" as date pickers want it, and back with the zone said. */
export const localOf = (time: string): string => timeText(time).replace(' ', 'T');
export const timeOf = (local: string): string => `${local.length === 16 ? `${local}:00` : local}+08:00`;

/** 123450 → "1,234.50": 分 as yuan, without floating point. */
export function moneyText(fen: number): string {
  const whole = Math.trunc(Math.abs(fen) / 100);
  const cents = String(Math.abs(fen) % 100).padStart(2, '0');
  return `${fen < 0 ? '-' : ''}${String(whole).replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}

/** "1,234.5" → 123450; null when it is no amount of at most two places. */
export function moneyOf(text: string): number | null {
  const m = /^(-?)([0-9]{1,13})(?:[.]([0-9]{1,2}))?$/.exec(text.trim().replace(/[,，\s¥￥]/g, ''));
  if (!m) return null;
  const fen = Number(m[2]) * 100 + Number((m[3] ?? '').padEnd(2, '0'));
  return m[1] ? -fen : fen;
}

export function codeText(rows: DictRow[], value: string, english: boolean): string {
  const row = rows.find(({ v }) => v === value);
  return row ? (english ? row.en : row.zh) : value;
}

/** How long until `due`: the largest two units, "3 天 4 小时"; negative when past. */
export function span(ms: number): { days: number; hours: number; minutes: number; past: boolean } {
  const minutes = Math.floor(Math.abs(ms) / 60000);
  return { days: Math.floor(minutes / 1440), hours: Math.floor(minutes / 60) % 24, minutes: minutes % 60, past: ms < 0 };
}
