// Tables in and out, as a test sends and gets them: upload, wait for the job, download.
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const MIB = 1 << 20;
const TYPES = {
    csv: 'text/csv',
    png: 'image/png',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** A picture of one pixel, as a PNG. */
export const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64');

/** Uploads bytes as a file of the caller's; its id. */
export async function upload(caller, bytes, name = '名册.csv') {
    const announced = await caller.post('/files', {
        name, type: TYPES[name.split('.').pop()], size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    if (announced.status !== 201) throw new Error(`upload: ${JSON.stringify(announced.body)}`);
    const { id } = announced.body;
    for (let at = 0; at < bytes.length;) {
        const answer = await fetch(`${caller.base}/api/v1/files/${id}`, {
            method: 'PATCH',
            headers: {
                Authorization: `Bearer ${caller.token}`,
                'Content-Type': 'application/offset+octet-stream',
                'Upload-Offset': String(at),
            },
            body: bytes.subarray(at, at + MIB),
        });
        if (answer.status !== 204) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
        at = Number(answer.headers.get('upload-offset'));
    }
    return id;
}

/** Rows of cells as CSV bytes (UTF-8). */
export function csv(rows) {
    const cell = (value) => /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
    return Buffer.from(rows.map((row) => row.map((value) => cell(String(value ?? ''))).join(',') + '\n')
        .join(''));
}

/** The job when it has ended (or `until` says so), as the caller sees it. */
export async function jobEnd(caller, id, until = ({ state }) =>
    ['done', 'failed', 'cancelled'].includes(state), seconds = 120) {
    for (let i = 0; i < seconds * 20; i++) {
        const { status, body } = await caller.get(`/jobs/${id}`);
        if (status === 200 && until(body)) return body;
        await sleep(50);
    }
    throw new Error(`job ${id} did not end: ${JSON.stringify((await caller.get(`/jobs/${id}`)).body)}`);
}

/** Uploads rows (or bytes) and asks for their import: the accepted job. */
export async function importBegin(caller, path, rows, { dry = false, name, ...options } = {}) {
    const file = await upload(caller, Buffer.isBuffer(rows) ? rows : csv(rows), name);
    const asked = await caller.post(`${path}/import?dry_run=${dry}`, { file, ...options });
    if (asked.status !== 202) throw new Error(`import: ${asked.status} ${JSON.stringify(asked.body)}`);
    return asked.body;
}

/** Same, to its end; with all faults as [row, field, code]. */
export async function importRows(caller, path, rows, options) {
    const job = await jobEnd(caller, (await importBegin(caller, path, rows, options)).id);
    const { body } = await caller.get(`/jobs/${job.id}/faults?limit=1000`);
    return { ...job, faulty: body.items.map(({ row, field, code }) => [row, field, code]) };
}
