// Every list of meals walks an index of its county.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, openTwoCounties, people } from '../../../tests/lib/county.mjs';
import { openPlans } from '../../../tests/lib/plans.mjs';
import { startServer } from '../../../tests/lib/server.mjs';

const RECORDS = {
    'elderly/meal_subscriptions': 'elderly.meal_subscription',
    'elderly/meal_routes': 'elderly.meal_route', 'elderly/weather_alerts': 'elderly.weather_alert',
    'elderly/meal_settlements': 'elderly.meal_settlement', 'elderly/meal_gaps': 'elderly.meal_gap',
    'elderly/meal_orders': 'elderly.meal_order',
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
