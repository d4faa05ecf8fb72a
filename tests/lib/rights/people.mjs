// 队伍: files of staff, duty, training, exams, interns, working time, talent. The domain book's table
// has no row for any of them: all [A], from what its 1.2 says each role does.
import { record, single } from './op.mjs';

export const TABLE = {
    staff_profile: { // kept by who answers for the staff; the certificate's number is theirs to see
        county_admin: 'R export', county_section: 'CRU reveal export', county_leader: 'R',
        township_officer: 'R', station_head: 'CRU reveal export', agency_manager: 'CRU reveal',
        agency_supervisor: 'M', auditor_biz: 'M',
    },
    duty_setting: { // the county says who must be open
        county_admin: 'CRU', county_section: 'CRU', county_leader: 'R', township_officer: 'R',
        station_head: 'R', social_worker: 'R', hotline_operator: 'R', auditor_biz: 'R',
    },
    roster: { // the head plans; everybody signs in for themselves; the hotline has shifts too
        county_admin: 'R export', county_section: 'CRU manage explain export', county_leader: 'R',
        township_officer: 'R', station_head: 'CRU attend manage explain import export',
        social_worker: 'R attend', room_worker: 'R attend', agency_supervisor: 'R',
        agency_manager: 'R', hotline_operator: 'R attend', auditor_biz: 'R',
    },
    training: {
        county_admin: 'R export', county_section: 'CRU hold confirm import export',
        county_leader: 'R', township_officer: 'R',
        station_head: 'CRU hold confirm import export', social_worker: 'R',
        agency_manager: 'CRU hold confirm import export', // staff, training: 1.2
        agency_supervisor: 'CRU hold confirm', auditor_biz: 'R',
    },
    exam: {
        county_admin: 'R export', county_section: 'CRU sit confirm export',
        station_head: 'CRU sit confirm export', social_worker: 'CRU sit',
        agency_manager: 'CRU sit confirm', auditor_biz: 'R',
    },
    internship: {
        county_admin: 'R export', county_section: 'CRU manage export',
        station_head: 'CRU manage evaluate export', social_worker: 'R evaluate',
        agency_manager: 'CRU manage', agency_supervisor: 'R evaluate', auditor_biz: 'M',
    },
    intern_draft: { // drafts only, co-signed by a worker: 1.2
        intern: 'CRU submit', station_head: 'R sign', social_worker: 'R sign',
        agency_supervisor: 'M',
    },
    worktime: {
        county_admin: 'R export', county_section: 'R export',
        station_head: 'CRU delete restore import export', social_worker: 'CRU delete',
        room_worker: 'CRU delete', agency_manager: 'R import export', agency_supervisor: 'R',
        auditor_biz: 'R',
    },
    talent: {
        county_admin: 'CRU approve export', county_section: 'CRU export',
        county_leader: 'R approve', township_officer: 'R', station_head: 'CRU export',
        agency_manager: 'R', auditor_biz: 'R',
    },
};

const reason = { reason: '试' };
const attend = ['attend'];
const table = 'import template export download';

export const OPERATIONS = [
    ...record('station/staff_profiles', 'staff_profile',
        'list get history create patch reveal export download'),
    ...record('station/duty_settings', 'duty_setting', 'list get history create patch'),
    // raised by the clock only: nothing to do with many at once
    ...record('station/duty_gaps', 'roster', 'list get history', { explain: ['explain', { note: '试' }] })
        .filter(({ name }) => name !== 'batch'),
    ...record('station/rosters', 'roster', `list get history create patch ${table}`, {
        check_in: attend, check_out: attend, swap_ask: ['attend', { swap_with: null }],
        swap_agree: attend, swap_refuse: attend, swap_withdraw: attend,
        absent: ['manage', reason], cancel: ['manage', reason],
    }),
    ...record('station/trainings', 'training', `list get history create patch ${table}`,
        { hold: ['hold'], cancel: ['hold', reason] }),
    ...record('station/training_attends', 'training', `list get history create patch ${table}`,
        { confirm: ['confirm', { hours: '1.0' }], absent: ['confirm'] }),
    ...record('station/exam_plans', 'exam', 'list get history create patch export download', {
        enrol: ['sit'], sit: ['sit'], pass: ['confirm', { result_on: '2026-01-01' }],
        fail: ['confirm', { result_on: '2026-01-01' }], drop: ['sit', { note: '试' }],
    }),
    ...record('station/interns', 'internship', 'list get history create patch export download', {
        begin: ['manage'], complete: ['evaluate', { hours: '1.0', evaluation: '试' }],
        end: ['manage', reason],
    }),
    ...record('station/intern_drafts', 'intern_draft', 'list get history create patch',
        { submit: ['submit'], sign: ['sign'], return: ['sign', reason] }),
    ...record('station/worktimes', 'worktime', `list get history create patch delete restore ${table}`),
    ...record('station/talent_plans', 'talent', 'list get history create patch export download',
        { approve: ['approve'], report: ['update', { done: 1 }], close: ['approve'] }),
    single('GET', '/station/duty', 'roster', 'read'),
    single('GET', '/station/duty/holes', 'roster', 'read'),
    single('GET', '/station/education', 'training', 'read'),
    single('GET', '/station/workforce', 'staff_profile', 'read'),
    single('GET', '/station/talent', 'talent', 'read'),
];
