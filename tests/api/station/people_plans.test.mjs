// Every list of calls, secret files and the people's records walks an index of its county.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { JIANGHUA, openTwoCounties, people } from '../../lib/county.mjs';
import { openPlans } from '../../lib/plans.mjs';
import { startServer } from '../../lib/server.mjs';

const RECORDS = {
    'station/staff_profiles': 'station.staff_profile', 'station/duty_settings': 'station.duty_setting',
    'station/rosters': 'station.roster', 'station/duty_gaps': 'station.duty_gap',
    'station/trainings': 'station.training', 'station/training_attends': 'station.training_attend',
    'station/exam_plans': 'station.exam_plan', 'station/interns': 'station.intern',
    'station/worktimes': 'station.worktime', 'station/talent_plans': 'station.talent_plan',
    'station/calls': 'station.call_log', 'station/duty_forwards': 'station.duty_forward',
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
