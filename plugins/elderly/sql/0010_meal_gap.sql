-- 断餐预警: whoever lives alone or in an empty nest and has had no meal of a slot by its end.

create table elderly.meal_gap (
    like core.record including defaults including generated including constraints,
    person uuid,
    date date not null default core.today(),
    meal text,
    why text,
    subscription uuid,
    meal_order uuid,
    due_at timestamptz,
    note text,
    state text not null,
    primary key (county, id),
    foreign key (county, person) references station.resident (county, id),
    foreign key (county, subscription) references elderly.meal_subscription (county, id),
    foreign key (county, meal_order) references elderly.meal_order (county, id),
    constraint meal_gap_state check (state in ('open', 'explained', 'raised'))
);
comment on table elderly.meal_gap is '断餐预警: a meal that a subscriber living alone did not get';
comment on column elderly.meal_gap.due_at is 'until when somebody has to know why';
create index meal_gap_date on elderly.meal_gap (county, date desc, id desc, state, why);
create index meal_gap_place on elderly.meal_gap (county, township, date desc, id desc, state, why);
create index meal_gap_person on elderly.meal_gap (county, person, date desc, id desc);
create index meal_gap_due on elderly.meal_gap (county, due_at);
create index meal_gap_created on elderly.meal_gap (county, created_at desc, id desc, township);
call core.record_table('elderly.meal_gap', 'elderly');
