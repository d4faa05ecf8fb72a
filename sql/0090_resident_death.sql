-- Services end with a life: the published view of residents says when.

create or replace view station.v_resident as
    select county, id, div, org, name, sex, birth, death_date
      from station.resident
     where deleted_at is null
       and div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and div < (select nullif(current_setting('wl.hi', true), '')::bigint);
