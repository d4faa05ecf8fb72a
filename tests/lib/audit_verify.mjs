// A second verifier of the sealed ledger, written from the description in core/audit/ledger.h, canon.h
// and tree.h alone: node:crypto and nothing of ours.
//
//     verifyExport(text, { keys: [hex], outside: text }) → null, or { line, why }
import { createHash, createPublicKey, verify } from 'node:crypto';

const INT = 'int', UUID = 'uuid', HEX = 'hex', TEXT = 'text', LIST = 'list';

export const ROW = {
    seq: INT, county: INT, epoch: INT, xid: INT, at: INT, id: UUID, request: UUID, actor: UUID, role: TEXT,
    address: TEXT, action: TEXT, object: TEXT, object_id: UUID, div: INT, fields: LIST, n: INT, result: TEXT,
    reason: TEXT, note: TEXT,
};
export const SEAL = {
    seal: INT, county: INT, n: INT, root: HEX, previous: HEX, epoch: INT, xid: INT, first_at: INT, last_at: INT,
    sealed_at: INT, suite: INT, key: HEX, signature: HEX,
};
const HEAD = { audit: INT, county: INT, seq: INT, seal: INT, edge: HEX };
const END = { rows: INT, seals: INT };
const ED25519 = 1;

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const sized = (bytes) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
};

const KINDS = {
    [INT]: [Number.isSafeInteger, (v) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigInt64BE(BigInt(v));
        return bytes;
    }],
    [UUID]: [(v) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(v),
        (v) => Buffer.from(v.replaceAll('-', ''), 'hex')],
    [HEX]: [(v) => typeof v === 'string' && /^([0-9a-f]{2})*$/.test(v), (v) => sized(Buffer.from(v, 'hex'))],
    [TEXT]: [(v) => typeof v === 'string', (v) => sized(Buffer.from(v))],
    [LIST]: [Array.isArray, (v) => sized(Buffer.from(written(v)))],
};

