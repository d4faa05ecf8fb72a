// The county's model of social work: domain book 3.7 has no rows for it, so all [A]. The county
// keeps what is the county's; whoever serves reads it.
import { record } from './op.mjs';

const SERVE = ['county_leader', 'township_officer', 'child_supervisor', 'social_worker',
    'room_worker', 'child_director', 'agency_supervisor', 'agency_manager', 'intern',
    'hotline_operator', 'auditor_biz'];
const forAll = (roles, cell) => Object.fromEntries(roles.map((role) => [role, cell]));

export const TABLE = {
    brand_plan: {
        county_admin: 'CRU manage export', county_section: 'CRU manage export',
        station_head: 'R export', ...forAll(SERVE, 'R'),
    },
};

export const OPERATIONS = [
    ...record('station/brand_plans', 'brand_plan', 'list get history create patch export download',
        { start: ['manage'], close: ['manage', { summary: '试' }], reopen: ['manage'] }),
];
