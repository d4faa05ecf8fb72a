-- The ledger is read in its order, by its index. While a month's partition is young its statistics say
-- that it is empty; a plan made then read all of it and sorted it, for every seal, until the next
-- analyze: work that grows with the square of the rows.
alter function core.audit_late(int) set enable_seqscan = off;
alter function core.audit_late(int) set enable_sort = off;
alter function core.audit_rows(int, int, xid8, int) set enable_seqscan = off;
alter function core.audit_rows(int, int, xid8, int) set enable_sort = off;
