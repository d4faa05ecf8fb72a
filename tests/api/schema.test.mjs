// The schema document: what each caller is told of the records, and that it is the truth.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { openTwoCounties, TUOJIANG, YANGHUA } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';

// console.md 4.2; x-… are hints and named checks.
const PROFILE = new Set(['type', 'enum', 'properties', 'required', 'additionalProperties', 'items',
    'minItems', 'maxItems', 'uniqueItems', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern',
    'format', 'readOnly', 'allOf', 'if', 'then', 'x-check', 'x-ui']);

let server, who, suyu;
before(async () => {
    server = await startServer();
    ({ who, suyu } = await openTwoCounties(server));
});
after(() => server.stop());

const recordsOf = (body) => body.modules.flatMap((module) => module.records);
const recordIn = (body, type) => recordsOf(body).find((record) => record.type === type);

function walk(schema, visit, path = '') {
    visit(schema, path);
    for (const [name, inner] of Object.entries(schema.properties ?? {}))
        walk(inner, visit, `${path}/${name}`);
    if (schema.items) walk(schema.items, visit, `${path}/*`);
    for (const part of schema.allOf ?? []) {
        walk(part.if, visit, `${path}?`);
        walk(part.then, visit, `${path}!`);
    }
}

const schemasOf = (record) => [record.schema, record.create, record.patch,
    ...record.actions.map((action) => action.input)].filter(Boolean);

