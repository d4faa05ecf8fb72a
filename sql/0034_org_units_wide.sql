-- Public names, needed wherever work is handed on: a host, an agency, a school or a police office of the
-- county can be named by everybody who may read org units, whatever township it sits in.

call core.county_wide('admin.org_unit');
