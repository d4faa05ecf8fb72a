// 能力评估 as tests fill it in: the 26 items of GB/T 42195-2022 with their highest scores, and the way
// from two assessors' sheet to an effective assessment.
import { made, step } from '../../../tests/lib/steps.mjs';

/** The items of the standard by group, each with its highest score. */
export const GROUPS = {
    b1: { eating: 4, grooming: 4, bathing: 4, upper_dress: 4, lower_dress: 4, bladder: 4, bowel: 4,
        toilet: 4 },
    b2: { bed_move: 4, transfer: 4, walking: 4, stairs: 3 },
    b3: { time_sense: 4, place_sense: 4, person_sense: 4, memory: 4, understanding: 4, expression: 4,
        aggression: 1, depression: 1, consciousness: 2 },
    b4: { sight: 2, hearing: 2, daily_tasks: 4, transport: 3, social: 4 },
};
export const ITEMS = Object.assign({}, ...Object.values(GROUPS));

/** Scores that come to that total: full marks up to it, then none. */
export function scores(total) {
    let left = total;
    return Object.fromEntries(Object.entries(ITEMS).map(([item, top]) => {
        const score = Math.min(top, left);
        left -= score;
        return [item, score];
    }));
}

/** A sheet by two assessors, the first of them the nurse. */
export const sheet = (person, [first, second], total, more) => ({
    person, reason: 'FIRST', assessed_at: new Date().toISOString(), assessor1: first.account,
    assessor2: second.account, medical: first.account, coma: false, ...scores(total), ...more,
});

/** An assessment that both have signed: its row, with its path. */
export async function assess(person, [first, second], total, more) {
    const { id } = await made(first.post('/elderly/assessments',
        sheet(person, [first, second], total, more)));
    const path = `/elderly/assessments/${id}`;
    await step(first, path, 'sign');
    return { ...await step(second, path, 'countersign'), path };
}
