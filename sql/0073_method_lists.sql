-- Lists of a place in the order of creation, of records whose own order is another.

create index case_record_place_created on station.case_record
    (county, township, created_at desc, id desc, div);
create index case_conference_place_created on station.case_conference
    (county, township, created_at desc, id desc, div);
create index group_session_place_created on station.group_session
    (county, township, created_at desc, id desc, div);
create index activity_place_created on station.activity
    (county, township, created_at desc, id desc, div);
create index survey_answer_place_created on station.survey_answer
    (county, township, created_at desc, id desc, div);
create index referral_place_created on station.referral
    (county, township, created_at desc, id desc, div);
create index visit_place_created on station.visit
    (county, township, created_at desc, id desc, div);
