// Every list of service modes and emergencies walks an index of its county.
import { plansOfLists } from '../../lib/list_plans.mjs';

plansOfLists({
    'station/mode_switches': 'station.mode_switch', 'station/mode_briefs': 'station.mode_brief',
    'station/service_policies': 'station.service_policy',
    'station/emergency_plans': 'station.emergency_plan', 'station/incidents': 'station.incident',
    'station/bulletins': 'station.bulletin', 'station/bulletin_relays': 'station.bulletin_relay',
    'station/conferences': 'station.conference', 'station/linkage_orders': 'station.linkage_order',
    'station/online_groups': 'station.online_group', 'station/online_sessions': 'station.online_session',
    'station/counsellings': 'station.counselling',
    'station/isolation_subjects': 'station.isolation_subject',
    'station/isolation_checks': 'station.isolation_check', 'station/incomers': 'station.incomer',
}, {}, { own: ['station.counselling'] });
