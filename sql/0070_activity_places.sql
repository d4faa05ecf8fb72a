-- What activities and groups refer to: the county's brand plans, which every station reads, and venues.

do $$
begin
    if not exists (select from core.county_wide_table w where w.name = 'station.brand_plan') then
        call core.county_wide('station.brand_plan');
    end if;
end $$;

alter table station.activity add foreign key (county, brand_plan)
    references station.brand_plan (county, id);
alter table station.group_work add foreign key (county, brand_plan)
    references station.brand_plan (county, id);

alter table station.activity add column venue uuid,
    add foreign key (county, venue) references station.venue (county, id);
alter table station.activity_history add column venue uuid;
comment on column station.activity.venue is 'a venue that is registered; place says it in words';
grant update (venue) on station.activity to wulian_app;
create index activity_venue on station.activity (county, venue, starts_at desc, id desc);
