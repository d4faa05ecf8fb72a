// Files: uploaded in pieces, kept encrypted, held by records, seen by whoever may see them there.
import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { deflateSync } from 'node:zlib';

import { SUYU, faultAt } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { everythingEnv, goodThing, openEverything } from '../plugins/everything/everything.mjs';

const MIB = 1 << 20;
const THINGS = '/everything/things';

let server, who, suyu;

before(async () => {
    server = await startServer({ env: everythingEnv });
    ({ who, suyu } = await openEverything(server));
});
after(() => server?.stop());

// ---- what is uploaded -----------------------------------------------------------------------------

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function crc32(bytes) {
    let crc = ~0;
    for (const byte of bytes) {
        crc ^= byte;
        for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return ~crc >>> 0;
}

function chunk(name, data) {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
}

/** A PNG of these measures: rows of grey, with text as its comment. */
function png(width, height, { text = '', rows = height } = {}) {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    head.set([8, 0, 0, 0, 0], 8);
    const line = Buffer.alloc(width + 1, 0x80);
    line[0] = 0;
    return Buffer.concat([
        Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head),
        ...(text ? [chunk('tEXt', Buffer.from(`Comment\0${text}`, 'latin1'))] : []),
        chunk('IDAT', deflateSync(Buffer.concat(Array(rows).fill(line)))),
        chunk('IEND', Buffer.alloc(0)),
    ]);
}

const csv = (size) => Buffer.from('name,phone\n' + '单秀英,13807465678\n'.repeat(
    Math.ceil(size / 22))).subarray(0, size);

const announced = (bytes, more = {}) => ({
    name: 'photo.png', type: 'image/png', size: bytes.length, sha256: sha256(bytes), ...more,
});
const asText = { name: '名册.txt', type: 'text/plain' };
const asSheet = { name: '名册.csv', type: 'text/csv' };

async function send(caller, id, offset, bytes, headers = {}) {
    const answer = await caller.exchange('PATCH', `/files/${id}`, {
        'Content-Type': 'application/offset+octet-stream',
        'Upload-Offset': String(offset),
        ...headers,
    }, bytes);
    const text = answer.bytes.toString();
    return {
        status: answer.status, body: text ? JSON.parse(text) : null,
        offset: Number(answer.headers.get('upload-offset')),
    };
}

async function announce(caller, bytes, more) {
    const made = await caller.post('/files', announced(bytes, more));
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made.body.id;
}

/** Announces and sends all; the last answer with the id. */
async function upload(caller, bytes, more) {
    const id = await announce(caller, bytes, more);
    let answer;
    for (let at = 0; at < bytes.length; at = answer.offset) {
        answer = await send(caller, id, at, bytes.subarray(at, at + MIB));
        if (answer.status !== 204) break;
    }
    return { id, ...answer };
}

async function uploaded(caller, bytes, more) {
    const { id, status, body } = await upload(caller, bytes, more);
    assert.equal(status, 204, JSON.stringify(body));
    return id;
}

const download = (caller, path, headers = {}) => caller.exchange('GET', `/files/${path}`, headers);

// ---- upload ---------------------------------------------------------------------------------------

test('a small file goes up in one piece and comes down as it was', async () => {
    const bytes = png(20, 10);
    const made = await who.worker.post('/files', announced(bytes, { name: '走访 照片.png' }));
    assert.equal(made.status, 201);
    assert.deepEqual({ ...made.body, id: '' },
        { id: '', offset: 0, state: 'open', chunk_max: MIB, chunk_unit: 65536 });
    const { id } = made.body;
    assert.equal(made.headers.get('location'), `/api/v1/files/${id}`);
    const sent = await send(who.worker, id, 0, bytes);
    assert.deepEqual([sent.status, sent.offset], [204, bytes.length]);
    const { body } = await who.worker.get(`/files/${id}`);
    assert.deepEqual([body.name, body.type, body.kind, body.size, body.offset, body.state, body.sha256],
        ['走访 照片.png', 'image/png', 'image', bytes.length, bytes.length, 'ready', sha256(bytes)]);
    const back = await download(who.worker, `${id}/content`);
    assert.equal(back.status, 200);
    assert.ok(back.bytes.equals(bytes));
    assert.equal(back.headers.get('content-type'), 'image/png');
    assert.equal(back.headers.get('content-disposition'),
        `attachment; filename*=UTF-8''${encodeURIComponent('走访 照片.png')}`);
    assert.equal(back.headers.get('x-content-type-options'), 'nosniff');
    assert.match(back.headers.get('content-security-policy'), /^sandbox; default-src 'none'/);
    const shown = await download(who.worker, `${id}/content?inline=1`);
    assert.match(shown.headers.get('content-disposition'), /^inline; /);
});

