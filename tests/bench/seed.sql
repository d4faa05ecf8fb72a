-- Rows for the benchmark, by set. psql variables: counties, townships (per county), residents,
-- requests (in all), days (over which they came), first (code of the first county), secret (head of
-- every token's), part and parts (which share of the requests this session writes), people (whether
-- it writes everything else).
-- Row n belongs to station n % stations, so a station's rows lie scattered as they would in life. Ids
-- are a kind and a number, so that load generators can name rows by arithmetic.
set session_replication_role = replica; -- references hold by construction
set synchronous_commit = off;
set timezone = 'UTC';

\if :people
insert into admin.org_unit (county, id, div, org, change, created_by, updated_by, name, kind,
                            status)
select c, id, div, id, id, nobody, nobody, div || '社工站', 'STATION', 'OPERATING'
  from (select :first + s / :townships as c,
               ('00000000-0000-7003-8000-' || 100000000000 + s)::uuid as id,
               ((:first + s / :townships) * 1000::bigint + 100 + s % :townships) * 1000 as div,
               '00000000-0000-0000-0000-000000000000'::uuid as nobody
          from generate_series(0, :counties * :townships - 1) s) x;

insert into admin.account (county, id, div, org, change, created_by, updated_by, login, name, state,
                           approved_by)
select county, replace(id::text, '-7003-', '-7004-')::uuid, div, id, id, created_by, created_by,
       'worker' || div, '社工', 'active', created_by
  from admin.org_unit where kind = 'STATION';

insert into admin.post (county, id, div, org, change, created_by, updated_by, account, role, kind,
                        scope_div, valid_from, state, approved_by)
select county, replace(id::text, '-7004-', '-7005-')::uuid, div, org, id, created_by, created_by,
       id, 'social_worker', 'business', div, '2020-01-01', 'active', created_by
  from admin.account where login like 'worker%';

insert into core.session (county, hash, kind, account, post, name, expires_at)
select p.county,
       sha256(convert_to(:'secret' || right(p.id::text, 12)::bigint - 100000000000 + 10000,
                         'UTF8')),
       'token', p.account, p.id, 'bench', now() + interval '1 day'
  from admin.post p where p.role = 'social_worker';

insert into core.plugin_activation (county, township, plugin, enabled, by)
select county, township, plugin, true, id
  from admin.org_unit, unnest(array['elderly', 'reads']) plugin where kind = 'STATION';

insert into station.resident (county, id, div, org, change, created_at, created_by, updated_by,
                              name, name_py, name_pi, id_type, id_number_enc, id_number_idx,
                              id_number_mask, sex, birth, ethnicity, phone_enc, phone_idx,
                              phone_mask, hukou_type, address)
select c, id, div + 200 + n / stations % 6, org, id,
       now() - (:residents - n) * (:days * interval '1 day' / :residents),
       account, account, (array['王','李','张','刘','陈','杨','黄','赵','周','吴'])[1 + n % 10]
           || (array['秀英','桂兰','建国','玉兰','志强','春梅','德明','小红'])[1 + n / 7 % 8],
       (array['wang','li','zhang','liu','chen','yang','huang','zhao','zhou','wu'])[1 + n % 10]
           || (array['xiuying','guilan','jianguo','yulan','zhiqiang','chunmei','deming','xiaohong'])
              [1 + n / 7 % 8],
       (array['w','l','z','l','c','y','h','z','z','w'])[1 + n % 10]
           || (array['xy','gl','jg','yl','zq','cm','dm','xh'])[1 + n / 7 % 8],
       '01', hash || substr(hash, 1, 20), hash, '431129********' || lpad((n % 10000)::text, 4, '0'),
       (1 + n % 2)::text, date '1940-01-01' + (n % 25000)::int, '01', hash || substr(hash, 1, 15),
       sha256(hash), '138****' || lpad((n % 10000)::text, 4, '0'), '10',
       '第' || n % 90 || '组' || n % 300 || '号'
  from (select n, stations, :first + (n % stations / :townships)::int as c,
               ((:first + n % stations / :townships) * 1000::bigint + 100
                   + n % stations % :townships) * 1000 as div,
               ('00000000-0000-7001-8000-' || 100000000000 + n)::uuid as id,
               ('00000000-0000-7003-8000-' || 100000000000 + n % stations)::uuid as org,
               ('00000000-0000-7004-8000-' || 100000000000 + n % stations)::uuid as account,
               sha256(n::text::bytea) as hash
          from generate_series(0::bigint, :residents - 1) n,
               (select :counties * :townships as stations) k) x;
\endif

insert into station.request (county, id, div, org, change, created_at, created_by, updated_by, no,
                             channel, person, caller_phone_enc, caller_phone_idx, caller_phone_mask,
                             category, domain, urgency, content, received_at, due_accept_at,
                             due_finish_at, state, staff, accepted_at, assigned_at, started_at,
                             done_at, closed_at, callback_at, callback_by, result, rating)
select c, id, div + 200 + k % 6, org, id, at, account, account,
       c || '-R' || to_char(at, 'YYYYMMDD') || '-' || 1000000 + n,
       (array['HOTLINE','DOOR','PHONE','VISIT','MINIAPP'])[1 + k % 5],
       ('00000000-0000-7001-8000-' || 100000000000 + k % per_station * stations + s)::uuid,
       hash || substr(hash, 1, 15), hash, '139****' || lpad((n % 10000)::text, 4, '0'),
       (array['MEAL','BUY_DRUG','TO_HOSPITAL','GREETING','CARE','REPAIR'])[1 + k % 6],
       (array['E','C','A','G','K'])[1 + k % 5], (array['U2','U3','U3','U4'])[1 + k % 4],
       '老人来电要求上门帮助，联系邻居后再去，门口有台阶。编号' || n, at, at + interval '4 hours',
       at + interval '2 days', case when open then 'assigned' else 'closed' end, account,
       at + interval '1 hour', at + interval '2 hours',
       case when not open then at + interval '3 hours' end,
       case when not open then at + interval '5 hours' end,
       case when not open then least(now(), at + interval '1 hour' * (6 + k % 60)) end,
       case when not open then at + interval '6 hours' end, case when not open then account end,
       case when not open then '已办' end, case when not open then 3 + k % 3 end
  from (select n, s, k, stations, k % 20 = 0 as open, :residents / stations as per_station,
               :first + (s / :townships)::int as c,
               ((:first + s / :townships) * 1000::bigint + 100 + s % :townships) * 1000 as div,
               ('00000000-0000-7002-8000-' || 100000000000 + n)::uuid as id,
               ('00000000-0000-7003-8000-' || 100000000000 + s)::uuid as org,
               ('00000000-0000-7004-8000-' || 100000000000 + s)::uuid as account,
               now() - (:requests - n) * (:days * interval '1 day' / :requests) as at,
               sha256(n::text::bytea) as hash
          from (select n, n % stations as s, n / stations as k, stations
                  from (select :counties * :townships as stations) t,
                       generate_series(:requests::bigint * :part / :parts,
                                       :requests::bigint * (:part + 1) / :parts - 1) n) y) x;
