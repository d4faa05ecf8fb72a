// Files go up in pieces: a broken line costs one piece, and the server says where to go on.
import { call, get, post } from './client';
import { isProblem } from './problem';
import { uuid7 } from './uuid';

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
/** Keys of announcements that nobody has answered: asked again, the server knows the upload. */
const unheard = new WeakMap<File, string>();

const received = async (id: string, signal?: AbortSignal) =>
  (await get<{ offset: number }>(`/api/v1/files/${id}`, { signal })).offset;

async function announce(file: File, bytes: ArrayBuffer, signal?: AbortSignal): Promise<Announced> {
  const known = begun.get(file);
  if (known) return { ...known, offset: await received(known.id, signal) };
  const key = unheard.get(file) ?? uuid7();
  unheard.set(file, key);
  const made = await post<Announced>('/api/v1/files',
    { name: file.name, type: typeOf(file), size: bytes.byteLength, sha256: await sha256(bytes) }, { signal, key });
  unheard.delete(file);
  begun.set(file, made);
  return made;
}

/** Where to go on behind a piece. That it is there already says that an answer was lost. */
async function pieceSend(id: string, bytes: ArrayBuffer, offset: number, signal?: AbortSignal): Promise<number> {
  try {
    return (await call('PATCH', `/api/v1/files/${id}`, { bytes, offset, signal })).offset ?? offset + bytes.byteLength;
  } catch (error) {
    if (!isProblem(error) || !['wrong_offset', 'upload_over'].includes(error.code)) throw error;
    return received(id, signal);
  }
}

/** Uploads a file of the caller's; its id. `told` hears how much of it is there, 0 to 1; pieces are of `most`
 *  bytes where the line is bad. */
export async function upload(file: File, told: (share: number) => void = () => {}, signal?: AbortSignal,
  most = Infinity): Promise<string> {
  const bytes = await file.arrayBuffer();
  const { id, offset, chunk_max, chunk_unit } = await announce(file, bytes, signal);
  const large = Math.min(chunk_max, most);
  const piece = Math.max(chunk_unit, large - (large % chunk_unit));
  for (let at = offset; at < bytes.byteLength;) {
    at = await pieceSend(id, bytes.slice(at, at + piece), at, signal);
    told(at / bytes.byteLength);
  }
  begun.delete(file);
  return id;
}
