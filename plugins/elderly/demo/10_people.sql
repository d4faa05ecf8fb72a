-- 为老服务 is on in three townships of four. There the elders from seventy on have files: of which kinds
-- they are, how they live, how able they are, whom to call. The rest of the year builds on these.

-- The functions of the service see what a caller of the whole county sees.
select set_config('wl.county', demo.county()::text, true),
       set_config('wl.lo', (demo.county()::bigint * 1000000)::text, true),
       set_config('wl.hi', ((demo.county()::bigint + 1) * 1000000)::text, true);

create table served as
    select s.*, row_number() over (order by s.n)::int as nth
      from stations s where s.n % 4 <> 0;
insert into core.plugin_activation (county, township, plugin, enabled, since, by)
select demo.county(), s.township, 'elderly', true, demo.at(core.today() - 380, 540), demo.holder('county_admin')
  from served s
on conflict do nothing;

create table elders as
    select e.*, demo.id('elder' || e.key, e.at) as file, k.diseases, k.categories, k.level,
           row_number() over (partition by e.township order by e.n)::int as nth,
           (select max(v.visited_at) from station.v_visit v
             where v.county = demo.county() and v.person = e.person and v.result in ('MET_WELL', 'MET_CONCERN')) as seen
      from (select p.id as person, p.div, p.township, p.n, p.key, p.birth, s.id as org, s.key as station,
                   h.account as head, w.account as worker, x.account as second,
                   extract(year from age(core.today(), p.birth))::int as years,
                   demo.roll('kind' || p.key, 100) as kind, demo.roll('sev' || p.key, 10) as severity,
                   demo.at(core.today() - 364 + demo.roll('filed' || p.key, 250), 500 + demo.roll('hour' || p.key, 500)) as at
              from people p
              join served s on s.township = p.township
              join staff h on h.org = s.id and h.n = 0
              join staff w on w.org = s.id and w.n = 1 + p.n % (select max(o.workers) from staff o where o.org = s.id)
              join staff x on x.org = s.id and x.n = 1 + (p.n + 1) % (select max(o.workers) from staff o where o.org = s.id)
             where p.birth < core.today() - interval '70 years') e
     cross join lateral (select case when e.kind < 30 then array['ALONE'] when e.kind < 55 then array['EMPTY_NEST']
                                     when e.kind < 70 then array['LEFT_BEHIND'] when e.kind < 78 then array['DISABLED']
                                     when e.kind < 82 then array['SEVERE'] when e.kind < 86 then array['FAMILY_PLAN', 'CHILD_LOST']
                                     when e.kind < 90 then array['DESTITUTE'] when e.years < 80 then array['EMPTY_NEST']
                                     else array['AGED'] end
                                || case when e.years >= 80 and e.kind < 90 then array['AGED'] else '{}' end as categories,
                                case when demo.roll('ill' || e.key, 3) > 0 then array[demo.pick('dis' || e.key, array[
                                    'I10-I15', 'I10-I15', 'E10-E14', 'I25', 'I63', 'M80-M82', 'H25-H26', 'F00-F03', 'J44'])] end as diseases,
                                case when e.kind between 70 and 77 then '2' when demo.roll('able' || e.key, 2) = 0 then null
                                     when e.severity < 5 then '0' when e.severity < 8 then '1' when e.severity < 9 then '2' else '3' end as level) k;
create unique index on elders (township, nth);
analyze elders;

-- Assessed by two, one of them a nurse; scores fall with the level.
create table scored as
    select demo.id('assess' || e.key, e.at + interval '20 hours') as id, e.*, e.at + interval '20 hours' as made,
           (select jsonb_object_agg(i.item, greatest(0, i.top - case e.level when '0' then 0
                        when '1' then demo.roll(e.key || i.item, 2) when '2' then 1 + demo.roll(e.key || i.item, 2)
                        else 2 + demo.roll(e.key || i.item, 2) end))
              from (values ('eating', 4), ('grooming', 4), ('bathing', 4), ('upper_dress', 4), ('lower_dress', 4), ('bladder', 4),
                           ('bowel', 4), ('toilet', 4), ('bed_move', 4), ('transfer', 4), ('walking', 4), ('stairs', 3),
                           ('time_sense', 4), ('place_sense', 4), ('person_sense', 4), ('memory', 4), ('understanding', 4),
                           ('expression', 4), ('aggression', 1), ('depression', 1), ('consciousness', 2), ('sight', 2),
                           ('hearing', 2), ('daily_tasks', 4), ('transport', 3), ('social', 4)) i (item, top)) as items
      from elders e where e.level is not null and e.worker <> e.second;
