// 平急转换. The book's matrix (3.7) has no row for any of it: all [A], after who decides for a place
// (1.1, 1.2, 3.1.5): the township's government and the county; stations prepare, who works reads.
import { record, single } from './op.mjs';

const reads = (words) => Object.fromEntries(words.split(' ').map((role) => [role, 'R']));

export const TABLE = {
    mode: {
        county_admin: 'CRU approve end', county_leader: 'R approve end', county_section: 'CRU',
        township_officer: 'CRU approve end', station_head: 'CRU',
        ...reads('social_worker room_worker child_supervisor child_director grid_worker '
            + 'hotline_operator venue_operator agency_supervisor agency_manager verify_officer '
            + 'intern auditor_biz'),
    },
    service_policy: {
        county_admin: 'CRU approve', county_leader: 'R approve', county_section: 'CRU',
        ...reads('township_officer station_head auditor_biz'),
    },
};

const note = { end_note: '试' };

export const OPERATIONS = [
    ...record('station/mode_switches', 'mode', 'list get history create patch', {
        approve: ['approve'], activate: ['approve'], end: ['end', note],
        withdraw: ['update', note], revoke: ['end', note],
    }),
    ...record('station/service_policies', 'service_policy', 'list get history create patch',
        { confirm: ['approve'], end: ['approve', { reason: '试' }] }),
    single('GET', '/station/modes/effective', 'mode', 'read'),
    single('GET', '/station/modes/services', 'mode', 'read'),
    single('GET', '/station/modes/overview', 'mode', 'read'),
];
