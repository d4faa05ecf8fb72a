// The interface as a client meets it: the whole document lints clean, types generated from it compile
// and carry the first steps of the main job, and C and a validator of JSON Schema agree on values.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { idNumber } from '../lib/api.mjs';
import { YANGHUA, openTwoCounties } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { root, tempFolder } from '../lib/temp.mjs';
import { everythingEnv, goodThing, openEverything } from '../plugins/everything/everything.mjs';
import { addChecks } from './checks.mjs';

const here = join(root, 'tests/contract');
const tool = (name, args, env) => spawnSync(join(here, 'node_modules/.bin', name), args,
    { encoding: 'utf8', cwd: here, env: { ...process.env, ...env } });
const said = ({ stdout, stderr }) => `${stdout}${stderr}`;

describe('the OpenAPI document', () => {
    const dir = tempFolder();
    const document = join(dir, 'openapi.json'), types = join(dir, 'types.d.ts');
    let server, who;
    before(async () => {
        server = await startServer();
        ({ who } = await openTwoCounties(server));
        writeFileSync(document, (await server.cli(['openapi'])).out);
    });
    after(() => server.stop());

    const compile = (program, text) => {
        writeFileSync(join(dir, program), text);
        return tool('tsc', ['--strict', '--target', 'es2022', '--module', 'es2022',
            '--moduleResolution', 'bundler', '--lib', 'es2022,dom', '--typeRoots', dir,
            '--skipLibCheck', '--outDir', dir, join(dir, program)]);
    };

    test('lints without an error or a warning', () => {
        const lint = tool('spectral', ['lint', '-r', 'spectral.yaml', '--fail-severity', 'hint',
            document]);
        assert.equal(lint.status, 0, said(lint));
    });

    test('gives types with which a client does the first steps of the main job', () => {
        const made = tool('openapi-typescript', [document, '-o', types]);
        assert.equal(made.status, 0, said(made));
        const source = readFileSync(join(here, 'client.mts'), 'utf8');
        const built = compile('client.mts', source);
        assert.equal(built.status, 0, said(built));
        const run = spawnSync(process.execPath, [join(dir, 'client.mjs')], {
            encoding: 'utf8',
            env: {
                BASE: server.base, OPERATOR: who.operator.token, HEAD: who.head.token,
                WORKER: who.worker.token, DIV: YANGHUA,
                ID_NUMBER: idNumber(431129, '19431205', 1),
            },
        });
        assert.equal(run.status, 0, said(run));
        const { state, assigned, actions, next, found, id } = JSON.parse(run.stdout);
        assert.deepEqual({ state, assigned, next, found },
            { state: 'accepted', assigned: 'assigned', next: null, found: [id] });
        assert.ok(actions.includes('start'));
    });

    test('and those types refuse what the server would', () => {
        const source = readFileSync(join(here, 'client.mts'), 'utf8');
        for (const [right, wrong] of [["urgency: 'U3'", "urgency: 'U9'"], ["name: '赵桂芬'", 'name: 5'],
            ["'state.in': 'assigned'", "'state.near': 'assigned'"], ['{ staff }', '{ stuff: staff }']]) {
            assert.ok(source.includes(right), right);
            const built = compile('wrong.mts', source.replace(right, wrong));
            assert.notEqual(built.status, 0, wrong);
            assert.match(built.stdout, /wrong\.mts\(\d+,\d+\): error TS2/, wrong);
        }
    });

    test('holds for a caller only what is open to them', async () => {
        const whole = JSON.parse(readFileSync(document, 'utf8'));
        const operations = (spec) => Object.entries(spec.paths).flatMap(([path, item]) =>
            Object.keys(item).map((method) => `${method} ${path}`));
        const { status, body, etag } = await who.helukou.get('/openapi.json');
        assert.equal(status, 200);
        assert.deepEqual(operations(body).filter((one) => !operations(whole).includes(one)), []);
        assert.ok(operations(body).includes('get /api/v1/station/requests'));
        assert.ok(!operations(body).some((one) => one.includes('/elderly/'))); // off there
        assert.ok(!operations(body).includes('post /api/v1/admin/accounts'));
        assert.equal((await who.helukou.get('/openapi.json', { 'If-None-Match': etag })).status, 304);
        writeFileSync(join(dir, 'own.json'), JSON.stringify(body));
        const lint = tool('spectral', ['lint', '-r', 'spectral.yaml', '--fail-severity', 'error',
            join(dir, 'own.json')]);
        assert.equal(lint.status, 0, said(lint));
    });
});

describe('schema vectors: the server and a validator agree', () => {
    const folder = join(root, 'tests/schema-vectors');
    let server, head, properties, ajv;
    before(async () => {
        server = await startServer({ env: everythingEnv });
        ({ who: { head } } = await openEverything(server));
        properties = (await head.get('/schema/everything/thing')).body.record.create.properties;
        const now = Date.now();
        ajv = addChecks(new Ajv2020({ strict: false, allErrors: true }), {
            now, today: new Date(now + 8 * 3600_000).toISOString().slice(0, 10), county: 431129,
            scope: ['431129100000', '431129101000'],
        });
        addFormats(ajv);
    });
    after(() => server.stop());

    const hintless = (schema) => JSON.parse(JSON.stringify(schema,
        (key, value) => (key === 'x-ui' && value.widget !== 'decimal' ? undefined
            : key === 'label' || key === 'class' ? undefined : value)));
    const placeOf = (field, { instancePath, keyword, params }) =>
        `/${field}${instancePath}${keyword === 'required' ? `/${params.missingProperty}`
            : keyword === 'additionalProperties' ? `/${params.additionalProperty}` : ''}`;

    for (const file of readdirSync(folder)) {
        test(file, async () => {
            const { field, schema, vectors } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
            if (process.env.WULIAN_VECTORS_WRITE) rewrite(file, hintless(properties[field]));
            else assert.deepEqual(hintless(properties[field]), schema, 'the server says another schema');
            const validate = ajv.compile(properties[field]);
            for (const { value, valid, pointers = [] } of vectors) {
                const shown = `${field}: ${JSON.stringify(value)}`;
                const places = validate(value) ? []
                    : validate.errors.map((fault) => placeOf(field, fault));
                assert.equal(places.length === 0, valid, `ajv, ${shown}: ${places}`);
                for (const pointer of pointers)
                    assert.ok(places.some((place) => place.startsWith(pointer)), `ajv, ${shown}: ${places}`);
                const answer = await head.call('POST', '/everything/things',
                    goodThing({ [field]: value }), { Prefer: 'tx=rollback' });
                const faults = (answer.body.errors ?? []).map(({ pointer }) => pointer)
                    .filter((pointer) => pointer.startsWith(`/${field}`));
                assert.equal(faults.length === 0, valid,
                    `server, ${shown}: ${answer.status} ${JSON.stringify(answer.body.errors)}`);
                for (const pointer of pointers)
                    assert.ok(faults.some((place) => place.startsWith(pointer)), `server, ${shown}: ${faults}`);
            }
        });
    }

    /** After a change of the schema: WULIAN_VECTORS_WRITE=1, then read what changed. */
    function rewrite(file, schema) {
        const path = join(folder, file);
        const text = readFileSync(path, 'utf8');
        writeFileSync(path, text.replace(/"schema": .*\n/, `"schema": ${JSON.stringify(schema)},\n`));
    }
});
