/* The demonstration: real divisions, invented people. */
#ifndef WULIAN_DEMO_H
#define WULIAN_DEMO_H

#include "cli.h"

struct op;

struct demo_person {
    const char *login; /* without the county */
    const char *name, *role;
    int64_t div;       /* 12 digits: where the post sits and what it covers */
};

struct demo_county {
    int county;
    int rooms; /* 村居社工室 that are placed, spread over the townships */
    const struct demo_person *people;
    int npeople;
};

extern const struct demo_county demo_counties[];
extern const int demo_ncounties;

struct demo {
    struct cli *cli;
    struct db_conn *owner;
    const char *divisions; /* folder with areas.csv, streets.csv, villages.csv */
    const struct op *const *ops; /* of the process, once a step needed them */
    int nops;
};

/* The steps, in order; each does what is missing and says on stderr what it did. False after saying
 * why. */
bool demo_divisions(struct demo *d, const struct demo_county *county);
bool demo_places(struct demo *d, const struct demo_county *county);
bool demo_people(struct demo *d, const struct demo_county *county);
bool demo_staff(struct demo *d, const struct demo_county *county);
bool demo_residents(struct demo *d, const struct demo_county *county);
bool demo_year(struct demo *d, const struct demo_county *county);
bool demo_reports(struct demo *d, const struct demo_county *county);

/* Loads the modules, once in a process, whatever the number of counties. */
bool demo_operations(struct demo *d, struct db_conn *app);

#endif
