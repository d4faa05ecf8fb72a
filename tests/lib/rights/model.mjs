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
    plan: {
        county_admin: 'CRU export', county_section: 'CRU export',
        ...forAll(['county_leader', 'township_officer', 'station_head', 'agency_manager',
            'auditor_biz'], 'R'),
    },
    model: { // the chief signs off, 1.2
        county_admin: 'CRU manage', county_section: 'CRU', county_leader: 'R manage',
        ...forAll(['township_officer', 'station_head', 'social_worker', 'room_worker',
            'agency_supervisor', 'agency_manager', 'intern', 'auditor_biz'], 'R'),
    },
    key_work: {
        county_admin: 'CRU manage export', county_section: 'CRU manage export',
        county_leader: 'R manage', township_officer: 'R finish', station_head: 'R finish',
        social_worker: 'R', agency_manager: 'R', auditor_biz: 'R',
    },
    lesson: {
        county_admin: 'CRU manage finish export', county_section: 'CRU manage finish export',
        county_leader: 'R', room_worker: 'CR', auditor_biz: 'R',
        ...forAll(['township_officer', 'station_head', 'social_worker', 'agency_supervisor',
            'agency_manager'], 'CRU finish'),
    },
};

export const OPERATIONS = [
    ...record('station/brand_plans', 'brand_plan', 'list get history create patch export download',
        { start: ['manage'], close: ['manage', { summary: '试' }], reopen: ['manage'] }),
    ...record('station/plan_targets', 'plan', 'list get history create patch export download'),
    ...record('station/key_works', 'key_work', 'list get history create patch export download', {
        start: ['manage'], finish: ['manage', { result: '试' }],
        cancel: ['manage', { result: '试' }],
    }),
    ...record('station/key_work_parts', 'key_work', 'list get history create export download',
        {
        finish: ['finish', { done_on: '2026-06-01' }], confirm: ['manage'],
        return: ['manage', { note: '试' }],
    }),
    ...record('station/model_versions', 'model', 'list get history create patch',
        { publish: ['manage'] }),
    ...record('station/lessons', 'lesson', 'list get history create patch export download', {
        plan: ['manage', { plan: '试', due: '2026-12-01' }], finish: ['finish', { result: '试' }],
        drop: ['manage', { reason: '试' }],
    }),
];