describe('GET /schema', () => {
    test('is in the profile, and whatever people read has both languages', async () => {
        for (const caller of Object.values(who)) {
            const { status, body } = await caller.get('/schema');
            assert.equal(status, 200);
            for (const record of recordsOf(body)) {
                const labels = [record.labels, ...record.actions.map((action) => action.labels),
                    ...record.actions.map((action) => action.confirm).filter(Boolean)];
                for (const schema of schemasOf(record)) {
                    walk(schema, (part, path) => {
                        for (const keyword of Object.keys(part))
                            assert.ok(PROFILE.has(keyword), `${record.type}${path}: ${keyword}`);
                        if (part['x-ui']) labels.push(part['x-ui'].label);
                    });
                }
                for (const { zh, en } of labels) {
                    assert.match(zh, /\p{Script=Han}|^id$/u, `${record.type}: ${zh}`);
                    assert.doesNotMatch(en, /\p{Script=Han}|^[a-z_]+[.][a-z_.]+$/u, `${record.type}: ${en}`);
                }
            }
        }
    });

    test('a form has its parts in the order of its fields, each field of it in one', async () => {
        const { body } = await who.head.get('/schema');
        for (const { type, create, ui: { form: { sections } } } of recordsOf(body)) {
            const placed = sections.flatMap(({ fields }) => fields);
            assert.deepEqual(placed, [...new Set(placed)], type);
            for (const name of placed) assert.ok(!create || create.properties[name], `${type}.${name}`);
        }
        const { ui } = recordIn(body, 'elderly.ability_assessment');
        assert.deepEqual(ui.form.sections.map(({ label }) => label.zh),
            ['基本信息', '健康状况', '自理能力', '基础运动能力', '精神状态', '感知觉与社会参与', '评估结果']);
        assert.deepEqual(ui.form.sections[3].fields, ['bed_move', 'transfer', 'walking', 'stairs']);
    });

    test('holds what is on where the caller works and what they may do, and no more', async () => {
        const names = async (caller) => (await caller.get('/schema')).body.modules.map((m) => m.name);
        assert.deepEqual(await names(who.head), ['admin', 'station', 'elderly']);
        assert.deepEqual(await names(who.helukou), ['admin', 'station']); // elderly is off there
        const head = (await who.head.get('/schema')).body;
        assert.equal(recordIn(head, 'admin.account'), undefined);
        const request = recordIn(head, 'station.request');
        for (const verb of ['list', 'get', 'history'])
            assert.ok(request.rights.verbs.includes(verb), verb);
        assert.ok(!request.rights.verbs.includes('create'));
        assert.equal(request.create, undefined);
        assert.ok(request.actions.some(({ id }) => id === 'assign'));
        const worker = recordIn((await who.worker.get('/schema')).body, 'station.request');
        assert.ok(worker.create && worker.patch);
        assert.ok(!worker.actions.some(({ id }) => id === 'assign'));
    });

    test('a masked reader is told what is hidden and masked', async () => {
        const resident = recordIn((await who.operator.get('/schema')).body, 'station.resident');
        assert.equal(resident.rights.masked, true);
        assert.equal(resident.rights.fields.name, 'masked');
        assert.equal(resident.rights.fields.birth, 'hidden');
        assert.equal(resident.schema.properties.birth, undefined);
        assert.ok(resident.create.properties.birth, 'it may still be given');
        assert.deepEqual(resident.schema.properties._masked.items.enum.includes('birth'), true);
        const whole = recordIn((await who.head.get('/schema')).body, 'station.resident');
        assert.equal(whole.rights.masked, false);
        assert.deepEqual(whole.rights.fields, { id_number: 'masked', phone: 'masked' });
    });

    test('who may reveal is told what, and the reasons there are', async () => {
        const { record, dicts } = (await who.head.get('/schema/station/resident')).body;
        assert.deepEqual(record.reveal, { fields: ['id_number', 'phone'], dict: 'REVEAL_REASON' });
        assert.ok(dicts.REVEAL_REASON.some(({ v, zh, en }) => v === 'SERVICE' && zh && en));
        const masked = (await who.operator.get('/schema/station/resident')).body;
        assert.equal(masked.record.reveal, undefined);
        const { dicts: none } = (await who.head.get('/schema/station/visit')).body;
        assert.equal(none.REVEAL_REASON, undefined);
    });

    test('rows and refusals agree with it', async () => {
        const { body } = await who.worker.get('/schema/station/request');
        const { record, dicts } = body;
        const made = await who.worker.post('/station/requests', {
            div: YANGHUA, channel: 'PHONE', category: 'ELDER', domain: 'ELDER', urgency: 'NORMAL',
            content: '想了解助餐',
        });
        if (made.status === 201) {
            assert.deepEqual(Object.keys(made.body).filter((name) =>
                !(name in record.schema.properties)), []);
        } else {
            assert.equal(made.status, 422, JSON.stringify(made.body));
            for (const { pointer } of made.body.errors)
                assert.ok(record.create.properties[pointer.slice(1)].enum, pointer);
        }
        const channel = record.create.properties.channel;
        assert.deepEqual(channel.enum, dicts.REQ_CHANNEL.map(({ v }) => v));
        assert.deepEqual(dicts['station.request.state'].map(({ v }) => v), record.states);
        const { content } = record.create.properties;
        assert.equal(content.maxLength, 2000);
        const long = await who.worker.post('/station/requests', { content: '长'.repeat(2001) });
        assert.equal(long.status, 422);
        assert.ok(long.body.errors.some(({ pointer, code }) =>
            pointer === '/content' && code === 'too_long'));
        assert.deepEqual(record.create.required.map((name) => `/${name}`).filter((pointer) =>
            !long.body.errors.some((fault) => fault.pointer === pointer)), []);
    });

    test('is asked for again only when it changed', async () => {
        const first = await who.head.get('/schema');
        assert.equal(first.headers.get('cache-control'), 'private, max-age=0, must-revalidate');
        const same = await who.head.get('/schema', { 'If-None-Match': first.etag });
        assert.equal(same.status, 304);
        assert.equal(same.body, null);
        const other = await who.helukou.get('/schema', { 'If-None-Match': first.etag });
        assert.equal(other.status, 200);
        await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: false });
        // the township's switch reaches every worker within a second
        let changed;
        for (let i = 0; i < 100; i++) {
            changed = await who.head.get('/schema', { 'If-None-Match': first.etag });
            if (changed.status === 200) break;
        }
        assert.deepEqual(changed.body.modules.map(({ name }) => name), ['admin', 'station']);
        await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/elderly`, { enabled: true });
    });
});

describe('GET /schema/{module}/{record}', () => {
    test('one record, with its code tables only', async () => {
        const { status, body } = await suyu.head.get('/schema/station/visit');
        assert.equal(status, 200);
        assert.equal(body.record.path, '/api/v1/station/visits');
        assert.deepEqual(Object.keys(body.dicts).sort(), ['MODEL_DIM', 'MODEL_LINK',
            'MODEL_PLATFORM', 'REQ_DOMAIN', 'RISK', 'SERVICE_REACH', 'VISIT_KIND',
            'VISIT_RESULT', 'VISIT_WAY']);
    });

    test('what the caller has nothing to do with is not found', async () => {
        assert.equal((await who.helukou.get('/schema/elderly/errand')).status, 404);
        assert.equal((await who.head.get('/schema/admin/account')).status, 404);
        assert.equal((await who.head.get('/schema/station/nothing')).status, 404);
        assert.equal((await who.head.get('/schema/core/audit')).status, 404);
    });

    test('nobody is told without a session', async () => {
        const { Caller } = await import('../lib/api.mjs');
        assert.equal((await new Caller(server.base).get('/schema')).status, 401);
    });
});
