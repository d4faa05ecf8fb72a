// Policy parameters (domain book 3.7) and the policy library ([A]: kept by the county, read by whoever
// serves).
import { record, single } from './op.mjs';

const SERVE = ['county_leader', 'verify_officer', 'township_officer', 'child_supervisor', 'station_head',
    'social_worker', 'room_worker', 'child_director', 'agency_supervisor', 'agency_manager',
    'hotline_operator', 'auditor_biz'];
const forAll = (roles, cell) => Object.fromEntries(roles.map((role) => [role, cell]));

export const TABLE = {
    policy: {
        county_section: 'CRU approve export', // CRU A
        county_admin: 'CRU approve export', // publishes, 1.2; confirms, 3.1.8
        ...forAll(SERVE, 'R'),
    },
    policy_doc: {
        county_admin: 'CRU publish import export', county_section: 'CRU publish import export',
        ...forAll([...SERVE, 'grid_worker', 'intern'], 'R'),
    },
};

const reason = { reason: '试' };

export const OPERATIONS = [
    ...record('station/policy_docs', 'policy_doc',
        'list get history create patch import template export download',
        { publish: ['publish'], repeal: ['publish', reason] }),
    ...record('station/policy_values', 'policy', 'list get history create patch export download', {
        confirm: ['approve'], end: ['approve', { effective_to: '2030-01-01' }],
        withdraw: ['approve', reason],
    }),
    single('GET', '/station/policy_params', 'policy', 'read'),
];
