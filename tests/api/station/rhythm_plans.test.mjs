// Every list of what leads the stations, and of the county's model, walks an index of its county.
import { JIANGHUA, TUOJIANG, YANGHUA } from '../../lib/county.mjs';
import { plansOfLists } from '../../lib/list_plans.mjs';

const NAMES = `committee committee_member meeting meeting_item action_item supervision rectification
    task major_item conflict vote star_scheme star_item star_review star_score brand_plan plan_target
    key_work key_work_part model_version lesson`.split(/\s+/);
const RECORDS = Object.fromEntries(NAMES.map((name) => [`station/${name}s`, `station.${name}`]));

plansOfLists(RECORDS, {}, { posts: { county: ['county_admin', JIANGHUA, '县局员'],
    township: ['county_admin', TUOJIANG, '镇里人'], village: ['county_admin', YANGHUA, '村里人'] } });
