// Holds what the API tests saw against the server's own OpenAPI document.
//
//   node tests/contract/verify.mjs FOLDER     FOLDER: what WULIAN_CONTRACT named while tests ran
//     --every                                 also every operation of the core and the shipped plugins
//                                             must have been called, but for those of UNCALLED
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const [folder, flag] = process.argv.slice(2);
const SHOWN = 40;
/** Plugins of the tests, loaded to try the engine: what they declare is not all called. */
const UNSHIPPED = readdirSync(fileURLToPath(new URL('../plugins', import.meta.url)));

/** Operations that no API test calls through its callers, each with its reason. */
const UNCALLED = [
    [/^POST .*\/batch$/, 'one code for all records; residents are tried'],
    [/^GET \/(healthz|readyz)$/, 'asked by every start of a server, and by tests/api/http'],
    [/^(PATCH \/api\/v1\/files\/\{id\}|GET .*\/(content|thumbnail))$/,
        'bytes, which tests/api/files sends and fetches by itself'],
];
const isShipped = (operation) => !UNSHIPPED.includes(/ \/api\/v1\/([^/]+)\//.exec(operation)?.[1]);
const reasonOf = (operation) => UNCALLED.find(([pattern]) => pattern.test(operation))?.[1];

class Document {
    constructor(name) {
        this.spec = JSON.parse(readFileSync(join(folder, `${name}.openapi.json`), 'utf8'));
        this.ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
        addFormats(this.ajv);
        this.ajv.addSchema(this.spec, 'document');
        this.validators = new Map();
        this.called = new Set();
        this.paths = Object.keys(this.spec.paths).map((path) => ({
            path,
            pattern: new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
                .replace(/\{[^}]+\}/g, '[^/]+')}$`),
        })).sort((a, b) => a.path.split('{').length - b.path.split('{').length);
    }

    find(path) {
        return this.paths.find(({ pattern }) => pattern.test(path))?.path;
    }

    validator(pointer) {
        if (!this.validators.has(pointer))
            this.validators.set(pointer, this.ajv.compile({ $ref: `document#${pointer}` }));
        return this.validators.get(pointer);
    }
}

const escape = (part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
const pointerOf = (...parts) => parts.map((part) => `/${escape(part)}`).join('');

/** What is wrong with one exchange; undefined when nothing is. */
function fault(document, { method, path, status, type, body }) {
    const asked = decodeURI(path.split('?')[0]);
    const known = document.find(asked);
    const operation = known && document.spec.paths[known][method.toLowerCase()];
    if (!operation)
        return status < 400 ? `answered, but not documented` : undefined;
    document.called.add(`${method} ${known}`);
    const documented = operation.responses[status];
    if (!documented) return `status ${status} is not documented${body ? `: ${body.slice(0, 200)}` : ''}`;
    const where = documented.$ref ? documented.$ref.slice(1)
        : pointerOf('paths', known, method.toLowerCase(), 'responses', status);
    const response = documented.$ref
        ? document.spec.components.responses[documented.$ref.split('/').at(-1)] : documented;
    if (!response.content)
        return body ? `a body where none is documented: ${body.slice(0, 200)}` : undefined;
    const media = type?.split(';')[0];
    const content = response.content[media] ? media : response.content['*/*'] && '*/*';
    if (!content) return `${type} is not documented for ${status}`;
    if (body === undefined) return undefined;
    const value = JSON.parse(body);
    const valid = document.validator(`${where}${pointerOf('content', content, 'schema')}`);
    if (!valid(value)) {
        const [{ instancePath, message, params }] = valid.errors;
        return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`;
    }
    if (status >= 400 && !operation['x-problems'][status]?.includes(value.code))
        return `code ${value.code} is not documented for ${status}`;
    return undefined;
}

const documents = new Map();
const documentOf = (name) => {
    if (!documents.has(name)) documents.set(name, new Document(name));
    return documents.get(name);
};

const faults = new Map();
let exchanges = 0;
for (const file of readdirSync(folder).filter((name) => name.endsWith('.exchanges.jsonl'))) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)) {
        const exchange = JSON.parse(line);
        if (!exchange.document) continue;
        exchanges++;
        const document = documentOf(exchange.document);
        const text = fault(document, exchange);
        if (!text) continue;
        const known = document.find(decodeURI(exchange.path.split('?')[0])) ?? exchange.path;
        const key = `${exchange.method} ${known}: ${text}`;
        faults.set(key, faults.get(key) ?? exchange.test);
    }
}

const called = new Set([...documents.values()].flatMap((document) => [...document.called]));
const uncalled = flag === '--every' ? [...documents.values()]
    .flatMap(({ spec }) => Object.entries(spec.paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`)))
    .filter((operation, i, all) => all.indexOf(operation) === i && isShipped(operation) &&
        !called.has(operation)) : [];
const unknown = uncalled.filter((operation) => !reasonOf(operation));

for (const [text, from] of [...faults].slice(0, SHOWN)) console.log(`contract: ${text}  (${from})`);
if (faults.size > SHOWN) console.log(`contract: and ${faults.size - SHOWN} more`);
for (const operation of uncalled)
    console.log(`contract: not called: ${operation}  (${reasonOf(operation) ?? 'no reason: test it'})`);
console.log(`contract: ${exchanges} answers against ${documents.size} documents, ` +
    `${called.size} operations called, ${faults.size} faults, ${uncalled.length} not called, ` +
    `${unknown.length} of them without a reason`);
process.exitCode = faults.size || unknown.length || !exchanges ? 1 : 0;
