// A plugin's own INSERT: checked by migrate, it writes within the caller's scope, and only where the
// plugin is on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { uuid7 } from '../lib/api.mjs';
import { HELUKOU, JIANGHUA, TUOJIANG, YANGHUA, openTwoCounties, people } from '../lib/county.mjs';
import { startServer } from '../lib/server.mjs';
import { settingsOf } from './sources.mjs';

const sql = `create schema jots;
grant usage on schema jots to wulian_app;
create table jots.jot (
    like core.record including defaults including generated including constraints,
    person uuid not null,
    text text not null,
    primary key (county, id)
);
call core.record_table('jots.jot', 'jots');
`;
const texts = { 'plugin.jots': 'jots' };

let server, who, near, far;

before(async () => {
    const { env } = settingsOf('jots', { sql, texts: { zh: texts, en: texts } });
    server = await startServer({ env: { ...env, WULIAN_PLUGINS_ENABLED: 'jots' } });
    ({ who } = await openTwoCounties(server));
    Object.assign(who, await people(server, JIANGHUA, { section: ['county_section', JIANGHUA, '何股长'] }));
    const resident = async (caller, name, div) =>
        (await caller.post('/station/residents', { name, div })).body.id;
    near = await resident(who.worker, '盘大山', YANGHUA);
    far = await resident(who.helukou, '赵秀英', `${HELUKOU}000`);
    await who.admin.put(`/admin/townships/${TUOJIANG}/plugins/jots`, { enabled: true });
});
after(() => server?.stop());

const jot = (caller, person) =>
    caller.post('/jots/jots', { id: uuid7(), person, text: '门口有台阶' });
const jots = () => server.psql('select count(*) from jots.jot');

test('it writes where the plugin is on, in the caller\'s name', async () => {
    const { status, body } = await jot(who.worker, near);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.created_by, who.worker.account);
    assert.equal(await server.psql(`select created_by || text from jots.jot where id = '${body.id}'`),
        `${who.worker.account}门口有台阶`);
});

test('beyond the caller\'s scope there is nobody to write about', async () => {
    const before_ = await jots();
    assert.equal((await jot(who.worker, far)).status, 404);
    assert.equal(await jots(), before_);
});

test('where it is off the table itself refuses', async () => {
    const before_ = await jots();
    const near_ = await jot(who.section, near), far_ = await jot(who.section, far);
    assert.equal(near_.status, 200, JSON.stringify(near_.body));
    assert.equal(far_.status, 404, JSON.stringify(far_.body));
    assert.equal(Number(await jots()), Number(before_) + 1);
});
