-- A post reaches no further than the scope of whoever proposes it: the second wall of the field's
-- WL_WITHIN. Posts made at the machine itself come from the owner, whom no policy holds.
create policy within on admin.post as restrictive for insert
    with check (scope_div >= (select nullif(current_setting('wl.lo', true), '')::bigint)
        and core.scope_hi(scope_div) <= (select nullif(current_setting('wl.hi', true), '')::bigint));
