// One indicator of several modules: what the station and a service declare under one code is counted
// together, and every number opens to the rows of both.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { PERIOD, done, kinds, made, number } from '../lib/steps.mjs';
import { plainSql, settingsOf } from './sources.mjs';

const TAGS = `holder uuid, person uuid, core_task boolean, platform text, dims text[], service text,
    links text[], reach text,`;
const texts = Object.fromEntries(['plugin.tagged', 'thing', 'thing.title', 'thing.state', 'thing.holder',
    'thing.person', 'thing.state.open', 'thing.state.closed', 'thing.action.close'].map((key) => [key, key]));

let server, who, elder;

before(async () => {
    const { env } = settingsOf('tagged', { texts: { zh: texts, en: texts },
        sql: plainSql('tagged').replace('holder uuid,', TAGS) });
    server = await startServer({ env });
    ({ who } = await openTwoCounties(server));
    await done(who.admin.put(`/admin/townships/${TUOJIANG}/plugins/tagged`, { enabled: true }));
    elder = await made(who.worker.post('/station/residents', { name: '单秀英', div: YANGHUA }));
    await made(who.worker.post('/station/visits', { person: elder.id, kind: 'ROUTINE', result: 'MET_WELL',
        visited_at: new Date(Date.now() - 60e3).toISOString(), service: 'E', dims: ['D21'],
        reach: 'TARGETED', core_task: true }));
    for (const service of ['E', 'G'])
        await made(who.head.post('/tagged/things', { title: service, person: elder.id, div: YANGHUA,
            service, dims: ['D21', 'D22'], reach: 'TARGETED' }));
});
after(() => server?.stop());

const rowsOf = async (caller, { rows }) => (await done(caller.get(rows))).items;
const records = (items) => items.map(({ record }) => record).sort();

describe('one code, two modules', () => {
    test('the number is of both, and a person of both is one person', async () => {
        assert.deepEqual(kinds(await number(who.head, 'M38S')), { E: 2, G: 1 });
        assert.deepEqual(kinds(await number(who.head, 'M38')), { D21: 3, D22: 2 });
        assert.deepEqual((await number(who.head, 'M38K')).share, { kind: 'core', value: 1, of: 3 });
        assert.deepEqual(kinds(await number(who.head, 'M08')), { ROUTINE: 3 });
        for (const code of ['M38RP', 'M08P']) assert.equal((await number(who.head, code)).value, 1);
        assert.deepEqual(kinds(await number(who.admin, 'M08', 'CM-01')), { ROUTINE: 3 });
    });

    test('each is declared once: no code stands twice in a report', async () => {
        const { indicators } = await done(who.head.get(`/reports/SM-01?period=${PERIOD}`));
        const codes = indicators.map(({ code }) => code);
        assert.equal(new Set(codes).size, codes.length);
        assert.equal(indicators.find(({ code }) => code === 'M08').label, 'Visits');
    });

    test('it opens to the rows of both, page by page', async () => {
        const items = await rowsOf(who.head, await number(who.head, 'M38S'));
        assert.deepEqual(records(items), ['station.visit', 'tagged.thing', 'tagged.thing']);
        for (const { href } of items) await done(who.head.get(href));
        const { rows } = await number(who.head, 'M08');
        const seen = [];
        for (let next = ''; next !== null;) {
            const page = await done(who.head.get(`${rows}&limit=1${next && `&cursor=${next}`}`));
            seen.push(...page.items);
            next = page.next;
        }
        assert.deepEqual(records(seen), ['station.visit', 'tagged.thing', 'tagged.thing']);
    });

    test('the rows open to who may read all that is counted', async () => {
        const { auditor } = await people(server, JIANGHUA,
            { auditor: ['auditor_biz', JIANGHUA, '审计员'] });
        const m08 = await number(auditor, 'M08', 'CM-01'); // reads visits masked, things not at all
        assert.deepEqual([m08.value, m08.rows], [3, null]);
        const asked = await auditor.get(`/reports/CM-01/M08?period=${PERIOD}`);
        assert.deepEqual([asked.status, asked.body.code], [403, 'not_permitted']);
    });

    test('where the service is off only the station\'s count', async () => {
        const turn = (enabled) => done(who.admin.put(`/admin/townships/${TUOJIANG}/plugins/tagged`,
            { enabled }));
        assert.deepEqual((await number(who.helukou, 'M08')).value, 0, HELUKOU);
        await turn(false);
        const m08 = await number(who.head, 'M08');
        assert.deepEqual(kinds(m08), { ROUTINE: 1 });
        assert.deepEqual(records(await rowsOf(who.head, m08)), ['station.visit']);
        await turn(true);
        assert.deepEqual(kinds(await number(who.head, 'M08')), { ROUTINE: 3 });
    });
});

test('the tags have the platform\'s labels where a record has none of its own', async () => {
    const { modules } = await done(who.head.get('/schema'));
    const { schema } = modules.flatMap((module) => module.records)
        .find(({ type }) => type === 'tagged.thing');
    assert.deepEqual(schema.properties.platform['x-ui'].label, { zh: '平台（双社）', en: 'platform' });
    assert.deepEqual(schema.properties.title['x-ui'].label, { zh: 'thing.title', en: 'thing.title' });
});
