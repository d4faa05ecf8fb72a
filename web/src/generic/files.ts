// What the server takes as a file, by kind; it looks into the file itself as well.
import { get } from '@/api/client';
import { t } from '@/i18n';

export const ENDINGS: Record<string, string[]> = {
  image: ['jpg', 'jpeg', 'png', 'webp'], pdf: ['pdf'], office: ['docx', 'xlsx'], text: ['csv', 'txt'], audio: ['mp3', 'wav'],
};

export interface FileRow {
  id: string; name: string; type: string; kind: string; size: number;
  state: string; reason: string | null; thumbnail: string | null;
}
export const fileOf = (id: string, signal?: AbortSignal) => get<FileRow>(`/api/v1/files/${id}`, { signal });
export const contentOf = (id: string) => `/api/v1/files/${id}/content`;
export const thumbnailOf = (id: string) => `/api/v1/files/${id}/thumbnail`;

const UNITS = ['B', 'KB', 'MB', 'GB'];
/** 1536 → "1.5 KB" */
export function sizeText(bytes: number): string {
  let i = 0;
  let n = bytes;
  for (; n >= 1024 && i < UNITS.length - 1; i++) n /= 1024;
  return `${n < 10 && i ? n.toFixed(1).replace(/[.]0$/, '') : Math.round(n)} ${UNITS[i]}`;
}

/** Why a file would be refused, before a byte of it is sent; "" when nothing speaks against it. */
export function fileFault(file: File, kinds: string[], most?: number): string {
  const ending = file.name.split('.').pop()?.toLowerCase() ?? '';
  const taken = kinds.flatMap((kind) => ENDINGS[kind] ?? []);
  if (taken.length && !taken.includes(ending)) return t('file.wrong_kind', { kinds: taken.join('、') });
  if (!file.size) return t('file.empty');
  return most && file.size > most ? t('file.too_large', { size: sizeText(most) }) : '';
}
