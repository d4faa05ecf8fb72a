-- Courses are the county's as often as a station's, and hours count wherever they were learnt: both are
-- read in the whole county, and written where they belong.

call core.county_wide('station.training');
call core.county_wide('station.training_attend');
