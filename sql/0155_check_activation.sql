-- Who writes a record table of a plugin asks by its policy whether the plugin is on: the role that
-- checks a plugin's statements must read what that policy reads.
grant select (county, township, plugin, enabled) on core.plugin_activation to wulian_check;
