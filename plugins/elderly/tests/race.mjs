// Somebody else's step in the middle of one's own.
import { setTimeout as sleep } from 'node:timers/promises';

/** What `act` gives when it comes upon a row with a change that has not committed yet: this one does as
 *  soon as it is waited for. */
export async function meanwhile(server, change, act) {
    const other = server.psql(`begin; ${change};
        do $$ begin
            for i in 1..500 loop
                exit when exists (select from pg_stat_activity where wait_event_type = 'Lock');
                perform pg_sleep(0.02), pg_stat_clear_snapshot();
            end loop;
        end $$;
        commit`);
    const begun = () => server.psql(`select count(*) from pg_stat_activity where wait_event = 'PgSleep'`);
    for (let i = 0; i < 100 && Number(await begun()) === 0; i++) await sleep(20);
    const [answer] = await Promise.all([act(), other]);
    return answer;
}
