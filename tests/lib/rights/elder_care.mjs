// Doctors at home, devices, subsidies and incidents of elders: rows of the book's "elder records" (3.7).
import { record } from './op.mjs';

const reason = { reason: '试' };
const WRITTEN = 'list get history create patch export download';

export const TABLE = {};

export const OPERATIONS = [
    ...record('elderly/doctor_visits', 'elder', WRITTEN, {
        agree: ['update', { agreed_at: '2026-11-22T09:00:00+08:00', doctor: '李医生', way: 'OWN' }],
        visit: ['update', { visited_at: '2026-11-22T09:00:00+08:00', findings: '试' }],
        close: ['update'], cancel: ['update', reason],
    }),
    ...record('elderly/aid_devices', 'elder', WRITTEN, {
        approve: ['decide', { cost_fen: 0, gov_fen: 0, charity_fen: 0, self_fen: 0 }],
        refuse: ['decide', reason],
        place: ['update', { placed_on: '2026-11-22', received_by: '本人' }],
        check: ['update', { checked_on: '2026-11-22', check_note: '好用' }],
        return: ['update', { returned_on: '2026-11-22', condition: '完好' }],
    }),
    ...record('elderly/subsidy_grants', 'elder', WRITTEN, {
        confirm: ['decide'], pay: ['settle', { paid_on: '2026-11-22', voucher: '1' }],
        drop: ['decide', reason],
    }),
    ...record('elderly/incidents', 'elder', WRITTEN,
        { close: ['close', { outcome: '试' }] }),
];
