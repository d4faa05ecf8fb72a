-- A missed call is called back: by which call, and so when and by whom. Until then it is on the list.

alter table station.call_log
    add column returned_by uuid,
    add foreign key (county, returned_by) references station.call_log (county, id);
alter table station.call_log_history add column returned_by uuid;
create index call_log_returned on station.call_log (county, returned_by) where returned_by is not null;
create index call_log_missed on station.call_log (county, started_at desc, id desc)
    where outcome = 'MISSED' and returned_by is null;
grant update (returned_by) on station.call_log to wulian_app;
