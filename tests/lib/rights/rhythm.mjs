// How the county leads its stations: domain book 1.2 and 1.3 say who leads, supervises and answers;
// 3.7 has the row of star reviews only, so the rest is [A].
import { record } from './op.mjs';

const reason = { reason: '试' };

export const TABLE = {
    committee: {
        county_admin: 'CRU manage', county_section: 'R', county_leader: 'R', auditor_biz: 'R',
    },
    meeting: {
        county_admin: 'CRU manage export', county_section: 'CRU manage export',
        county_leader: 'CR manage', // chairs, 1.2
        township_officer: 'R', station_head: 'R', auditor_biz: 'R',
    },
    action_item: {
        county_admin: 'CRU finish verify export', county_section: 'CRU finish verify export',
        county_leader: 'CR finish verify', station_head: 'CRU finish verify',
        township_officer: 'R finish', social_worker: 'R finish', room_worker: 'R finish',
        agency_manager: 'R finish', auditor_biz: 'R',
    },
    supervision: {
        agency_supervisor: 'CR submit', county_section: 'CR submit cancel export',
        county_admin: 'R cancel export', county_leader: 'R', agency_manager: 'R',
        township_officer: 'R', station_head: 'R', auditor_biz: 'R',
    },
    rectification: {
        agency_supervisor: 'CRU accept', county_section: 'CRU accept export',
        county_admin: 'R export', county_leader: 'R', agency_manager: 'R', township_officer: 'R',
        station_head: 'R mend', social_worker: 'R', auditor_biz: 'R',
    },
    task: {
        county_admin: 'CRU finish waive export', county_section: 'CRU finish waive export',
        county_leader: 'R', township_officer: 'R finish', child_supervisor: 'R finish',
        station_head: 'CRU finish', social_worker: 'R', agency_manager: 'R', auditor_biz: 'R',
    },
    major_item: {
        county_admin: 'CRU submit decide export', county_leader: 'CRU submit decide', // decides, 1.2
        county_section: 'CRU submit export', township_officer: 'CRU submit',
        station_head: 'CRU submit', auditor_biz: 'M',
    },
    vote: { // by members of the leading group
        county_admin: 'CR', county_leader: 'CR', county_section: 'CR', auditor_biz: 'R',
    },
    conflict: {
        county_admin: 'CR decide', county_leader: 'CR decide', county_section: 'CR',
        auditor_biz: 'R',
    },
    star_scheme: {
        county_admin: 'CRU manage', county_section: 'CRU manage', county_leader: 'R',
        township_officer: 'R', station_head: 'R', social_worker: 'R', agency_supervisor: 'R',
        agency_manager: 'R', auditor_biz: 'R',
    },
    star_review: { // 3.7: CRU A, A check, C self score, C evidence, C evidence, R
        county_section: 'CR review grant export', township_officer: 'R check',
        station_head: 'CR self prove', social_worker: 'R prove', agency_supervisor: 'R prove',
        auditor_biz: 'R',
        county_admin: 'R review grant export', county_leader: 'R grant', // 1.2
    },
};

const ALL = 'list get history create patch';

export const OPERATIONS = [
    ...record('station/committees', 'committee', ALL, { dissolve: ['manage', reason] }),
    ...record('station/committee_members', 'committee', ALL, { leave: ['manage'] }),
    ...record('station/meetings', 'meeting', `${ALL} export download`, {
        hold: ['manage', { attendees: [] }], minute: ['manage', { minutes: '试' }],
        close: ['manage'], cancel: ['manage', reason],
    }),
    ...record('station/meeting_items', 'meeting', `${ALL} export download`,
        { conclude: ['manage', { conclusion: '试' }], carry: ['manage'] }),
    ...record('station/action_items', 'action_item', `${ALL} export download`, {
        finish: ['finish', { done_note: '试' }], verify: ['verify'], return: ['verify', reason],
        cancel: ['verify', reason],
    }),
    ...record('station/supervisions', 'supervision', 'list get history create export download',
        { submit: ['submit', { score: 90 }], close: ['submit'], cancel: ['cancel', reason] }),
    ...record('station/rectifications', 'rectification', `${ALL} export download`,
        { submit: ['mend', { measure: '试' }], accept: ['accept'], return: ['accept', reason] }),
    ...record('station/tasks', 'task', `${ALL} export download`,
        { finish: ['finish'], waive: ['waive', { note: '试' }] }),
    ...record('station/major_items', 'major_item', `${ALL} export download`, {
        submit: ['submit'], return: ['decide', reason], schedule: ['decide', { meeting: null }],
        deliberate: ['decide', { attendees: [] }], approve: ['decide', { resolution: '试' }],
        reject: ['decide', { resolution: '试' }], execute: ['decide'],
        close: ['decide', { result: '试' }],
    }),
    ...record('station/conflicts', 'conflict', 'list get history create',
        { lift: ['decide', reason] }),
    ...record('station/votes', 'vote', 'list get history create'),
    ...record('station/star_schemes', 'star_scheme', ALL,
        { activate: ['manage'], retire: ['manage'] }),
    ...record('station/star_items', 'star_scheme', ALL),
    ...record('station/star_reviews', 'star_review', 'list get history create export download', {
        submit: ['self'], check: ['check'], return: ['check', reason], review: ['review'],
        city: ['review', { city_total: '1.0' }], province: ['review', { province_total: '1.0' }],
        publicise: ['grant', { publicity_from: '2026-01-01', publicity_until: '2026-01-08' }],
        grant: ['grant', { batch: '试' }], recheck: ['review', { note: '试' }],
        refuse: ['review', reason], withdraw: ['grant', reason],
    }),
    ...record('station/star_scores', 'star_review', 'list get history export download', {
        score_self: ['self', { self_points: '1.0' }], attach: ['prove', { evidence: null }],
        score_township: ['check', { township_points: '1.0' }],
        score_county: ['review', { county_points: '1.0' }],
    }),
];
