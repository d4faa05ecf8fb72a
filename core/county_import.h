/* A county from division files: what `wulian divisions import` and `wulian demo` share. */
#ifndef WULIAN_COUNTY_IMPORT_H
#define WULIAN_COUNTY_IMPORT_H

#include "cli.h"
#include "tenant/division_import.h"
#include "tenant/open.h"

struct county_import {
    int county;
    const char *name; /* NULL: from the files or the database */
    const char *from; /* see struct division_import */
    bool force, dry_run;
    const char *const *files;
    int nfiles;
};

struct county_imported {
    const char *name;
    struct opened opened;
    struct division_report divisions;
};

/* Reads the files, opens the county when it is new (with the master key of the settings) and
 * imports. Shows its progress. False and *why otherwise. */
bool county_import(struct cli *c, struct db_conn *owner, const struct county_import *in,
                   struct county_imported *out, const char **why);

#endif
