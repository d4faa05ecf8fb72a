-- A place's assessments by the day they were written come straight from an index, too.

drop index elderly.ability_assessment_created;
create index ability_assessment_created on elderly.ability_assessment
    (county, created_at desc, id desc);
create index ability_assessment_created_place on elderly.ability_assessment
    (county, township, created_at desc, id desc, div, state, reason, level);
