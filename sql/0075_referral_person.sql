-- Somebody who stands there twice is merged, and their referrals with them; where a referral goes stays.

grant update (person) on station.referral to wulian_app;
