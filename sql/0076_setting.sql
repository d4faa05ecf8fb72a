-- What a township has set for a service, or the default its plugin declares: SQL of plugins asks for it
-- by "<plugin>.<setting>".

create table core.setting_default (
    key text primary key,
    plugin text not null,
    name text not null,
    type text not null check (type in ('integer', 'boolean', 'text', 'money')),
    value text not null,
    basis text
);
comment on table core.setting_default is
    'settings that the loaded plugins declare; written by migrate, as the permissions are';
comment on column core.setting_default.basis is 'document the default rests on; null: unconfirmed';
grant select on core.setting_default to wulian_app, wulian_view, wulian_check;

-- plpgsql for its kept plan, like core.param. With the caller's own rights: row security shows the
-- activations of the caller's county. Strict, so that the planner folds it away, instead of asking the
-- tables, where a check binds nulls.
create function core.setting(p_county int, p_div bigint, p_key text) returns text
    language plpgsql stable strict parallel safe
    as $$
declare
    v text;
begin
    select coalesce(a.settings ->> d.name, d.value) into v
      from core.setting_default d
      left join core.plugin_activation a
        on a.county = p_county
       and a.township = (p_div / 1000)::int
       and a.plugin = d.plugin
     where d.key = p_key;
    if not found then
        raise exception 'no setting %: declare it in the settings of its plugin', p_key;
    end if;
    return v;
end $$;
comment on function core.setting(int, bigint, text) is
    'a setting at a place ("elderly.meal_cutoff_hour"): its township''s value, else the default, which'
    ' is also what the whole county has';
grant execute on function core.setting(int, bigint, text)
    to wulian_app, wulian_gate, wulian_view, wulian_check;
