// Every list of the plugin walks an index of its county; those of people's files are asked in
// people_plans.test.mjs, whose rows have to be more than anything.
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
    'elderly/call_plans': 'elderly.call_plan', 'elderly/greeting_calls': 'elderly.greeting_call',
    'elderly/call_steps': 'elderly.call_step', 'elderly/content_items': 'elderly.content_item',
    'elderly/content_shares': 'elderly.content_share',
    'elderly/errands': 'elderly.errand', 'elderly/doctor_visits': 'elderly.doctor_visit',
    'elderly/aid_devices': 'elderly.aid_device', 'elderly/subsidy_grants': 'elderly.subsidy_grant',
    'elderly/incidents': 'elderly.incident',
    'elderly/venue_attendance': 'elderly.venue_attendance', 'elderly/venue_needs': 'elderly.venue_need',
    'elderly/venue_logs': 'elderly.venue_log', 'station/venues': 'station.venue',
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
