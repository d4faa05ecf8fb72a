// Exports of the ledger harmed in one way each, as somebody would who knows the format: lines keep their
// form, sequence numbers and counts are put right again. From a seed, so that a case can be met again.
import { createPrivateKey, createPublicKey, randomUUID, sign } from 'node:crypto';

import { ROW, SEAL, bytesOf, grow, rootOf, sealHash, sha256, written } from './audit_verify.mjs';

/** mulberry32: numbers from 0 to 1. */
export function random(seed) {
    let a = seed >>> 0;
    return () => {
        a = (a + 0x6d2b79f5) >>> 0;
        let t = Math.imul(a ^ (a >>> 15), a | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
}

export function signerOf(secret) {
    const key = createPrivateKey({
        key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]),
        format: 'der', type: 'pkcs8',
    });
    const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
    return { key, id: sha256(raw).toString('hex', 0, 8) };
}

const isRow = (part) => 'seq' in part;
const isSeal = (part) => 'signature' in part;

/** Sequence numbers and the last line's counts made right again. */
function renumber(parts) {
    let seq = parts[0].seq, rows = 0, seals = 0;
    for (const part of parts.slice(1)) {
        if (isRow(part)) part.seq = seq++, rows++;
        if (isSeal(part)) seals++;
    }
    Object.assign(parts.at(-1), { rows, seals });
    return parts;
}

/** Every seal made anew from what stands before it, from the one of index `from` on. */
function resign(parts, { key, id }, from = 0) {
    const edge = [];
    let previous = '0'.repeat(64), n = 0, open = [];
    renumber(parts);
    parts.forEach((part, i) => {
        if (i > 0 && isRow(part)) {
            grow(edge, sha256('\0', 'WLA1', bytesOf(ROW, part)));
            open.push(part);
            n++;
        } else if (isSeal(part)) {
            if (i >= from && open.length) {
                const at = open.map((row) => row.at);
                Object.assign(part, { n, root: rootOf(edge).toString('hex'), previous, key: id,
                    epoch: open.at(-1).epoch, xid: open.at(-1).xid,
                    first_at: Math.min(...at), last_at: Math.max(...at) });
                part.signature = sign(null,
                    Buffer.concat([Buffer.from('WLS1'), bytesOf(SEAL, part, ['signature'])]), key).toString('hex');
            }
            previous = sealHash(part);
            open = [];
        }
    });
    return parts;
}

function otherValue(rand, value) {
    if (value === null) return rand() < 0.5 ? 'x' : 1;
    if (typeof value === 'number') return value + (rand() < 0.5 ? 1 : -1);
    if (Array.isArray(value)) return rand() < 0.5 ? null : [...value, 'name'];
    if (rand() < 0.1) return null;
    const at = Math.floor(rand() * value.length);
    const digit = (parseInt(value[at], 16) + 1 + Math.floor(rand() * 14)) % 16;
    return value.slice(0, at) + (Number.isNaN(digit) ? 'x' : digit.toString(16)) + value.slice(at + 1);
}

/** What can be done to the parts of an export; each returns parts or the text. */
const HARM = {
    edit(parts, { rand, row }) {
        const target = parts[row()];
        const names = Object.keys(target);
        const name = names[Math.floor(rand() * names.length)];
        target[name] = otherValue(rand, target[name]);
        return parts;
    },
    editSeal(parts, { rand, seal }) {
        const target = parts[seal()];
        const names = Object.keys(target);
        const name = names[Math.floor(rand() * names.length)];
        target[name] = otherValue(rand, target[name]);
        return parts;
    },
    editHead(parts, { rand }) {
        const target = rand() < 0.5 ? parts[0] : parts.at(-1);
        const names = Object.keys(target);
        const name = names[Math.floor(rand() * names.length)];
        target[name] = target[name] === '' ? '00'.repeat(32) : otherValue(rand, target[name]);
        return parts;
    },
    remove(parts, { row }) {
        parts.splice(row(), 1);
        return renumber(parts);
    },
    removeSeal(parts, { seal }) {
        parts.splice(seal(), 1);
        return renumber(parts);
    },
    removeSealed(parts, { seal }) { // a seal with its rows
        const to = seal();
        let from = to;
        while (from > 1 && isRow(parts[from - 1])) from--;
        parts.splice(from, to - from + 1);
        return renumber(parts);
    },
    insert(parts, { rand, row }) {
        const at = row();
        parts.splice(at, 0, { ...parts[at], id: randomUUID(), action: 'look', at: parts[at].at + (rand() < 0.5) });
        return renumber(parts);
    },
    double(parts, { rand, row, seal }) {
        const at = rand() < 0.5 ? row() : seal();
        parts.splice(at, 0, { ...parts[at] });
        return renumber(parts);
    },
    reorder(parts, { rand, row, seal }) {
        const pick = rand() < 0.7 ? row : seal;
        const [a, b] = [pick(), pick()];
        [parts[a], parts[b]] = [parts[b], parts[a]];
        return renumber(parts);
    },
    truncate(parts, { seal }) { // to an older state, which was right once
        return renumber([...parts.slice(0, seal() + 1), parts.at(-1)]);
    },
    cut(parts, { rand, text }) {
        return text.slice(0, Math.floor(rand() * text.length));
    },
    flip(parts, { rand, text }) {
        const at = Math.floor(rand() * text.length);
        return text.slice(0, at) + String.fromCharCode(32 + Math.floor(rand() * 95)) + text.slice(at + 1);
    },
    splice(parts, { rand, seal, other }) { // another county's rows and seal, under this one's name
        const at = seal();
        const foreign = other.slice(1, 1 + other.slice(1).findIndex(isSeal) + 1)
            .map((part) => rand() < 0.5 ? { ...part } : { ...part, county: parts[0].county });
        parts.splice(at + 1, 0, ...foreign);
        return renumber(parts);
    },
    fork(parts, { row, signer }) { // with the true key, from some row on
        const at = row();
        parts[at].action = 'look';
        parts[at].object_id = null;
        return resign(parts, signer, at);
    },
    forkShorter(parts, { row, signer }) {
        const at = row();
        parts.splice(at, 1);
        return resign(parts.filter((part, i) => !isSeal(part) || isRow(parts[i - 1])), signer, at);
    },
    resign(parts, { stranger }) {
        return resign(parts, stranger);
    },
};

export const WAYS = Object.keys(HARM);

const partsOf = (text) => text.trimEnd().split('\n').map((line) => JSON.parse(line));

/** The n-th case: { way, text }, never the text itself. `secret`: of the true key. */
export function tampered(n, { text, other, secret }) {
    const way = WAYS[n % WAYS.length];
    for (let turn = 0; ; turn++) {
        const rand = random(n * 1000 + turn);
        const parts = partsOf(text);
        const among = (is) => {
            const all = parts.map((part, i) => i).filter((i) => i > 0 && is(parts[i]));
            return () => all[Math.floor(rand() * all.length)];
        };
        const harmed = HARM[way](parts, {
            rand, text, row: among(isRow), seal: among(isSeal), other: partsOf(other),
            signer: signerOf(secret), stranger: signerOf(sha256('stranger')),
        });
        const out = typeof harmed === 'string' ? harmed
            : harmed.map((part) => `${written(part)}\n`).join('');
        if (out !== text) return { way, text: out };
    }
}
