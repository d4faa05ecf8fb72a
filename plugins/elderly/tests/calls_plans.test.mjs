// Every list of calls and of online content walks an index of its county.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, openTwoCounties, people } from '../../../tests/lib/county.mjs';
import { openPlans } from '../../../tests/lib/plans.mjs';
import { startServer } from '../../../tests/lib/server.mjs';

const RECORDS = {
    'elderly/call_plans': 'elderly.call_plan', 'elderly/greeting_calls': 'elderly.greeting_call',
    'elderly/call_steps': 'elderly.call_step', 'elderly/content_items': 'elderly.content_item',
    'elderly/content_shares': 'elderly.content_share',
};

let server, plans;

before(async () => {
    server = await startServer();
    const { who } = await openTwoCounties(server);
    const { county } = await people(server, JIANGHUA, { county: ['county_section', JIANGHUA, '县科员'] });
    plans = await openPlans(server, RECORDS, { county, township: who.head });
});
after(() => server?.stop());

for (const path of Object.keys(RECORDS))
    test(`${path}: every order and filter goes by an index of one county`, async () => {
        const faults = await plans.faultsOf(path);
        assert.equal(faults.length, 0, `${faults.length}: ${faults[0]?.join('\n')}`);
    });
