-- Every declared filter is a key of an index now. Those with few values stand behind the order that
-- lists walk, so that a filtered list passes over other entries without reading their rows; the place
-- index is the one that staff's lists walk.

drop index station.request_place;
create index request_place on station.request
    (county, township, received_at desc, id desc, state, category, domain, urgency, open);