test('the same announcement again, under its key, is the same upload with what has arrived', async () => {
    const bytes = csv(2 * 65536);
    const key = randomUUID();
    const again = (caller = who.worker, more = asText) => caller.post('/files', announced(bytes, more), { key });
    const files = async () => Number(await server.psql('select count(*) from core.file'));
    const first = await again();
    assert.equal(first.status, 201);
    const there = await files();
    const { id } = first.body;
    const same = (answer, offset, state) => {
        assert.deepEqual([answer.status, answer.body], [201, { ...first.body, offset, state }]);
        assert.deepEqual(['location', 'upload-offset'].map((name) => answer.headers.get(name)), [`/api/v1/files/${id}`, String(offset)]);
    };
    same(await again(), 0, 'open');
    assert.equal((await send(who.worker, id, 0, bytes.subarray(0, 65536))).status, 204);
    same(await again(), 65536, 'open');
    const other = await again(who.worker, { ...asText, name: '另册.txt' });
    assert.deepEqual([other.status, other.body.code], [422, 'idempotency_key_reused']);
    const elsewhere = await who.worker.post(THINGS, goodThing(), { key });
    assert.deepEqual([elsewhere.status, elsewhere.body.code], [422, 'idempotency_key_reused']);
    assert.equal((await send(who.worker, id, 65536, bytes.subarray(65536))).status, 204);
    same(await again(), bytes.length, 'ready');
    assert.equal(await files(), there);
    for (const caller of [who.head, suyu.head]) { // whose key it is not
        const { status, body } = await again(caller);
        assert.deepEqual([status, body.id !== id], [201, true]);
    }
    await server.psql(`delete from core.file where id = '${id}'`); // as a day later
    const gone = await again();
    assert.deepEqual([gone.status, gone.body.code], [404, 'not_found']);
});

test('announcements under one key at the same time make one upload, also as the last that is allowed', async () => {
    const { head } = suyu;
    const bytes = csv(65536);
    const key = randomUUID();
    const forget = () => server.psql(`delete from core.file where county = ${SUYU}`);
    await forget();
    for (let i = 0; i < 19; i++) await announce(head, bytes, asText);
    const last = () => head.post('/files', announced(bytes, asText), { key });
    const answers = await Promise.all(Array.from({ length: 6 }, last));
    const made = answers.filter(({ status }) => status === 201);
    assert.ok(made.length > 0);
    assert.ok(answers.every(({ status, body }) => status === 201 || body.code === 'in_progress'), JSON.stringify(answers));
    assert.equal(new Set(made.map(({ body }) => body.id)).size, 1);
    assert.equal((await last()).body.id, made[0].body.id);
    const more = await head.post('/files', announced(bytes, asText));
    assert.deepEqual([more.status, more.body.code], [429, 'too_many_uploads']);
    await forget();
});

test('what is announced wrongly is refused at once, all faults together', async () => {
    const bad = await who.worker.post('/files',
        { name: '../x', type: 'text/html', size: 0, sha256: 'abc', more: 1 });
    assert.equal(bad.status, 422);
    assert.deepEqual(['/name', '/type', '/size', '/sha256', '/more'].map((at) => faultAt(bad, at)),
        ['file_name', 'file_type', 'file_size', 'file_sha256', 'unknown_field']);
    const ending = await who.worker.post('/files', announced(png(1, 1), { name: 'a.jpg' }));
    assert.equal(faultAt(ending, '/name'), 'file_ending');
    const big = await who.worker.post('/files', { ...announced(png(1, 1)), size: 10485761 });
    assert.equal(faultAt(big, '/size'), 'file_too_big');
});

