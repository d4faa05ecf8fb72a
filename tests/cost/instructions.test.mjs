// What a request costs the server in instructions, counted by callgrind: no clock, so that neither the
// machine's speed nor its neighbours matter. The plain build, whatever is tested else.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';

import { instructions, moduleTable } from '../bench/callgrind.mjs';
import { makeWorld, shapeOf } from '../bench/world.mjs';
import { root } from '../lib/temp.mjs';
import { limits } from './limits.mjs';

const SMALL = shapeOf({ counties: 2, townships: 10, residents: 2000, requests: 12000 });
const NEAR = 0.85; // of the limit: below, it guards nothing

// another processor's libc and OpenSSL are other code
const skip = process.arch !== 'x64' && 'the limits are of x86-64';
const said = (n) => n.toLocaleString('en');

let server, found;

before(async () => {
    if (skip) return;
    server = await makeWorld(() => {}, SMALL, resolve(root, 'build'));
    found = await instructions(server, () => {}, SMALL, Object.keys(limits));
});
after(() => server?.stop());

for (const [name, { limit, goal }] of Object.entries(limits)) {
    test(`${name} costs no more than its limit`, { skip }, (t) => {
        const { total } = found[name];
        t.diagnostic(`${name}: ${said(total)} instructions a request, limit ${said(limit)}` +
            (goal ? `, goal ${said(goal)}` : ''));
        if (total < limit * NEAR) t.diagnostic(`${name}: lower its limit in tests/cost/limits.mjs`);
        assert.ok(total <= limit, [`${name}: ${said(total)} instructions a request, limit ${said(limit)}`,
            ...moduleTable({ [name]: found[name] })].join('\n'));
    });
}
