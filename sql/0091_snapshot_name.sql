-- A ledger's county check goes by one name, as every other's does.
alter table core.report_snapshot rename constraint report_snapshot_div to report_snapshot_in_county;
