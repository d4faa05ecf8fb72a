-- A monthly activity of a plan made anew names the activity that was held for it.
alter table station.replan_activity
    add column activity uuid,
    add constraint replan_activity_held foreign key (county, activity)
        references station.activity (county, id);
alter table station.replan_activity_history add column activity uuid;
grant update (activity) on station.replan_activity to wulian_app;
create unique index replan_activity_one on station.replan_activity (county, activity)
    where deleted_at is null and activity is not null;
