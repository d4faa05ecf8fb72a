-- What a station's staff should be is one figure: staffing.per_station, or what its duty setting says.
delete from core.policy_default where key = 'network.workers_per_station';
