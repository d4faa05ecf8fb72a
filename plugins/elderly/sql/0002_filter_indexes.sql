-- Every declared filter is a key of an index: state behind the order that lists walk (see the core's
-- filter_indexes), a courier's orders by courier.

drop index elderly.elder_profile_place;
create index elder_profile_place on elderly.elder_profile
    (county, township, created_at desc, id desc, state);
drop index elderly.errand_place;
create index errand_place on elderly.errand
    (county, township, created_at desc, id desc, state);
drop index elderly.meal_order_place;
create index meal_order_place on elderly.meal_order
    (county, township, date desc, id desc, state);
create index meal_order_courier on elderly.meal_order (county, courier, date desc, id desc);
