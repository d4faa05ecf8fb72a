// Files go up in pieces: a broken line costs one piece, and the server says where to go on.
import { call, post } from './client';

const TYPES: Record<string, string> = {
  csv: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', webp: 'image/webp', pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', txt: 'text/plain',
};

const typeOf = (file: File) => TYPES[file.name.split('.').pop()?.toLowerCase() ?? ''] ?? file.type;

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface Announced { id: string; offset: number; chunk_max: number; chunk_unit: number }

/** Uploads a file of the caller's; its id. `told` hears how much of it is there, 0 to 1. */
export async function upload(file: File, told: (share: number) => void = () => {}): Promise<string> {
  const bytes = await file.arrayBuffer();
  const { id, chunk_max, chunk_unit } = await post<Announced>('/api/v1/files',
    { name: file.name, type: typeOf(file), size: bytes.byteLength, sha256: await sha256(bytes) });
  const piece = chunk_max - (chunk_max % chunk_unit);
  for (let at = 0; at < bytes.byteLength;) {
    const answer = await call('PATCH', `/api/v1/files/${id}`, { bytes: bytes.slice(at, at + piece), offset: at });
    at = answer.offset ?? at + piece;
    told(at / bytes.byteLength);
  }
  return id;
}
