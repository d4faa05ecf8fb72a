-- The one step that needs a superuser, run in the database that Wulian will live in. Idempotent.
-- Passwords and login rules are the installation's own (embedded mode and deploy/ set them).

do $$
declare
    role text;
begin
    foreach role in array array['wulian_owner', 'wulian_app', 'wulian_gate'] loop
        if not exists (select from pg_roles where rolname = role) then
            execute format('create role %I login', role);
        end if;
    end loop;
    foreach role in array array['wulian_view', 'wulian_check'] loop
        if not exists (select from pg_roles where rolname = role) then
            execute format('create role %I nologin', role);
        end if;
    end loop;
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to wulian_owner, wulian_app, wulian_gate',
                   current_database());
    execute format('grant create on database %I to wulian_owner', current_database());
end $$;

alter role wulian_owner nosuperuser nocreatedb nocreaterole nobypassrls;
alter role wulian_app nosuperuser nocreatedb nocreaterole nobypassrls;
alter role wulian_gate nosuperuser nocreatedb nocreaterole nobypassrls;
grant wulian_view, wulian_check to wulian_owner;
-- How far the standbys are (core.database_vitals).
grant pg_read_all_stats to wulian_owner;

alter role wulian_app set statement_timeout = '5s';
alter role wulian_app set lock_timeout = '2s';
alter role wulian_app set idle_in_transaction_session_timeout = '10s';
alter role wulian_app set jit = off;
alter role wulian_gate set statement_timeout = '5s';
alter role wulian_gate set lock_timeout = '2s';
alter role wulian_gate set idle_in_transaction_session_timeout = '10s';

create extension if not exists btree_gist;

revoke all on schema public from public;
grant usage on schema public to wulian_owner;

-- Functions through which a statement could forge a scope, reach other sessions, wait, or run text
-- as SQL. The owner's definer functions keep set_config.
do $$
declare
    f regprocedure;
begin
    for f in
        select p.oid::regprocedure
          from pg_proc p
         where p.pronamespace = 'pg_catalog'::regnamespace
           and has_function_privilege('public', p.oid, 'execute')
           and (p.proname in ('set_config', 'pg_notify', 'pg_cancel_backend', 'pg_terminate_backend',
                              'query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema',
                              'cursor_to_xml', 'cursor_to_xmlschema', 'table_to_xml',
                              'table_to_xmlschema', 'table_to_xml_and_xmlschema', 'schema_to_xml',
                              'schema_to_xmlschema', 'schema_to_xml_and_xmlschema',
                              'database_to_xml', 'database_to_xmlschema',
                              'database_to_xml_and_xmlschema', 'ts_stat', 'ts_rewrite')
                or p.proname like 'pg\_sleep%'
                or p.proname like 'pg\_%advisory%'
                or p.proname like 'lo\_%'
                or p.proname in ('loread', 'lowrite'))
    loop
        execute format('revoke execute on function %s from public', f);
    end loop;
end $$;
grant execute on function pg_catalog.set_config(text, text, boolean) to wulian_owner;
-- One migration at a time.
grant execute on function pg_catalog.pg_advisory_lock(bigint) to wulian_owner;
grant execute on function pg_catalog.pg_advisory_unlock(bigint) to wulian_owner;
grant execute on function pg_catalog.pg_try_advisory_lock(bigint) to wulian_owner;