/** JSON as the server writes it: two separators escaped that JSON.stringify leaves. */
export function written(value) {
    return JSON.stringify(value).replace(/[\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
}

export function bytesOf(columns, values, without = []) {
    return Buffer.concat(Object.entries(columns).filter(([name]) => !without.includes(name))
        .map(([name, kind]) => values[name] === null ? Buffer.from([0])
            : Buffer.concat([Buffer.from([1]), KINDS[kind][1](values[name])])));
}

class Wrong extends Error {}
const must = (right, why) => {
    if (!right) throw new Wrong(why);
};

function read(columns, line) {
    let values;
    try {
        values = JSON.parse(line);
    } catch {
        throw new Wrong('no JSON');
    }
    const names = Object.keys(columns);
    must(written(values) === line && Object.keys(values).join() === names.join(), 'another form');
    for (const name of names)
        must((columns === ROW && values[name] === null) || KINDS[columns[name]][0](values[name]),
            `${name} is of another kind`);
    return values;
}

/** Full subtrees along the right edge, largest first: [size, hash]. */
export function grow(edge, leaf) {
    let size = 1, hash = leaf;
    while (edge.length && edge.at(-1)[0] === size) {
        hash = sha256('\u0001', edge.pop()[1], hash);
        size *= 2;
    }
    edge.push([size, hash]);
}

export const rootOf = (edge) => edge.length === 0 ? sha256('')
    : edge.slice(0, -1).reduceRight((right, [, left]) => sha256('\u0001', left, right), edge.at(-1)[1]);

function edgeOf(n, hex) {
    const edge = [];
    let at = 0;
    for (let size = 2 ** 52; size >= 1; size /= 2) {
        if (Math.floor(n / size) % 2 === 0) continue;
        edge.push([size, Buffer.from(hex.slice(at, at + 64), 'hex')]);
        at += 64;
    }
    must(at === hex.length, 'the edge does not fit');
    return edge;
}

function keyring(keys) {
    const ring = new Map();
    for (const hex of keys) {
        const raw = Buffer.from(hex, 'hex');
        ring.set(sha256(raw).toString('hex', 0, 8), createPublicKey({
            key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
            format: 'der', type: 'spki',
        }));
    }
    return ring;
}

export const sealHash = (seal) => sha256('WLS1', bytesOf(SEAL, seal)).toString('hex');

function signed(ring, seal) {
    must(seal.suite === ED25519 && ring.has(seal.key), 'not a key that was given');
    must(verify(null, Buffer.concat([Buffer.from('WLS1'), bytesOf(SEAL, seal, ['signature'])]),
        ring.get(seal.key), Buffer.from(seal.signature, 'hex')), 'signature');
}

/** Seals of the copy outside, by number; a line that was cut short says nothing. */
function outsideOf(text) {
    const seals = new Map();
    for (const line of (text ?? '').split('\n')) {
        if (!line.endsWith('}')) continue;
        const seal = read(SEAL, line);
        seals.set(seal.seal, sealHash(seal));
    }
    return seals;
}

const after = (a, b) => a.epoch > b.epoch || (a.epoch === b.epoch && a.xid > b.xid);

class Verifier {
    constructor({ keys, outside }) {
        this.ring = keyring(keys);
        this.outside = outsideOf(outside);
        this.open = [];
        this.rows = this.seals = 0;
    }

    head(line) {
        const head = read(HEAD, line);
        must(head.audit === 1 && head.seq >= 1 && head.seal >= 0 && (head.seal === 0) === (head.seq === 1), 'head');
        this.county = head.county;
        this.base = head.seal;
        this.n = head.seq - 1;
        this.edge = edgeOf(this.n, head.edge);
        this.last = { epoch: 0, xid: 0 };
        this.previous = { number: 0, hash: '0'.repeat(64) };
    }

    row(line) {
        const row = read(ROW, line);
        must(this.previous.number >= this.base, 'no base');
        must(row.county === this.county, 'county');
        must(row.seq === this.n + 1, 'sequence');
        must(after(row, this.last) || (this.open.length && row.epoch === this.last.epoch
            && row.xid === this.last.xid && row.id > this.last.id), 'order');
        grow(this.edge, sha256('\0', 'WLA1', bytesOf(ROW, row)));
        this.n++;
        this.rows++;
        this.last = row;
        this.open.push(row.at);
    }

    seal(line) {
        const seal = read(SEAL, line);
        const base = this.previous.number < this.base;
        must(seal.county === this.county, 'county');
        must(seal.seal === (base ? this.base : this.previous.number + 1), 'seal number');
        must(seal.n === this.n, 'rows under the seal');
        must(seal.root === rootOf(this.edge).toString('hex'), 'root');
        if (!base) {
            must(seal.previous === this.previous.hash, 'chain');
            must(this.open.length && seal.epoch === this.last.epoch && seal.xid === this.last.xid
                && seal.first_at === Math.min(...this.open) && seal.last_at === Math.max(...this.open), 'span');
        }
        signed(this.ring, seal);
        this.previous = { number: seal.seal, hash: sealHash(seal) };
        must((this.outside.get(seal.seal) ?? this.previous.hash) === this.previous.hash, 'fork');
        this.last = { epoch: seal.epoch, xid: seal.xid };
        this.open = [];
        this.seals++;
    }

    end(line) {
        const end = read(END, line);
        must(this.open.length === 0 && this.previous.number >= this.base, 'open end');
        must(end.rows === this.rows && end.seals === this.seals, 'counts');
        must(Math.max(0, ...this.outside.keys()) <= this.previous.number, 'truncated');
    }
}

const PARTS = [['{"seq":', 'row'], ['{"seal":', 'seal'], ['{"rows":', 'end']];

export function verifyExport(text, options) {
    let line = 0;
    try {
        const verifier = new Verifier(options);
        const lines = text.split('\n');
        must(lines.pop() === '' && lines.length >= 2 && lines.at(-1).startsWith('{"rows":'), 'no end');
        for (const content of lines) {
            const part = ++line === 1 ? 'head' : PARTS.find(([begins]) => content.startsWith(begins))?.[1];
            must(part && (part !== 'end' || line === lines.length), 'no part of an export');
            verifier[part](content);
        }
        return null;
    } catch (fault) {
        if (!(fault instanceof Wrong)) throw fault;
        return { line, why: fault.message };
    }
}
