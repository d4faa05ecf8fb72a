-- 线上文娱: what was collected for elders at home, and to which groups it went.

insert into core.code (tab, code, zh, en, sort) values
    ('CONTENT_KIND', 'OPERA', '戏曲', 'opera', 1),
    ('CONTENT_KIND', 'MUSIC', '歌曲', 'songs', 2),
    ('CONTENT_KIND', 'FILM', '影视', 'films', 3),
    ('CONTENT_KIND', 'EXERCISE', '健身操', 'exercises', 4),
    ('CONTENT_KIND', 'HEALTH', '健康讲座', 'talks on health', 5),
    ('CONTENT_KIND', 'CRAFT', '手工', 'handicraft', 6),
    ('CONTENT_KIND', 'COOKING', '美食', 'cooking', 7),
    ('CONTENT_KIND', 'READING', '阅读', 'reading', 8),
    ('CONTENT_KIND', 'OTHER', '其他', 'other', 9);

create table elderly.content_item (
    like core.record including defaults including generated including constraints,
    title text not null,
    kind text not null,
    link text,
    file uuid,
    source text not null,
    minutes bigint,
    note text,
    collected_by uuid not null,
    reviewed_by uuid,
    reviewed_at timestamptz,
    withdrawn_at timestamptz,
    reason text,
    state text not null,
    primary key (county, id),
    foreign key (county, collected_by) references admin.account (county, id),
    foreign key (county, reviewed_by) references admin.account (county, id),
    constraint content_item_link check (link ~ '^https?://[^[:space:]]+$'),
    constraint content_item_reviewed check (
        state <> 'approved' or (reviewed_by is not null and reviewed_by <> collected_by)),
    constraint content_item_state check (state in ('draft', 'approved', 'withdrawn'))
);
comment on table elderly.content_item is
    '线上文娱内容: shared only when somebody other than its collector has reviewed it';
create index content_item_created on elderly.content_item
    (county, created_at desc, id desc, township, state, kind);
create index content_item_place on elderly.content_item
    (county, township, created_at desc, id desc, state, kind);
call core.record_table('elderly.content_item', 'elderly');
call core.county_wide('elderly.content_item');

create table elderly.content_share (
    like core.record including defaults including generated including constraints,
    content uuid not null,
    online_group uuid,
    group_name text,
    shared_at timestamptz not null,
    shared_by uuid not null,
    members bigint not null,
    views bigint,
    note text,
    primary key (county, id),
    foreign key (county, content) references elderly.content_item (county, id),
    foreign key (county, online_group) references station.online_group (county, id),
    foreign key (county, shared_by) references admin.account (county, id),
    constraint content_share_views check (views >= 0)
);
comment on table elderly.content_share is '推送记录: to which group a content went, and how far it came';
create index content_share_shared on elderly.content_share (county, shared_at desc, id desc);
create index content_share_created on elderly.content_share
    (county, created_at desc, id desc, township);
create index content_share_place on elderly.content_share
    (county, township, shared_at desc, id desc);
create index content_share_content on elderly.content_share
    (county, content, shared_at desc, id desc);
create index content_share_group on elderly.content_share
    (county, online_group, shared_at desc, id desc);
call core.record_table('elderly.content_share', 'elderly');
