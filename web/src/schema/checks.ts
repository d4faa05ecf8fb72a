// What a form says at a field before anything is sent. The server decides; what is not known here
// (who else has the number, who may see the division) is left to it.
import { t } from '@/i18n';
import { today } from './format';
import type { Field } from './types';

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const USCC_SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** Full-width signs as people's keyboards make them, spaces and hyphens do not count. */
const plain = (text: string) => text.replace(/[！-～]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
  .replace(/[\s\u3000-]/g, '').toUpperCase();

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

/** GB 11643; the old 15 digits have no check digit. */
export function idNumberFault(given: string): string | null {
  const id = plain(given);
  if (/^[0-9]{15}$/.test(id)) return isDay(`19${id.slice(6, 8)}-${id.slice(8, 10)}-${id.slice(10, 12)}`) ? null : 'check.id_birth';
  if (!/^[0-9]*[0-9X]$/.test(id)) return 'check.id_signs';
  if (!/^[0-9]{17}[0-9X]$/.test(id)) return 'check.id_length';
  if (!isDay(`${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`)) return 'check.id_birth';
  const sum = ID_WEIGHTS.reduce((all, weight, i) => all + weight * Number(id[i]), 0);
  return '10X98765432'[sum % 11] === id[17] ? null : 'check.id_digit';
}

/** GB 32100. */
export function usccFault(given: string): string | null {
  const code = plain(given);
  if (code.length !== 18) return 'check.uscc_length';
  const values = Array.from(code, (sign) => USCC_SIGNS.indexOf(sign));
  if (values.some((value) => value < 0)) return 'check.uscc_signs';
  const sum = values.slice(0, 17).reduce((all, value, i) => all + value * (3 ** i % 31), 0);
  return (31 - (sum % 31)) % 31 === values[17] ? null : 'check.uscc_digit';
}

// Mobile; with area code; or a short or local number.
const PHONE = /^(1[3-9][0-9]{9}|0(10|2[0-9])[2-9][0-9]{7}|0[3-9][0-9]{2}[2-9][0-9]{6,7}|[1-9][0-9]{2,7})$/;

export function phoneFault(given: string): string | null {
  const digits = plain(given).replace(/[()]/g, '').replace(/^(\+86|0086)/, '');
  if (!/^[0-9]*$/.test(digits)) return 'check.phone_signs';
  return PHONE.test(digits) ? null : 'check.phone_length';
}

export interface Said { key: string; values?: Record<string, unknown> }
const said = (key: string | null): Said | null => (key ? { key } : null);

const CHECKS: Record<string, (value: any, field: Field) => Said | null> = {
  'cn-id18': (value: string) => said(idNumberFault(value)),
  'cn-uscc': (value: string) => said(usccFault(value)),
  'cn-phone': (value: string) => said(phoneFault(value)),
  'not-future': (value: string, { format }) =>
    said((format === 'date' ? value > today() : new Date(value).getTime() > Date.now() + 60000) ? 'check.future' : null),
  decimal: (value: string, { 'x-ui': { min, max } }) => range(Number(value), Number(min), Number(max)),
};

function range(value: number, least: number, most: number): Said | null {
  if (value < least) return { key: 'check.least', values: { n: least } };
  return value > most ? { key: 'check.most', values: { n: most } } : null;
}

function numberFault(value: unknown, field: Field): Said | null {
  const isMoney = field['x-ui'].widget === 'money';
  if (typeof value !== 'number') return said(isMoney ? 'check.money' : 'check.integer');
  const shown = isMoney ? 100 : 1;
  return range(value / shown, (field.minimum ?? -Infinity) / shown, (field.maximum ?? Infinity) / shown);
}

function textFault(value: string, field: Field): Said | null {
  const length = [...value].length;
  if (!value.trim()) return said('check.blank');
  if (field.maxLength !== undefined && length > field.maxLength) return { key: 'check.long', values: { n: field.maxLength } };
  if (length < (field.minLength ?? 0)) return { key: 'check.short', values: { n: field.minLength } };
  return said(field.pattern && !new RegExp(field.pattern, 'u').test(value) ? `check.pattern.${patternOf(field)}` : null);
}
const patternOf = ({ 'x-ui': { widget } }: Field) => (widget === 'decimal' || widget === 'clock' || widget === 'card' ? widget : 'any');

export const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === ''
  || (Array.isArray(value) && value.length === 0);

/** What is wrong with the value, in words; null: nothing that can be seen from here. */
export function faultOf(field: Field, value: unknown, needed: boolean): string | null {
  if (isEmpty(value)) return needed ? t('check.needed') : null;
  let found: Said | null = null;
  if ([field.type].flat().includes('integer')) found = numberFault(value, field);
  else if (Array.isArray(value)) found = said(value.length < (field.minItems ?? 0) ? 'check.few'
    : value.length > (field.maxItems ?? Infinity) ? 'check.many' : null);
  else if (typeof value === 'string') found = textFault(value, field);
  for (const name of field['x-check'] ?? []) found ??= CHECKS[name]?.(value, field) ?? null;
  return found ? t(found.key, { scale: field['x-ui'].scale, ...found.values }) : null;
}

/** What the field takes, where its kind alone does not say it. */
export function helpOf(field: Field): string {
  const ui = field['x-ui'];
  const bounds = ui.widget === 'decimal' ? [ui.min, ui.max] : [field.minimum, field.maximum];
  const exact = Number.MAX_SAFE_INTEGER;
  const has = bounds[0] !== undefined && Number(bounds[1]) < exact && ui.widget !== 'money';
  if (has) return t('takes.range', { a: bounds[0], b: bounds[1] });
  return ui.widget === 'id_number' || ui.widget === 'uscc' ? t(`takes.${ui.widget}`) : '';
}