test('a piece at the wrong place is told the right one', async () => {
    const bytes = csv(3 * 65536 + 100);
    const id = await announce(who.worker, bytes, asText);
    for (const [offset, piece, status, code] of [
        [65536, bytes.subarray(0, 65536), 409, 'wrong_offset'],
        [0, bytes.subarray(0, 100), 422, 'chunk_too_small'],
        [0, Buffer.concat([bytes, bytes]), 413, 'more_than_announced'],
        ['x', bytes, 400, 'upload_offset_required'],
    ]) {
        const answer = await send(who.worker, id, offset, piece);
        assert.deepEqual([answer.status, answer.body.code], [status, code]);
    }
    const wrong = await send(who.worker, id, 0, bytes, { 'Content-Type': 'application/json' });
    assert.deepEqual([wrong.status, wrong.body.code], [415, 'offset_type_expected']);
    // whole units are kept, and the answer says how many bytes that are
    const some = await send(who.worker, id, 0, bytes.subarray(0, 100_000));
    assert.deepEqual([some.status, some.offset], [204, 65536]);
    assert.equal((await send(who.worker, id, 100_000, bytes.subarray(100_000))).offset, 65536);
    const rest = await send(who.worker, id, 65536, bytes.subarray(65536));
    assert.deepEqual([rest.status, rest.offset], [204, bytes.length]);
    assert.equal((await send(who.worker, id, 65536, bytes.subarray(65536))).body.code, 'upload_over');
    assert.ok((await download(who.worker, `${id}/content`)).bytes.equals(bytes));
});

test('an upload goes on after its worker was killed', async () => {
    const bytes = csv(3 * MIB + 12345);
    const id = await announce(who.worker, bytes, asSheet);
    assert.equal((await send(who.worker, id, 0, bytes.subarray(0, MIB))).status, 204);
    for (const pid of server.pids('worker')) process.kill(pid, 'SIGKILL');
    await server.healthy();
    const { body } = await who.worker.get(`/files/${id}`);
    assert.deepEqual([body.state, body.offset], ['open', MIB]);
    for (let at = body.offset; at < bytes.length;) {
        const piece = await send(who.worker, id, at, bytes.subarray(at, at + MIB));
        assert.equal(piece.status, 204, JSON.stringify(piece.body));
        at = piece.offset;
    }
    assert.ok((await download(who.worker, `${id}/content`)).bytes.equals(bytes));
});

test('what came differs from what was announced: refused, and nothing kept', async () => {
    const jpeg = { name: 'photo.jpg', type: 'image/jpeg' };
    const good = png(20, 10);
    const zip = Buffer.concat([good, Buffer.from('504b0506' + '00'.repeat(18), 'hex')]);
    const cases = [
        ['wrong hash', good, { sha256: sha256('other') }, 'file_hash_differs'],
        ['PNG named .jpg', good, jpeg, 'file_content_differs'],
        ['picture and zip at once', zip, {}, 'file_content_differs'],
        ['JPEG and zip at once', Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), zip]), jpeg,
            'file_content_differs'],
        ['page as text', Buffer.from('\ufeff <html><script>1</script>'), asText, 'file_content_differs'],
        ['page as picture', Buffer.from('<html>'), {}, 'file_content_differs'],
        ['binary as text', Buffer.from([65, 0, 66]), asSheet, 'file_content_differs'],
        ['zip as docx', zip, { name: 'a.docx',
            type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
        'file_content_differs'],
        ['text as PDF', Buffer.from('%PDX-1.4 %%EOF'), { name: 'a.pdf', type: 'application/pdf' },
            'file_content_differs'],
    ];
    const there = (await settledBlobs()).length;
    for (const [what, bytes, more, code] of cases) {
        const { id, status, body } = await upload(who.worker, bytes, more);
        assert.deepEqual([status, body.code], [422, code], what);
        const after = await who.worker.get(`/files/${id}`);
        assert.deepEqual([after.body.state, after.body.reason], ['refused', code], what);
        assert.equal((await download(who.worker, `${id}/content`)).status, 409, what);
        assert.equal((await send(who.worker, id, 0, bytes)).body.code, 'upload_refused', what);
    }
    assert.equal((await settledBlobs()).length, there);
});

