// Lists of errands, doctors at home, devices, subsidies and incidents go by an index of one county.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, openTwoCounties, people } from '../../../tests/lib/county.mjs';
import { openPlans } from '../../../tests/lib/plans.mjs';
import { startServer } from '../../../tests/lib/server.mjs';

const RECORDS = {
    'elderly/errands': 'elderly.errand', 'elderly/doctor_visits': 'elderly.doctor_visit',
    'elderly/aid_devices': 'elderly.aid_device', 'elderly/subsidy_grants': 'elderly.subsidy_grant',
    'elderly/incidents': 'elderly.incident',
};

let server, plans;

before(async () => {
    server = await startServer();
    const { who } = await openTwoCounties(server);
    plans = await openPlans(server, RECORDS, { head: who.head,
        ...await people(server, JIANGHUA, { section: ['county_section', JIANGHUA, '养老股'] }) });
});
after(() => server?.stop());

for (const path of Object.keys(RECORDS))
    test(`${path}: every order and filter goes by an index`, async () => {
        assert.deepEqual(await plans.faultsOf(path), []);
    });
