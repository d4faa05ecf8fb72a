// What callers of the API tests saw, kept for tests/contract/verify.mjs. Only where WULIAN_CONTRACT
// names a folder, which never lies in the repository: answers hold the tests' persons.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { root } from './temp.mjs';

const test = relative(root, process.argv[1] ?? '');
/** Tests of the interface; others tear at it, take down a wall or load plugins that are wrong. */
const isOfInterface = /^(tests\/(api|contract)|plugins\/[a-z_]+\/tests)\//.test(test) &&
    !/_plans/.test(test); // writes rows with codes that are none
const folder = isOfInterface && process.env.WULIAN_CONTRACT;
const documents = new Map(); // address of a server → name of its document

/** Keeps the OpenAPI document of a server that answers; servers with the same settings share it. Gives
 *  the server back. */
export async function documentKeep(server) {
    if (!folder) return server;
    const name = createHash('sha1')
        .update(JSON.stringify([server.build, server.env])).digest('hex').slice(0, 12);
    const path = join(folder, `${name}.openapi.json`);
    documents.set(server.base, name);
    if (existsSync(path)) return server;
    const { status, out, err } = await server.cli(['openapi']);
    if (status !== 0) throw new Error(`wulian openapi failed:\n${err}`);
    writeFileSync(`${path}.${process.pid}`, out);
    renameSync(`${path}.${process.pid}`, path);
    return server;
}

/** Keeps one exchange. One that followed a redirect was answered by another operation: that one is kept,
 *  as the redirect itself is where a test asks for it. */
export function exchangeKeep(base, method, asked, answer, text) {
    if (!folder) return;
    const path = answer.redirected ? answer.url.slice(base.length) : asked;
    const type = answer.headers.get('content-type');
    appendFileSync(join(folder, `${process.pid}.exchanges.jsonl`), `${JSON.stringify({
        test, document: documents.get(base), method, path, status: answer.status, type,
        ...(/json/.test(type ?? '') && { body: text }),
    })}\n`);
}