test('every type that is taken is taken', async () => {
    const entry = (name) => {
        const head = Buffer.alloc(46);
        head.write('PK\x01\x02', 'latin1');
        head.writeUInt16LE(name.length, 28);
        return Buffer.concat([head, Buffer.from(name)]);
    };
    const office = (part) => {
        const first = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26)]);
        const list = Buffer.concat([entry('[Content_Types].xml'), entry(part)]);
        const end = Buffer.alloc(22);
        end.write('PK\x05\x06', 'latin1');
        end.writeUInt16LE(2, 10);
        end.writeUInt32LE(list.length, 12);
        end.writeUInt32LE(first.length, 16);
        return Buffer.concat([first, list, end]);
    };
    const xml = 'application/vnd.openxmlformats-officedocument.';
    const webp = Buffer.from('RIFF\x0c\x00\x00\x00WEBPVP8 \x00\x00\x00\x00', 'latin1');
    for (const [bytes, name, type] of [
        [Buffer.from('ffd8ffe000104a464946', 'hex'), 'a.JPEG', 'image/jpeg'],
        [webp, 'a.webp', 'image/webp'],
        [Buffer.from('%PDF-1.4\n%%EOF\n'), 'a.pdf', 'application/pdf'],
        [office('word/document.xml'), 'a.docx', `${xml}wordprocessingml.document`],
        [office('xl/workbook.xml'), 'a.xlsx', `${xml}spreadsheetml.sheet`],
        [Buffer.from('a,b\r\n1,2\r\n'), 'a.csv', 'text/csv'],
        [Buffer.from('\ufeffab', 'utf16le'), 'a.txt', 'text/plain'],
    ]) await uploaded(who.worker, bytes, { name, type });
});

test('an account has only so many uploads open', async () => {
    const bytes = png(5, 5);
    let last;
    for (let i = 0; i <= 20; i++) {
        last = await who.operator.post('/files', announced(bytes));
        if (last.status !== 201) break;
    }
    assert.deepEqual([last.status, last.body.code], [429, 'too_many_uploads']);
    assert.ok(Number(last.headers.get('retry-after')) > 0);
});

// ---- on disk --------------------------------------------------------------------------------------

/** Paths of all blobs. */
function blobs(folder = join(server.place.state, 'files')) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return entry.name === 'up' ? [] : blobs(path);
        return [path];
    });
}

/** The same when no thumbnail is still to come. */
async function settledBlobs() {
    for (let i = 0; i < 300; i++) {
        const due = await server.psql(`select count(*) from core.file where thumb_state = 'due'`);
        if (due.trim() === '0') return blobs();
        await sleep(100);
    }
    throw new Error('thumbnails are not made');
}

async function newBlob(caller, bytes, more) {
    const before = new Set(await settledBlobs());
    const id = await uploaded(caller, bytes, more);
    const [path] = blobs().filter((one) => !before.has(one));
    return { id, path };
}

test('the disk holds no plain bytes, and equal contents once a county', async () => {
    const bytes = Buffer.from(`43112919431205${randomBytes(8).toString('hex')} 单秀英 `.repeat(20));
    const { path } = await newBlob(who.worker, bytes, asText);
    const raw = readFileSync(path);
    assert.equal(raw.indexOf('43112919431205'), -1);
    assert.equal(raw.indexOf(Buffer.from('单秀英')), -1);
    assert.equal(statSync(join(server.place.state, 'files')).mode & 0o777, 0o700);
    const many = (await settledBlobs()).length;
    await uploaded(who.head, bytes, asText);
    assert.equal(blobs().length, many);
    await uploaded(suyu.head, bytes, asText);
    assert.equal(blobs().length, many + 1);
    assert.ok(!server.log.includes('名册'));
});

