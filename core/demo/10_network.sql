-- What the units are known by, the rooms of the stations, and the venues beside them.

update admin.org_unit o
   set version = o.version + 1, change = md5(o.id::text || 'network')::uuid, updated_at = now(),
       plaque_date = date '2021-03-01' + demo.roll('plaque' || o.div, 500),
       entity_op_date = case when o.kind <> 'ROOM'
                             then date '2022-09-01' + demo.roll('op' || o.div, 300) end,
       service_phone = '0746-' || (2300000 + demo.roll('phone' || o.div, 99999)),
       contact_name = case when o.kind = 'STATION' then '值班社工' end,
       is_demo = o.kind = 'STATION' and s.n % 5 = 1,
       star = case when o.kind = 'STATION' then case when s.n <= 5 then 5 when s.n <= 9 then 4 else 0 end end,
       star_batch = case when o.kind = 'STATION' and s.n <= 9 then '2024年第一批' end
  from admin.org_unit x
  left join stations s on s.id = x.id
 where o.county = demo.county() and x.county = o.county and x.id = o.id and o.deleted_at is null
   and o.kind in ('GENSTATION', 'STATION', 'ROOM') and o.plaque_date is null;
insert into admin.org_unit_history
select o.* from admin.org_unit o
 where o.county = demo.county() and o.change = md5(o.id::text || 'network')::uuid
on conflict do nothing;

-- Those who work with the stations: an agency, a school, the police, a charity, a college. The credit
-- codes are invented, with check characters that fit.
create table codes (county, kind, uscc) as values
    (431129, 'AGENCY', '52431129MJ0D0001XE'), (431129, 'AGENCY2', '52431129MJ0D00028E'),
    (321311, 'AGENCY', '52321311MJ0D0001XT'), (321311, 'AGENCY2', '52321311MJ0D00028T');
create table units as
    select demo.id('unit' || u.kind || demo.county(), demo.at(core.today() - 800, 540)) as id, u.*, c.uscc
      from (values ('AGENCY', '和美社会工作服务中心（演示）'), ('AGENCY2', '同心社会工作发展中心（演示）'),
                   ('SCHOOL', '实验学校（演示）'), ('POLICE', '公安局（演示）'),
                   ('CHARITY', '慈善志愿者协会（演示）'), ('COLLEGE', '师范学院（演示）'))
           u (kind, name)
      left join codes c on c.county = demo.county() and c.kind = u.kind;
insert into admin.org_unit (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    name, kind, uscc, parent, status)
select demo.county(), u.id, demo.county()::bigint * 1000000, core.station_of(demo.county(), demo.county()::bigint * 1000000),
       u.id, demo.at(core.today() - 800, 540), demo.holder('county_admin'),
       demo.at(core.today() - 800, 540), demo.holder('county_admin'), u.name,
       regexp_replace(u.kind, '2$', ''), u.uscc, core.station_of(demo.county(), demo.county()::bigint * 1000000),
       'OPERATING'
  from units u;
call demo.written('admin.org_unit');

insert into station.station_room (county, id, div, org, change, created_at, created_by, updated_at,
    updated_by, unit, type, name, area_m2, has_logo, books, plants, inspected_on)
select demo.county(), r.id, r.div, r.org, r.id, r.at, r.head, r.at, r.head, r.org, r.type, r.name,
       r.area, true, r.books, 2 + demo.roll('plants' || r.k, 6), core.today() - demo.roll('seen' || r.k, 300)
  from (select s.key || t.type as k, demo.id('room' || s.key || t.type, demo.at(core.today() - 700, 600)) as id,
               s.id as org, s.div, h.account as head, demo.at(core.today() - 700, 600) as at, t.type, t.name,
               (t.area + demo.roll('area' || s.key || t.type, 20))::numeric as area,
               case when t.type = 'GROUP' then 40 + demo.roll('books' || s.key, 200) end as books
          from stations s
          join staff h on h.org = s.id and h.n = 0
         cross join (values ('OFFICE', '办公室', 20), ('ARCHIVE', '档案室', 10),
                            ('CASE', '心灵驿站', 12), ('GROUP', '小组活动室', 40)) t (type, name, area)) r;
call demo.written('station.station_room');

create table venues as
    select demo.id('venue' || s.key || t.type, demo.at(core.today() - 690, 600)) as id, s.id as org, s.div,
           s.township, h.account as head, demo.at(core.today() - 690, 600) as at, t.type,
           replace(s.name, '社工站', '') || t.name as name, t.capacity
      from stations s
      join staff h on h.org = s.id and h.n = 0
     cross join (values ('DAYCARE', '日间照料中心', 30), ('HOMECARE', '居家养老服务中心', 40),
                        ('CHILDHOME', '儿童之家', 35), ('CULTURE', '文化站', 120)) t (type, name, capacity)
     where t.type in ('CHILDHOME', 'CULTURE') or s.n % 2 = 1 and t.type = 'DAYCARE' or s.n % 4 = 2;
insert into station.venue (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    name, type, unit, capacity, open_mode)
select demo.county(), v.id, v.div, v.org, v.id, v.at, v.head, v.at, v.head, v.name, v.type, v.org,
       v.capacity, 'NORMAL'
  from venues v;
call demo.written('station.venue');
