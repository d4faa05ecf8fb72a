// 问候电话、线上文娱: elder records (3.7). A call is a contact as a visit is, so who records visits records
// it; to take one out of the plan is the head's, to let content out is who decides.
import { record } from './op.mjs';

const talk = { outcome: 'SEEN', found: '试' }, reason = { reason: '试' };
const all = 'list get history create';

export const OPERATIONS = [
    ...record('elderly/call_plans', 'elder', `${all} import template export download`, {
        adjust: ['update', {}], pause: ['update', reason], resume: ['update'],
        end: ['update', reason],
    }),
    ...record('elderly/greeting_calls', 'elder', 'list get history patch export download', {
        answer: ['create', { outcome: 'WELL' }], no_answer: ['create', { outcome: 'OFF' }],
        ask_neighbour: ['create'], send_worker: ['create', { staff: null, found: '试' }],
        alarm: ['create', { found: '试', told: ['FAMILY'] }], resolve: ['create', talk],
        cancel: ['close', reason],
    }),
    ...record('elderly/call_steps', 'elder', 'list get history export download'),
    ...record('elderly/content_items', 'elder', `${all} patch export download`,
        { approve: ['decide'], withdraw: ['decide', reason] }),
    ...record('elderly/content_shares', 'elder', `${all} patch export download`),
];