test('a blob that was tampered with is refused and said in the log', async () => {
    const { id, path } = await newBlob(who.worker, csv(200_000), asText);
    const raw = readFileSync(path);
    for (const at of [10, 5000, raw.length - 5]) {
        const bad = Buffer.from(raw);
        bad[at] ^= 1;
        writeFileSync(path, bad);
        const answer = await download(who.worker, `${id}/content`);
        assert.equal(answer.status, 500);
        assert.equal(JSON.parse(answer.bytes).code, 'file_damaged');
    }
    await server.logged(/"event":"file_damaged"/);
    // damage further on: the answer breaks off instead of going on with other bytes
    const bad = Buffer.from(raw);
    bad[150_000] ^= 1;
    writeFileSync(path, bad);
    await assert.rejects(download(who.worker, `${id}/content`));
    writeFileSync(path, raw.subarray(0, raw.length - 100));
    assert.equal((await download(who.worker, `${id}/content`)).status, 500);
    writeFileSync(path, raw);
    assert.equal((await download(who.worker, `${id}/content`)).status, 200);
});

test('ranges', async () => {
    const bytes = csv(150_000);
    const id = await uploaded(who.worker, bytes, asText);
    for (const [range, from, to] of [['bytes=0-9', 0, 9], ['bytes=65530-65550', 65530, 65550],
        ['bytes=149990-', 149990, 149999], ['bytes=-5', 149995, 149999],
        ['bytes=10-999999', 10, 149999]]) {
        const part = await download(who.worker, `${id}/content`, { Range: range });
        assert.equal(part.status, 206, range);
        assert.equal(part.headers.get('content-range'), `bytes ${from}-${to}/150000`);
        assert.ok(part.bytes.equals(bytes.subarray(from, to + 1)), range);
    }
    for (const range of ['bytes=150000-', 'bytes=-0']) {
        const none = await download(who.worker, `${id}/content`, { Range: range });
        assert.equal(none.status, 416, range);
        assert.equal(none.headers.get('content-range'), 'bytes */150000');
    }
    for (const range of ['bytes=5-1', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=']) {
        assert.equal((await download(who.worker, `${id}/content`, { Range: range })).status, 200, range);
    }
});

// ---- thumbnails -----------------------------------------------------------------------------------

/** What the thumbnail's URL answers once it is decided. */
async function thumbnail(caller, id) {
    for (let i = 0; i < 600; i++) {
        const answer = await download(caller, `${id}/thumbnail`);
        if (answer.status !== 404 || JSON.parse(answer.bytes).code !== 'thumbnail_not_yet') return answer;
        assert.ok(Number(answer.headers.get('retry-after')) > 0);
        await sleep(100);
    }
    throw new Error('no thumbnail came');
}

/** Width and height in a JPEG's frame header. */
function jpegSize(bytes) {
    for (let at = 2; at < bytes.length;) {
        const [mark, length] = [bytes[at + 1], bytes.readUInt16BE(at + 2)];
        if (mark >= 0xc0 && mark <= 0xc2) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)];
        at += 2 + length;
    }
    return [];
}

test('a photo gets a small picture without what the photo tells beside', async () => {
    const id = await uploaded(who.worker, png(1000, 500, { text: 'GPS 24.97 111.47' }));
    const small = await thumbnail(who.worker, id);
    assert.equal(small.status, 200);
    assert.equal(small.headers.get('content-type'), 'image/jpeg');
    assert.deepEqual(jpegSize(small.bytes), [320, 160]);
    assert.equal(small.bytes.indexOf('GPS'), -1);
    assert.equal((await who.worker.get(`/files/${id}`)).body.thumbnail, 'made');
    assert.equal((await download(who.head, `${id}/thumbnail`)).status, 404);
});

