// Files go up in pieces: a broken line costs one piece, and the server says where to go on.
import { call, get, post } from './client';

const TYPES: Record<string, string> = {
  csv: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', webp: 'image/webp', pdf: 'application/pdf',
  mp3: 'audio/mpeg', wav: 'audio/wav',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', txt: 'text/plain',
};

const typeOf = (file: File) => TYPES[file.name.split('.').pop()?.toLowerCase() ?? ''] ?? file.type;

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface Announced { id: string; offset: number; chunk_max: number; chunk_unit: number }
/** What did not get through, by file: sent again, it goes on where it broke off. */
const begun = new WeakMap<File, Announced>();

async function announce(file: File, bytes: ArrayBuffer, signal?: AbortSignal): Promise<Announced> {
  const known = begun.get(file);
  if (known) return { ...known, offset: (await get<{ offset: number }>(`/api/v1/files/${known.id}`, { signal })).offset };
  const made = await post<Announced>('/api/v1/files',
    { name: file.name, type: typeOf(file), size: bytes.byteLength, sha256: await sha256(bytes) }, { signal });
  begun.set(file, made);
  return made;
}

/** Uploads a file of the caller's; its id. `told` hears how much of it is there, 0 to 1. */
export async function upload(file: File, told: (share: number) => void = () => {}, signal?: AbortSignal): Promise<string> {
  const bytes = await file.arrayBuffer();
  const { id, offset, chunk_max, chunk_unit } = await announce(file, bytes, signal);
  const piece = chunk_max - (chunk_max % chunk_unit);
  for (let at = offset; at < bytes.byteLength;) {
    const answer = await call('PATCH', `/api/v1/files/${id}`, { bytes: bytes.slice(at, at + piece), offset: at, signal });
    at = answer.offset ?? at + piece;
    told(at / bytes.byteLength);
  }
  begun.delete(file);
  return id;
}
