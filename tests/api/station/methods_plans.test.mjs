// The plan of every list of the methods' records; see tests/lib/list_plans.mjs.
import { plansOfLists } from '../../lib/list_plans.mjs';

const code = (table, n = 'n') => `(array(select c.code from core.code c where c.tab = '${table}'
    order by c.sort))[1 + ${n} % (select count(*)::int from core.code c where c.tab = '${table}')]`;
const state = (...all) => `(array['${all.join("', '")}'])[1 + n % ${all.length}]`;
const no = `county || '-' || n`;

plansOfLists({
    'station/residents': 'station.resident', 'station/consents': 'station.consent',
    'station/case_files': 'station.case_file', 'station/case_sheets': 'station.case_sheet',
    'station/case_records': 'station.case_record', 'station/case_addenda': 'station.case_addendum',
    'station/case_conferences': 'station.case_conference',
    'station/case_handovers': 'station.case_handover', 'station/groups': 'station.group_work',
    'station/group_members': 'station.group_member', 'station/group_sessions': 'station.group_session',
    'station/group_attendance': 'station.group_attendance', 'station/activities': 'station.activity',
    'station/activity_roles': 'station.activity_role',
    'station/activity_attendance': 'station.activity_attendance',
    'station/activity_enrols': 'station.activity_enrol',
    'station/activity_photos': 'station.activity_photo', 'station/surveys': 'station.survey',
    'station/survey_answers': 'station.survey_answer',
    'station/outcome_measures': 'station.outcome_measure', 'station/referrals': 'station.referral',
}, {
    'station.resident': { name: `'姓' || n`, name_py: `'xing' || n`, name_pi: `'x'`, sex: `'1'` },
    'station.consent': {
        person: 'person', kind: code('CONSENT_KIND'), purpose: `'服务'`, text_version: `'1'`,
        signed_by: `'姓'`, signer_relation: `'01'`, signed_at: 'at', state: state('given', 'withdrawn'),
    },
    'station.case_file': {
        no, person: 'person', source: `'VISIT'`, level: code('CASE_LEVEL'), worker: 'staff',
        service: `'E'`, close_reason: `'MOVED'`, state: state('intake', 'assessment', 'closed'),
    },
    'station.case_sheet': { readers: 'staffs', case_file: 'case_file', problems: `array['GRIEF']` },
    'station.case_record': {
        readers: 'staffs', sheet: 'case_sheet', stage: code('CASE_STAGE'), session_no: 'n',
        held_at: 'at', content: `'谈话'`,
    },
    'station.case_addendum': { readers: 'staffs', case_record: 'case_record', content: `'补记'` },
    'station.case_conference': {
        readers: 'staffs', sheet: 'case_sheet', held_at: 'at', members: `'[]'::jsonb`,
        minutes: `'会商'`,
    },
    'station.case_handover': { case_file: 'case_file', to_worker: 'staff', reason: `'休假'` },
    'station.group_work': {
        no, title: `'小组' || n`, type: code('GROUP_TYPE'), goals: `'目标'`, leader: 'staff',
        plan_members: '6', plan_sessions: '4', service: code('REQ_DOMAIN'),
        state: state('prepare', 'form', 'ended'),
    },
    'station.group_member': { group_work: 'group_work', person: 'person' },
    'station.group_session': {
        group_work: 'group_work', session_no: 'n', stage: code('GROUP_STAGE'), held_at: 'at',
        content: `'过程'`,
    },
    'station.group_attendance': {
        session: 'group_session', member: 'group_member', present: 'n % 5 > 0',
    },
    'station.activity': {
        no, title: `'活动' || n`, kind: code('ACTIVITY_KIND'), organiser: 'staff', place: `'社区'`,
        starts_at: 'at', form: `'OFFLINE'`, service: code('REQ_DOMAIN'),
        state: state('planned', 'approved', 'published', 'cancelled'),
    },
    'station.activity_role': { activity: 'activity', unit: 'unit', part: code('ACTIVITY_PART') },
    'station.activity_attendance': {
        activity: 'activity', person: 'person', state: state('present', 'struck'),
    },
    'station.activity_enrol': {
        activity: 'activity', person: 'person', state: state('enrolled', 'cancelled'),
    },
    'station.activity_photo': {
        activity: 'activity', photo: 'id', faces_blurred: 'true', state: state('draft', 'released'),
    },
    'station.survey': {
        no, title: `'调查' || n`, kind: code('SURVEY_KIND'), opens_on: 'at::date', owner: 'staff',
        state: state('draft', 'open', 'closed'),
    },
    'station.survey_answer': {
        survey: 'survey', answered_by: code('SURVEY_BY'), answered_at: 'at', rating: '1 + n % 5',
        service: code('REQ_DOMAIN'),
    },
    'station.outcome_measure': {
        person: 'person', instrument: code('INSTRUMENT'), lower_better: 'n % 2 = 0', pre_score: '10',
        pre_on: 'at::date', case_file: 'case when n % 2 = 0 then case_file end',
        group_work: 'case when n % 2 = 1 then group_work end',
    },
    'station.referral': {
        no, kind: `'NEED'`, person: 'person', person_name: `'姓'`, to_unit: 'unit',
        to_div: `county * 1000000::bigint + 999000`, consent: 'consent', need: `'探访'`, urgency: `'U3'`,
        sent_at: 'at', service: code('REQ_DOMAIN'), state: state('sent', 'refused', 'ended'),
    },
});
