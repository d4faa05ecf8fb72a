// Every list of the network's and the money's records walks an index of its county.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, openTwoCounties, people } from '../../lib/county.mjs';
import { openPlans } from '../../lib/plans.mjs';
import { startServer } from '../../lib/server.mjs';

const RECORDS = {
    'station/rooms': 'station.station_room', 'station/venues': 'station.venue',
    'station/site_shares': 'station.site_share', 'station/check_schemes': 'station.check_scheme',
    'station/standard_checks': 'station.standard_check', 'station/demo_sites': 'station.demo_site',
    'station/contact_cards': 'station.contact_card', 'station/fund_sources': 'station.fund_source',
    'station/budget_lines': 'station.budget_line', 'station/expenses': 'station.expense',
    'station/contracts': 'station.contract', 'station/contract_stations': 'station.contract_station',
    'station/contract_indicators': 'station.contract_indicator',
    'station/contract_payments': 'station.contract_payment',
    'station/fund_replans': 'station.fund_replan', 'station/assets': 'station.asset',
    'station/replan_activities': 'station.replan_activity',
    'station/asset_uses': 'station.asset_use', 'station/asset_services': 'station.asset_service',
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
