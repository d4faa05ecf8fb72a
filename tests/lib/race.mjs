// Somebody else's transaction in the middle of one's own step. `where` is a server or a cluster.
import { setTimeout as sleep } from 'node:timers/promises';

const isWaitedFor = async (where) =>
    await where.psql(`select count(*) from pg_stat_activity where wait_event_type = 'Lock'`) !== '0';

async function until(holds) {
    for (let i = 0; i < 1000; i++) {
        if (await holds()) return;
        await sleep(20);
    }
    throw new Error('it never was so');
}

/** What `act` gives while a change has been made and is not committed. */
export async function holding(where, change, act) {
    const other = await where.transaction(change);
    try {
        return await act();
    } finally {
        await other.commit();
    }
}

/** What `act` gives when it comes upon a row with a change that has not committed yet: this one does as
 *  soon as it is waited for, or not at all. */
export async function meanwhile(where, change, act) {
    const other = await where.transaction(change);
    const acting = act();
    const isOver = acting.then(() => true, () => true);
    await until(async () => await isWaitedFor(where) || await Promise.race([isOver, sleep(0)]));
    const [answer] = await Promise.all([acting, other.commit()]);
    return answer;
}

/** The same with a change that outlasts the patience of who waits for it. */
export async function outlasting(where, change, act) {
    const other = await where.transaction(change);
    const acting = act();
    await until(() => isWaitedFor(where));
    await until(async () => !await isWaitedFor(where));
    const [answer] = await Promise.all([acting, other.commit()]);
    return answer;
}
