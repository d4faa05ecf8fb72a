// Every list of service modes and emergencies walks an index of its county.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, openTwoCounties, people } from '../../lib/county.mjs';
import { openPlans } from '../../lib/plans.mjs';
import { startServer } from '../../lib/server.mjs';

const RECORDS = {
    'station/mode_switches': 'station.mode_switch', 'station/mode_briefs': 'station.mode_brief',
    'station/service_policies': 'station.service_policy',
    'station/emergency_plans': 'station.emergency_plan', 'station/incidents': 'station.incident',
    'station/bulletins': 'station.bulletin', 'station/bulletin_relays': 'station.bulletin_relay',
    'station/conferences': 'station.conference', 'station/linkage_orders': 'station.linkage_order',
    'station/online_groups': 'station.online_group', 'station/online_sessions': 'station.online_session',
    'station/counsellings': 'station.counselling',
    'station/isolation_subjects': 'station.isolation_subject',
    'station/isolation_checks': 'station.isolation_check', 'station/incomers': 'station.incomer',
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
        // a reader's few rows among all are found by the index, then put in order
        const named = path === 'station/counsellings';
        const faults = (await plans.faultsOf(path)).filter(([why]) => !named || why !== 'sorts');
        assert.equal(faults.length, 0, `${faults.length}: ${faults[0]?.join('\n')}`);
    });
