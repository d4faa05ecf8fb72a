// An authenticator of our own, after RFC 6238.
import { createHmac } from 'node:crypto';

function bytes(base32) {
    let bits = '';
    for (const c of base32) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0');
    return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/** The seed behind an otpauth: URI. */
export const seedOf = (uri) => bytes(new URL(uri).searchParams.get('secret'));

/** The code of `ahead` steps from now. */
export function codeOf(uri, ahead = 0) {
    const step = Buffer.alloc(8);
    step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30000) + ahead));
    const mac = createHmac(new URL(uri).searchParams.get('algorithm'), seedOf(uri)).update(step).digest();
    return String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1e6).padStart(6, '0');
}
