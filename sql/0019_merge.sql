-- One natural person once per county (domain book 3.1.3): rows that turn out to be the same are merged
-- by people, as a recorded set of moves that can be undone.

create index resident_alike on station.resident (county, name_py, birth, sex)
    where deleted_at is null;

create table core.merge (
    county int not null,
    id uuid not null,
    record text not null,
    loser uuid not null,
    winner uuid not null,
    at timestamptz not null default now(),
    by uuid not null default core.actor(),
    undone uuid,
    undone_at timestamptz,
    undone_by uuid,
    primary key (county, id),
    foreign key (county) references core.tenant (county),
    constraint merge_two check (loser <> winner),
    constraint merge_undone check (num_nulls(undone, undone_at, undone_by) in (0, 3))
);
comment on table core.merge is
    'the row `loser` was found to be `winner`; id and undone are the calls that merged and undid it';
create unique index merge_loser on core.merge (county, record, loser) where undone is null;
create index merge_undone_by on core.merge (county, undone) where undone is not null;

create table core.merge_move (
    county int not null,
    merge uuid not null,
    record text not null,
    field text not null,
    id uuid not null,
    primary key (county, merge, record, field, id),
    foreign key (county, merge) references core.merge (county, id)
);
comment on table core.merge_move is 'which reference of which row went from the loser to the winner';

-- Only a post of the whole county sees every row that refers to either: nobody else merges.
call core.protect('core.merge', false);
call core.protect('core.merge_move', false);
create policy whole_county on core.merge as restrictive for insert with check (
    (select nullif(current_setting('wl.hi', true), '')::bigint
            - nullif(current_setting('wl.lo', true), '')::bigint) >= 1000000);
create policy whole_county_undo on core.merge as restrictive for update using (
    (select nullif(current_setting('wl.hi', true), '')::bigint
            - nullif(current_setting('wl.lo', true), '')::bigint) >= 1000000);
grant select, insert on core.merge, core.merge_move to wulian_app;
grant update (undone, undone_at, undone_by) on core.merge to wulian_app;