test('a photo\'s EXIF stays in the photo alone', async () => {
    const tiff = Buffer.from('4d4d002a00000008' + '0001' + '010f0002' + '00000010' + '0000001a'
        + '00000000', 'hex');
    const exif = Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from('SecretCamera123\0')]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(exif.length + 2);
    const plain = await thumbnail(who.worker, await uploaded(who.worker, png(64, 64)));
    const photo = Buffer.concat([plain.bytes.subarray(0, 2), Buffer.from('ffe1', 'hex'), length, exif,
        plain.bytes.subarray(2)]);
    const id = await uploaded(who.worker, photo, { name: 'p.jpg', type: 'image/jpeg' });
    const small = await thumbnail(who.worker, id);
    const [width, height] = jpegSize(small.bytes);
    assert.ok(small.status === 200 && width === height && width <= 320, `${width} × ${height}`);
    assert.equal(small.bytes.indexOf('SecretCamera'), -1);
    assert.ok((await download(who.worker, `${id}/content`)).bytes.equals(photo));
    assert.ok(!JSON.stringify((await who.worker.get(`/files/${id}`)).body).includes('SecretCamera'));
});

test('a picture made to burst whoever opens it gives none, and the next one does', async () => {
    const [jobs] = server.pids('jobs');
    const bomb = await uploaded(who.worker, png(50_000, 50_000, { rows: 1000 }));
    const broken = await uploaded(who.worker, png(30_000, 30_000, { rows: 1 }));
    const good = await uploaded(who.worker, png(40, 40));
    for (const id of [bomb, broken]) {
        const answer = await thumbnail(who.worker, id);
        assert.deepEqual([answer.status, JSON.parse(answer.bytes).code], [404, 'no_thumbnail']);
    }
    assert.equal((await thumbnail(who.worker, good)).status, 200);
    assert.deepEqual(server.pids('jobs'), [jobs]);
    const text = await uploaded(who.worker, csv(100), asText);
    assert.equal((await download(who.worker, `${text}/thumbnail`)).status, 404);
});

// ---- held by records ------------------------------------------------------------------------------

async function thing(caller, more) {
    const made = await caller.post(THINGS, goodThing(more));
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return made;
}

async function states(id, path = '/content') {
    const all = { worker: who.worker, head: who.head, helukou: who.helukou, suyu: suyu.head };
    const out = {};
    for (const [name, caller] of Object.entries(all))
        out[name] = (await download(caller, id + path)).status;
    return out;
}

test('until a record holds it a file is its uploader\'s alone', async () => {
    const id = await uploaded(who.worker, png(8, 8));
    for (const path of ['', '/content', '/thumbnail']) {
        const seen = await states(id, path);
        assert.deepEqual([seen.head, seen.helukou, seen.suyu], [404, 404, 404], path);
    }
    const other = await send(who.head, id, 0, png(8, 8));
    assert.equal(other.status, 404);
    for (const bad of ['not-a-uuid', '00000000-0000-7000-8000-000000000000'])
        assert.equal((await download(who.worker, `${bad}/content`)).status, 404);
});

test('what a record holds is seen by whoever may see that field there', async () => {
    const photo = await uploaded(who.worker, png(9, 9));
    const paper = await uploaded(who.worker, csv(500), asText);
    const made = await thing(who.worker, { photo, paper });
    assert.deepEqual([made.body.photo, made.body.paper], [photo, paper]);
    for (const id of [photo, paper])
        assert.deepEqual(await states(id), { worker: 200, head: 200, helukou: 404, suyu: 404 });
    assert.deepEqual(await states(photo, '/thumbnail').then(({ helukou, suyu: there }) =>
        [helukou, there]), [404, 404]);
    const { body } = await who.head.get(`/files/${photo}`);
    assert.deepEqual([body.record, body.record_id, body.field],
        ['everything.thing', made.body.id, 'photo']);
    // a masked reader sees the photo (class 1), not the paper (class 2)
    const masked = [await download(who.operator, `${photo}/content`),
        await download(who.operator, `${paper}/content`)];
    assert.deepEqual(masked.map(({ status }) => status), [200, 404]);
    const looks = await server.rows(`select action, object, fields from core.audit
        where object_id = '${made.body.id}' and 'photo' = any(fields) and action = 'look'`);
    assert.ok(looks.length >= 2, JSON.stringify(looks));
    // given again it stays; taken out it is nobody's any more
    const path = `${THINGS}/${made.body.id}`;
    const again = await who.worker.patch(path, { photo }, made.etag);
    assert.equal(again.status, 200, JSON.stringify(again.body));
    const without = await who.worker.patch(path, { photo: null }, again.etag);
    assert.equal(without.status, 200, JSON.stringify(without.body));
    assert.deepEqual(await states(photo), { worker: 404, head: 404, helukou: 404, suyu: 404 });
});

