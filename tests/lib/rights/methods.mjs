// The three methods: casework, groups, activities, referrals, surveys, measures.
import { record } from './op.mjs';

export const TABLE = {
    // row case_file {4}: county_section R sample with reason, station_head R, social_worker CRU own,
    // agency_supervisor R contract, auditor count only. The register; sign: 3.1.6, by the supervisor,
    // who is of the agency or, in a small county, [A] the head
    case_file: {
        county_section: 'R', station_head: 'R sign', social_worker: 'CRU advance',
        agency_supervisor: 'R sign',
    },
    // its material: of whoever may read, the named readers alone see a row
    case_note: {
        county_section: 'R', station_head: 'R readers', social_worker: 'CRU readers',
        agency_supervisor: 'CRU', // [A]: writes down the conference
    },
    consent: { // no row of its own; all [A]
        county_section: 'R', station_head: 'CRU', social_worker: 'CRU', room_worker: 'CR',
        child_director: 'CR', agency_supervisor: 'M', auditor_biz: 'M',
    },
    // groups and activities have no row either; all [A]
    group_work: {
        county_section: 'R export', county_admin: 'R export', township_officer: 'R',
        station_head: 'CRU advance export', social_worker: 'CRU advance', room_worker: 'R',
        agency_supervisor: 'M', auditor_biz: 'M',
    },
    activity: {
        county_section: 'CRU approve enrol export', county_admin: 'CRU approve enrol export',
        county_leader: 'R', township_officer: 'R', station_head: 'CRU approve enrol export',
        social_worker: 'CRU enrol', room_worker: 'CRU enrol', child_director: 'R enrol',
        agency_supervisor: 'M', agency_manager: 'M', hotline_operator: 'M', auditor_biz: 'M',
    },
    case_handover: { // [A]: the head allocates work, 1.2
        county_section: 'R', station_head: 'CR', social_worker: 'R', agency_supervisor: 'R',
    },
    survey: { // [A]
        county_admin: 'CRU', county_section: 'CRU', county_leader: 'R', township_officer: 'R',
        station_head: 'CRU', social_worker: 'CRU', room_worker: 'R', child_director: 'R',
        agency_supervisor: 'R', agency_manager: 'R', hotline_operator: 'R', auditor_biz: 'R',
    },
    survey_answer: { // [A]
        county_admin: 'R', county_section: 'CRU', station_head: 'CRU', social_worker: 'CRU',
        room_worker: 'CR', child_director: 'CR', hotline_operator: 'C', agency_supervisor: 'M',
        auditor_biz: 'M',
    },
    referral: { // [A]; which of the two stations may do a step, the row says
        county_section: 'R', county_admin: 'R', station_head: 'CRU answer reveal',
        social_worker: 'CRU answer reveal', room_worker: 'CR', child_director: 'CR',
        agency_supervisor: 'M', auditor_biz: 'M',
    },
    measure: { // [A]
        county_section: 'R', station_head: 'CRU', social_worker: 'CRU', agency_supervisor: 'R',
    },
};

const reason = { reason: '试' };
const early = { close_reason: 'MOVED', ...reason };
const plain = 'list get history create patch';
const material = 'list get history create patch readers put_readers';

export const OPERATIONS = [
    ...record('station/consents', 'consent', 'list get history create patch',
        { withdraw: ['update', reason] }),
    ...record('station/case_files', 'case_file', 'list get history create patch', {
        assess: ['advance'], plan: ['advance'], intervene: ['advance'],
        reassess: ['advance', reason], evaluate: ['advance'],
        propose: ['advance', { close_reason: 'ACHIEVED', closing_note: '试' }],
        send_back: ['sign', reason], sign: ['sign'], end_early: ['advance', early],
        follow_up: ['advance', { follow_up_note: '试' }],
    }),
    ...record('station/case_sheets', 'case_note', material),
    ...record('station/case_records', 'case_note', material),
    ...record('station/case_addenda', 'case_note', 'list get history create readers put_readers'),
    ...record('station/case_conferences', 'case_note', material),
    ...record('station/case_handovers', 'case_handover', 'list get history create'),
    ...record('station/surveys', 'survey', plain, {
        open: ['update'], close: ['update', { findings: '试' }], cancel: ['update', reason],
    }),
    ...record('station/survey_answers', 'survey_answer', plain),
    ...record('station/outcome_measures', 'measure', plain),
    ...record('station/referrals', 'referral', `${plain} reveal`, {
        accept: ['answer', { receiver: null }], refuse: ['answer', reason],
        finish: ['answer', { feedback: '试' }], end: ['update', { result: '试' }],
        withdraw: ['update', reason],
    }),
    ...record('station/groups', 'group_work', 'list get history create patch export download', {
        form: ['advance'], turn: ['advance'], mature: ['advance'], part: ['advance'],
        finish: ['advance', { summary: '试' }], cancel: ['advance', reason],
    }),
    ...record('station/group_members', 'group_work', plain),
    ...record('station/group_sessions', 'group_work', plain),
    ...record('station/group_attendance', 'group_work', plain),
    ...record('station/activities', 'activity', `${plain} export download`, {
        approve: ['approve'], publish: ['update'], hold: ['update', { actual_count: 1 }],
        summarise: ['update', { summary: '试' }], archive: ['approve'], cancel: ['update', reason],
    }),
    ...record('station/activity_roles', 'activity', plain),
    ...record('station/activity_attendance', 'activity', 'list get history create',
        { strike: ['enrol', reason] }),
    ...record('station/activity_enrols', 'activity', plain,
        { attend: ['enrol'], cancel: ['enrol', reason] }),
    ...record('station/activity_photos', 'activity', plain, { release: ['update'] }),
];
