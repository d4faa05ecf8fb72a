// Every list of calls, secret files and the people's records walks an index of its county.
import { plansOfLists } from '../../lib/list_plans.mjs';

plansOfLists({
    'station/staff_profiles': 'station.staff_profile', 'station/duty_settings': 'station.duty_setting',
    'station/rosters': 'station.roster', 'station/duty_gaps': 'station.duty_gap',
    'station/trainings': 'station.training', 'station/training_attends': 'station.training_attend',
    'station/exam_plans': 'station.exam_plan', 'station/interns': 'station.intern',
    'station/worktimes': 'station.worktime', 'station/talent_plans': 'station.talent_plan',
    'station/calls': 'station.call_log', 'station/duty_forwards': 'station.duty_forward',
});