do $$
declare
    columns text;
begin
    select string_agg(quote_ident(a.attname), ', ') into columns from pg_attribute a
     where a.attrelid = 'elderly.ability_assessment'::regclass and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = '';
    execute format($f$insert into elderly.ability_assessment (%s)
        select %s from (select r.* from demo.scored e
         cross join lateral jsonb_populate_record(null::elderly.ability_assessment, e.items || jsonb_build_object(
            'county', demo.county(), 'id', e.id, 'div', e.div, 'org', e.org, 'change', e.id, 'version', 1,
            'created_at', e.made, 'created_by', e.worker, 'updated_at', e.made, 'updated_by', e.worker,
            'person', e.person, 'reason', 'FIRST', 'assessed_at', e.made - interval '1 hour', 'place', '家中',
            'assessor1', e.worker, 'assessor2', e.second, 'medical', e.second, 'diagnoses', e.diseases,
            'coma', false, 'signed1_at', e.made + interval '1 hour', 'signed2_at', e.made + interval '3 hours',
            'effective_at', e.made + interval '3 hours', 'valid_to', (e.made at time zone 'Asia/Shanghai')::date + 365,
            'reassess_due', e.made + interval '366 days', 'state', 'effective')) r) x$f$, columns, columns);
end $$;
call demo.lived('elderly.ability_assessment', '[
    {"state": "draft"}, {"state": "submitted", "when": "signed1_at", "by": "assessor1"},
    {"state": "effective", "when": "signed2_at", "by": "assessor2", "sets": ["effective_at", "valid_to", "reassess_due"]}]');

insert into elderly.elder_profile (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, categories, living, ability, assessed_on, tier, worker, diseases, diet, floor, lift, consent_visit,
    active_since, contacted_at, next_visit_due, state)
select demo.county(), e.file, e.div, e.org, e.file, e.at, e.worker, e.at, e.worker, e.person, e.categories,
       case when 'ALONE' = any (e.categories) then 'ALONE' when 'LEFT_BEHIND' = any (e.categories) then 'RELATIVES'
            when 'EMPTY_NEST' = any (e.categories) then 'SPOUSE' else demo.pick('live' || e.key, array['SPOUSE', 'CHILDREN', 'ALONE']) end,
       a.level, (a.assessed_at at time zone 'Asia/Shanghai')::date, t.tier, e.worker, e.diseases,
       demo.pick('diet' || e.key, array['NORMAL', 'NORMAL', 'SOFT', 'LOW_SALT', 'LOW_SUGAR']),
       1 + demo.roll('floor' || e.key, 3), false, true, e.at + interval '2 days', e.seen,
       elderly.next_visit_due(demo.county(), e.div, t.tier, true, greatest(e.seen, e.at + interval '2 days'), null),
       'active'
  from elders e
  left join elderly.ability_assessment a on a.county = demo.county() and a.person = e.person
 cross join lateral (select elderly.tier_suggested(e.categories, a.level, e.diseases) as tier) t;
call demo.lived('elderly.elder_profile', '[
    {"state": "draft", "is": {"tier": null}},
    {"state": "active", "when": "active_since", "sets": ["contacted_at", "next_visit_due", "ability", "assessed_on"]}]');

insert into elderly.elder_contact (county, id, div, org, change, created_at, created_by, updated_at, updated_by,
    person, name, relation, roles, lives)
select demo.county(), c.id, c.div, c.org, c.id, c.at, c.worker, c.at, c.worker, c.person, c.name, c.relation, c.roles, c.lives
  from (select demo.id('contact' || e.key || k.role, e.at + interval '1 hour') as id, e.div, e.org, e.worker, e.person,
               e.at + interval '1 hour' as at, k.relation, array[k.role] as roles, k.lives,
               demo.pick('cs' || e.key || k.role, array['盘', '赵', '李', '冯', '邓', '奉', '黄', '唐'])
                   || demo.pick('cg' || e.key || k.role, array['建国', '志勇', '海燕', '小妹', '文彬', '福生']) as name
          from elders e
         cross join (values ('CHILD', '20', '广东务工'), ('NEIGHBOUR', '99', '同组'), ('KEY', '99', '隔壁')) k (role, relation, lives)
         where k.role = 'CHILD' and not 'CHILD_LOST' = any (e.categories) or demo.roll('has' || e.key || k.role, 3) = 0) c;
call demo.written('elderly.elder_contact');

