// Every list of the network's and the money's records walks an index of its county.
import { plansOfLists } from '../../lib/list_plans.mjs';

plansOfLists({
    'station/rooms': 'station.station_room', 'station/venues': 'station.venue',
    'station/site_shares': 'station.site_share', 'station/check_schemes': 'station.check_scheme',
    'station/standard_checks': 'station.standard_check', 'station/demo_sites': 'station.demo_site',
    'station/contact_cards': 'station.contact_card', 'station/fund_sources': 'station.fund_source',
    'station/budget_lines': 'station.budget_line', 'station/expenses': 'station.expense',
    'station/contracts': 'station.contract', 'station/contract_stations': 'station.contract_station',
    'station/contract_indicators': 'station.contract_indicator',
    'station/contract_payments': 'station.contract_payment',
    'station/fund_replans': 'station.fund_replan', 'station/assets': 'station.asset',
    'station/replan_activities': 'station.replan_activity',
    'station/asset_uses': 'station.asset_use', 'station/asset_services': 'station.asset_service',
});
