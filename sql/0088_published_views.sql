-- What services build on besides residents and requests: venues, visits and activities, as views that
-- keep to the caller's scope; and what an activity came from, where a service planned it.

alter table station.activity add column plugin_ref text;
alter table station.activity_history add column plugin_ref text;
comment on column station.activity.plugin_ref is '<plugin>.<record>:<id> of what it was planned for';
grant update (plugin_ref) on station.activity to wulian_app;
create index activity_plugin_ref on station.activity (county, plugin_ref)
    where plugin_ref is not null;

create index venue_manager on station.venue (county, manager, created_at desc, id desc);

grant select on station.venue, station.visit, station.activity, station.activity_enrol
    to wulian_view;
grant create on schema station to wulian_view;
create view station.v_venue as
    select county, id, div, org, name, type, capacity, manager, closed_on
      from station.venue
     where deleted_at is null
       and div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and div < (select nullif(current_setting('wl.hi', true), '')::bigint);
alter view station.v_venue owner to wulian_view;
create view station.v_visit as
    select county, id, div, org, person, kind, way, visited_at, result
      from station.visit
     where deleted_at is null
       and div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and div < (select nullif(current_setting('wl.hi', true), '')::bigint);
alter view station.v_visit owner to wulian_view;
create view station.v_activity as
    select county, id, div, org, title, venue, starts_at, service, plugin_ref, state
      from station.activity
     where deleted_at is null
       and div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and div < (select nullif(current_setting('wl.hi', true), '')::bigint);
alter view station.v_activity owner to wulian_view;
create view station.v_activity_enrol as
    select county, id, div, activity, person, state
      from station.activity_enrol
     where deleted_at is null
       and div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
       and div < (select nullif(current_setting('wl.hi', true), '')::bigint);
alter view station.v_activity_enrol owner to wulian_view;
revoke create on schema station from wulian_view;
grant select on station.v_venue, station.v_visit, station.v_activity, station.v_activity_enrol
    to wulian_app, wulian_check;
