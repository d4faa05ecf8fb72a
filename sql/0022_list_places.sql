-- Lists of a place pass over other places within the index that gives their order. Without the division
-- in it the planner, which takes a village's residents for fewer than they are, would rather read the
-- names of a whole county, whose indexes hold the division; and requests and visits in the order of
-- creation, which only the county's index gives, would be read until enough of a township had come.

drop index station.resident_place;
create index resident_place on station.resident (county, township, created_at desc, id desc, div);
drop index station.request_created;
create index request_created on station.request (county, created_at desc, id desc, township);
drop index station.visit_created;
create index visit_created on station.visit (county, created_at desc, id desc, township);
