// Every list of what leads the stations, and of the county's model, walks an index of its county.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, TUOJIANG, openTwoCounties, people } from '../../lib/county.mjs';
import { openPlans } from '../../lib/plans.mjs';
import { startServer } from '../../lib/server.mjs';

const NAMES = `committee committee_member meeting meeting_item action_item supervision rectification
    task major_item conflict vote star_scheme star_item star_review star_score brand_plan plan_target
    key_work key_work_part model_version lesson`.split(/\s+/);
const RECORDS = Object.fromEntries(NAMES.map((name) => [`station/${name}s`, `station.${name}`]));

let server, plans;

before(async () => {
    server = await startServer();
    await openTwoCounties(server);
    plans = await openPlans(server, RECORDS, await people(server, JIANGHUA, {
        county: ['county_admin', JIANGHUA, '县局员'], township: ['county_admin', TUOJIANG, '镇里人'],
    }));
});
after(() => server?.stop());

for (const path of Object.keys(RECORDS))
    test(`${path}: every order and filter goes by an index of one county`, async () => {
        const faults = await plans.faultsOf(path);
        assert.equal(faults.length, 0, `${faults.length}: ${faults[0]?.join('\n')}`);
    });
