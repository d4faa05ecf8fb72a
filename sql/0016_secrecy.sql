-- Secrecy: showing one encrypted value at a time, keys that change while the county works, and rows
-- that only named accounts see.

-- ---- reveal --------------------------------------------------------------------------------------

insert into core.code (tab, code, zh, en, sort) values
    ('REVEAL_REASON', 'SERVICE', '办理服务', 'to serve the person', 1),
    ('REVEAL_REASON', 'VERIFY', '核对身份', 'to verify identity', 2),
    ('REVEAL_REASON', 'CONTACT', '联系本人或家属', 'to contact the person or the family', 3),
    ('REVEAL_REASON', 'EMERGENCY', '紧急救助', 'emergency', 4),
    ('REVEAL_REASON', 'APPEAL', '投诉复核', 'complaint or review', 5),
    ('REVEAL_REASON', 'SUBJECT', '本人申请查阅', 'asked for by the person', 6),
    ('REVEAL_REASON', 'CORRECT', '更正数据', 'to correct the record', 7);

insert into core.policy_default (key, value, unit, mark, basis) values
    ('reveal.per_hour', '20', 'count', '[A]', null),
    ('reveal.hide_seconds', '60', 'seconds', '[A]', null);

alter table core.audit add column reason text, add column note text;
comment on column core.audit.reason is 'code of REVEAL_REASON; null where none is asked for';
comment on column core.audit.note is 'what the actor added to the reason; holds no numbers of people';

-- When an account revealed something during the last hour: as many moments as the limit lets through.
create table core.reveal_window (
    county int not null references core.tenant (county),
    account uuid not null,
    at timestamptz[] not null default '{}',
    primary key (county, account)
);
comment on table core.reveal_window is 'reveals of the last hour by account; counted under the row''s lock';
call core.protect('core.reveal_window', false);

-- Counts one reveal of the caller: 0, or the seconds until the next is allowed. The row's lock makes
-- calls in parallel queue, so that none slips past the limit.
create function core.reveal_take() returns int
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county int := nullif(current_setting('wl.county', true), '')::int;
    me uuid := core.actor();
    most int := core.param(my_county, 'reveal.per_hour')::int;
    recent timestamptz[];
begin
    if my_county is null or me is null then
        raise exception 'no session' using errcode = 'WL401';
    end if;
    insert into core.reveal_window (county, account) values (my_county, me)
        on conflict on constraint reveal_window_pkey do nothing;
    select w.at into recent
      from core.reveal_window w
     where w.county = my_county and w.account = me
       for update;
    recent := array(select x from unnest(recent) x
                     where x > clock_timestamp() - interval '1 hour' order by x);
    if cardinality(recent) >= most then
        return coalesce(greatest(1, ceil(extract(epoch from
            recent[cardinality(recent) - most + 1] + interval '1 hour' - clock_timestamp()))::int),
            3600);
    end if;
    update core.reveal_window w
       set at = recent || clock_timestamp()
     where w.county = my_county and w.account = me;
    return 0;
end $$;

-- ---- data keys -----------------------------------------------------------------------------------

alter table core.county_key add column retired_at timestamptz;
comment on column core.county_key.retired_at is 'since when nothing is sealed under it any more';

-- Before a write of values sealed under a data key: it must be the newest, and stays in use until the
-- write has ended. A worker that has not seen a newer key yet is told so (WL409) and fetches it.
create function core.data_key_hold(p_id int) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    my_county int := nullif(current_setting('wl.county', true), '')::int;
begin
    perform from core.county_key k
      where k.county = my_county and k.purpose = 'data' and k.id = p_id and k.retired_at is null
        and not exists (select from core.county_key n
                         where n.county = my_county and n.purpose = 'data' and n.id > p_id)
        for share of k;
    if not found then
        raise exception 'stale key' using errcode = 'WL409';
    end if;
end $$;

revoke execute on function core.reveal_take(), core.data_key_hold(int) from public;
grant execute on function core.reveal_take(), core.data_key_hold(int) to wulian_app;
