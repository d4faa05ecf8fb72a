-- What wulian migrate had before it when it last found every statement of the program and its plugins
-- in order: a server that starts with all of it unchanged does not have them prepared once more.

create table core.checked (
    one boolean primary key default true check (one),
    mark bytea not null,
    at timestamptz not null default now()
);
comment on table core.checked is
    'hash over program, plugins and catalog at the last whole check; written by wulian migrate only';
