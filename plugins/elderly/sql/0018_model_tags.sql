-- 一核双社三维四服五联 on services that a worker writes down one by one; those that come by the day (meals,
-- calls, attendance) all stand in one cell (counts.c).

do $$
declare
    name text;
begin
    foreach name in array array['errand', 'doctor_visit', 'venue_log'] loop
        for i in 0..1 loop
            execute format('alter table elderly.%I
                add column core_task boolean, add column platform text, add column dims text[],
                add column service text, add column links text[], add column reach text',
                name || case i when 1 then '_history' else '' end);
        end loop;
        execute format('grant update (core_task, platform, dims, service, links, reach) on elderly.%I
            to wulian_app', name);
    end loop;
end $$;

drop index elderly.venue_log_place;
create index venue_log_place on elderly.venue_log
    (county, township, served_at desc, id desc, div, kind, service);
