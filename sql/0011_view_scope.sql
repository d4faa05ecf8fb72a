-- The published views keep to the caller's scope by themselves, besides the row security of the tables
-- behind them: a plugin's statement names its county, and need not know of scopes.

create or replace view station.v_resident as
    select county, id, div, org, name, sex, birth
      from station.resident
     where deleted_at is null
       and div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and div < (select nullif(current_setting('wl.hi', true), '')::bigint);

create or replace view station.v_request as
    select county, id, div, org, no, person, category, urgency, state, received_at, due_finish_at,
           staff
      from station.request
     where deleted_at is null
       and div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and div < (select nullif(current_setting('wl.hi', true), '')::bigint);
