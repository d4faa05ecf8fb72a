-- Indexes behind orders and searches that had none. The order of creation may be asked of every list;
-- a search by the beginning of a name passes over people of other places within the index, without
-- reading their rows, since a village's staff see one in four hundred of a county.

create index request_created on station.request (county, created_at desc, id desc);
create index visit_created on station.visit (county, created_at desc, id desc);

drop index station.resident_name;
drop index station.resident_py;
drop index station.resident_pi;
create index resident_name on station.resident (county, name, id, div);
create index resident_py on station.resident (county, name_py, id, div);
create index resident_pi on station.resident (county, name_pi, id, div);
