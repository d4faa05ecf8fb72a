// The plan of every list of profiles, assessments and contacts; see tests/lib/list_plans.mjs.
import { plansOfLists } from '../../../tests/lib/list_plans.mjs';
import { ITEMS } from './assess.mjs';

plansOfLists({
    'station/residents': 'station.resident', 'elderly/profiles': 'elderly.elder_profile',
    'elderly/assessments': 'elderly.ability_assessment', 'elderly/contacts': 'elderly.elder_contact',
}, {
    'station.resident': { name: `'姓' || n`, name_py: `'xing' || n`, name_pi: `'x'`, sex: `'1'` },
    'elderly.elder_profile': {
        person: 'person', categories: `case when n % 3 = 0 then array['ALONE'] else array['AGED'] end`,
        tier: `(array['H', 'K', 'N'])[1 + n % 3]`, ability: `(n % 5)::text`, consent_visit: 'true',
        worker: `case when n % 50 = 0 then staff end`,
        next_visit_due: `case when n % 9 > 0 then at + interval '300 days' end`,
        state: `case when n % 9 = 0 then 'closed' else 'active' end`,
    },
    'elderly.ability_assessment': {
        person: 'person', reason: `'FIRST'`, assessed_at: 'at', assessor1: 'staffs[1]',
        assessor2: 'staffs[2]', coma: 'false',
        ...Object.fromEntries(Object.keys(ITEMS).map((item) => [item, 'n % 2'])),
        state: `case when n % 4 = 0 then 'superseded' else 'effective' end`,
    },
    'elderly.elder_contact': { person: 'person', name: `'姓' || n`, relation: `'20'`, roles: `array['CHILD']` },
});
