// The plan of every list that is shipped with the first records; see tests/lib/list_plans.mjs.
import { plansOfLists } from '../lib/list_plans.mjs';

const RECORDS = {
    'station/residents': 'station.resident', 'station/households': 'station.household',
    'station/household_members': 'station.household_member', 'station/requests': 'station.request',
    'station/visits': 'station.visit', 'elderly/errands': 'elderly.errand', 'elderly/meal_orders': 'elderly.meal_order',
    'admin/org_units': 'admin.org_unit', // the whole county's for everybody
};

/** Columns of a table and what the n-th row has there; the rest is null or its default. */
const FILL = {
    'station.resident': { name: `'姓' || n`, name_py: `'xing' || n`, name_pi: `'x'`, sex: `'1'` },
    'station.household': { head: 'person' },
    'station.household_member': {
        household: 'household', person: 'person', relation: `'CHILD'`, joint_living: 'n % 2 = 0',
    },
    'station.request': {
        no: `county || '-' || n`, channel: `'DOOR'`, person: 'person', category: `'OTHER'`, domain: `'K'`,
        urgency: `'U' || 1 + n % 4`, content: `'事'`, received_at: 'at',
        due_accept_at: `at + interval '1 day'`, due_finish_at: `at + interval '3 days'`,
        state: `case when n % 20 = 0 then 'new' else 'closed' end`, staff: 'null',
    },
    'station.visit': { person: 'person', kind: `'ROUTINE'`, visited_at: 'at', result: `'MET_WELL'`, service: `'E'` },
    'elderly.errand': {
        person: 'person', request: 'request', kind: `'BUY'`, items: `'药'`, courier: 'null',
        state: `case when n % 20 = 0 then 'requested' else 'cancelled' end`,
    },
    'elderly.meal_order': {
        person: 'person', date: `at::date`, meal: `'LUNCH'`, mode: `'CANTEEN'`, band: `'SELF'`,
        price_fen: '800', subsidy_fen: '0', courier: 'null',
        state: `case when n % 20 = 0 then 'planned' else 'settled' end`,
    },
    'admin.org_unit': { name: `'室' || n`, kind: `case when n % 9 = 0 then 'AGENCY' else 'ROOM' end`, status: `'OPERATING'` },
};

plansOfLists(RECORDS, FILL);