test('a record takes only finished files of the caller, of its kinds and size, once', async () => {
    const photo = await uploaded(who.worker, png(11, 11));
    const open = await announce(who.worker, png(12, 12));
    const others = await uploaded(who.head, png(13, 13));
    const there = await uploaded(suyu.head, png(14, 14));
    const text = await uploaded(who.worker, csv(90), asText);
    const large = await uploaded(who.worker, png(6000, 1000, { text: 'x'.repeat(5_000_000) }));
    for (const id of [open, others, there, text, large, '00000000-0000-7000-8000-000000000000']) {
        const refused = await who.worker.post(THINGS, goodThing({ photo: id }));
        assert.deepEqual([refused.status, faultAt(refused, '/photo')], [422, 'file_unfit'], id);
    }
    assert.equal((await thing(who.worker, { photo })).body.photo, photo);
    const twice = await who.worker.post(THINGS, goodThing({ photo }));
    assert.equal(faultAt(twice, '/photo'), 'file_unfit');
    const second = await thing(who.worker);
    const moved = await who.worker.patch(`${THINGS}/${second.body.id}`, { photo }, second.etag);
    assert.equal(faultAt(moved, '/photo'), 'file_unfit');
});

test('each wall holds alone: row security refuses what the application did not', async () => {
    const id = await uploaded(who.worker, png(15, 15));
    const seen = async (county, actor) => (await server.psql(`begin;
        select set_config('wl.county', '${county}', true) is null;
        select set_config('wl.actor', '${actor}', true) is null;
        set local role wulian_app;
        select count(*) from core.file where id = '${id}';
        rollback;`)).trim().split('\n').at(-1);
    assert.deepEqual([await seen(431129, who.worker.account), await seen(431129, who.head.account),
        await seen(321311, who.worker.account), await seen(321311, suyu.head.account)],
    ['1', '0', '0', '0']);
});

test('what nobody took is forgotten after a day, what is held stays', async () => {
    const held = await uploaded(who.worker, png(17, 17));
    await thing(who.worker, { photo: held });
    const loose = await uploaded(who.worker, png(18, 18));
    await server.psql(`update core.file set expires_at = now() - interval '1 hour'
        where id in ('${held}', '${loose}') and expires_at is not null`);
    assert.equal((await server.psql('select core.file_forget(431129, 100)', 'wulian_gate')).trim(), '1');
    assert.equal((await download(who.worker, `${loose}/content`)).status, 404);
    assert.equal((await download(who.worker, `${held}/content`)).status, 200);
});

// ---- size -----------------------------------------------------------------------------------------

test('a large file takes no memory on its way up and down', async () => {
    const bytes = csv(60 * MIB);
    const rss = () => server.pids('worker').map((pid) => Number(
        /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]));
    const small = await uploaded(who.worker, csv(2 * MIB), asSheet);
    await download(who.worker, `${small}/content`);
    const was = Math.max(...rss());
    const id = await uploaded(who.worker, bytes, asSheet);
    const back = await download(who.worker, `${id}/content`);
    assert.ok(back.bytes.equals(bytes));
    const grown = Math.max(...rss()) - was;
    // a sanitizer keeps what was freed, to find its later use
    const most = /san/.test(process.env.WULIAN_BUILD ?? '') ? Infinity : 12_000;
    assert.ok(grown < most, `a worker grew by ${grown} kB`);
});
