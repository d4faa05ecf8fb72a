comment on column core.report_snapshot.figures is
    '{"M04": {"n": sum, "c": rows, "p": persons, "k": {kind: [n, c, p]}}}; of the county n and c are'
    ' its own rows'' alone, p the whole county''s, and "t": [[township, kind or "", n, c, p]] is every'
    ' place whose report is not among its sources, as it stood then';
