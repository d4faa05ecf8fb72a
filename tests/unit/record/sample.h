/* A module with a field of every type and a life, compiled as the loader would, and calls on it
 * without a server:
 *
 *   sample.person   name (searched), id_number, phone
 *   sample.job      one field of each type; planned → taken → done
 *
 * The keyring holds keys of SAMPLE_COUNTY only; code table KIND has A and B (valid), OLD (ended)
 * and NEW (not yet valid). */
#ifndef TESTS_UNIT_RECORD_SAMPLE_H
#define TESTS_UNIT_RECORD_SAMPLE_H

#include "call/call.h"
#include "db/testdb.h"
#include "record/rec.h"

enum { SAMPLE_COUNTY = 431129, KEYLESS_COUNTY = 321311 };
#define SAMPLE_ME "018f0000-0000-7000-8000-00000000000a"
#define SAMPLE_OTHER "018f0000-0000-7000-8000-00000000000b"
#define SAMPLE_ROW "018f0000-0000-7000-8000-000000000001"

struct sample {
    struct arena *arena;
    struct rec *person, *job;
    struct testdb db;     /* sample_db only */
    struct db_conn *conn; /* sample_db only */
};

/* Compiles the records, opens the keyring, loads the messages; fails the program when it cannot. */
void sample_open(struct sample *s);
/* Also a database, with the code table loaded from it. */
void sample_db(struct sample *s);
void sample_close(struct sample *s);

/* A call of role station_head, signed in as SAMPLE_ME over 431129100000's township, on this op (may
 * be NULL); `body` is JSON or NULL. Free with call_free. */
struct call *sample_call(const struct op *op, const char *body);
/* "pointer code, pointer code" of the faults collected so far. */
const char *sample_faults(struct call *c);
/* The reply's body as text. */
const char *sample_reply(struct call *c);
/* The operation of method and path tail ("/{id}/actions/take") on a record. */
const struct op *sample_op(struct sample *s, const struct rec *r, const char *method,
                           const char *tail);

/* Declarations to be spoilt by rec_test. */
extern const struct wl_plugin sample_plugin;
extern const struct wl_record sample_job;

#endif
