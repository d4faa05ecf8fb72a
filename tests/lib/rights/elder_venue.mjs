// 养老场地. All [A]: the book's row of elder records has no column for who runs a venue, and 1.2 lets
// them keep attendance; they must not read the elders' files, so it is an object of its own.
import { record, single } from './op.mjs';

export const TABLE = {
    elder_venue: {
        county_section: 'R export', county_admin: 'R export', county_leader: 'R', township_officer: 'R',
        station_head: 'CRU plan import export', social_worker: 'CRU plan', room_worker: 'CRU',
        venue_operator: 'CRU', agency_supervisor: 'M', auditor_biz: 'M',
    },
};

const reason = { reason: '试' };
const TABLES = 'import template export download';
const WRITTEN = 'list get history create patch';

export const OPERATIONS = [
    ...record('elderly/venue_attendance', 'elder_venue', `${WRITTEN} ${TABLES}`, {
        leave: ['update', { left_at: '2026-01-01T09:00:00Z' }], strike: ['update', reason],
    }),
    ...record('elderly/venue_needs', 'elder_venue', `${WRITTEN} export download`, {
        plan: ['plan', { title: '试', starts_at: '2026-12-01T09:00:00Z', organiser: null }],
        decline: ['plan', reason], answer: ['update', { feedback: '已办' }],
    }),
    ...record('elderly/venue_logs', 'elder_venue', `${WRITTEN} ${TABLES}`),
    single('GET', '/elderly/my_venues', 'elder_venue', 'read'),
    { ...single('GET', '/elderly/invitees', 'elder', 'read'),
        also: { object: 'resident', verbs: ['read'] } },
];
