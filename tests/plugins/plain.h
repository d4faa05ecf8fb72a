/* A plugin with nothing wrong, in pieces: each folder here defines the one piece it gets wrong, and
 * then includes this. One record, <name>.thing, with a life of two states; the table of the test's
 * migration fits it. */
#include <wulian/plugin.h>

#ifndef ABI
#define ABI WL_ABI
#endif

#ifndef OBJECT
#define OBJECT "thing"
#endif

#define TITLE                                                                                      \
    {                                                                                              \
        .name = "title", .type = WL_TEXT, .sensitivity = WL_CLASS_0,                               \
        .flags = WL_REQUIRED | WL_LISTED | WL_SORT, .max = 60                                      \
    }
#define STATE                                                                                      \
    {                                                                                              \
        .name = "state", .type = WL_TEXT, .sensitivity = WL_CLASS_0,                               \
        .flags = WL_COMPUTED | WL_LISTED                                                           \
    }
#define HOLDER                                                                                     \
    {                                                                                              \
        .name = "holder", .type = WL_STAFF, .sensitivity = WL_CLASS_1,                             \
        .flags = WL_COMPUTED | WL_LISTED                                                           \
    }
#ifndef FIELDS
#define FIELDS TITLE, STATE, HOLDER
#endif
static const struct wl_field fields[] = {FIELDS};

#define CLOSE .name = "close", .from = "open", .to = "closed", .permission = "close"
#ifndef ACTIONS
#define ACTIONS                                                                                    \
    {                                                                                              \
        CLOSE, .set = WL_SQL("holder = core.actor()")                                              \
    }
#endif
static const struct wl_action actions[] = {ACTIONS};

#ifndef SORT
#define SORT "-created_at"
#endif

static const struct wl_record thing = {
    .name = "thing",
    .path = "things",
    .object = OBJECT,
    .fields = WL_ROWS(fields),
    .actions = WL_ROWS(actions),
#ifdef CHECKS
    .checks = WL_ROWS(((const struct wl_check[]){CHECKS})),
#endif
#ifdef RULES
    .rules = WL_ROWS(((const struct wl_rule[]){RULES})),
#endif
#ifdef EFFECTS
    .effects = WL_ROWS(((const struct wl_effect[]){EFFECTS})),
#endif
#ifdef NOTICES
    .notices = WL_ROWS(((const struct wl_notice[]){NOTICES})),
#endif
#ifdef GUARDS
    .guards = WL_ROWS(((const struct wl_guard[]){GUARDS})),
#endif
#ifdef FIXED
    FIXED,
#endif
#ifdef FLAGS
    .flags = FLAGS,
#endif
#ifdef SECTIONS
    .sections = SECTIONS,
#endif
    .states = "open closed",
    .sort = SORT,
    .verbs = "list get create patch",
};
static const struct wl_record *const records[] = {&thing};

#ifndef ACCESS
#define ACCESS                                                                                     \
    {                                                                                              \
        "thing", "station_head", "create read update close"                                        \
    }
#endif
static const struct wl_access grants[] = {ACCESS};

#ifdef STATEMENTS
static const struct wl_statement statements[] = {STATEMENTS};
#endif
#ifdef ROUTES
static const struct wl_route routes[] = {ROUTES};
#endif
#ifdef INDICATORS
static const struct wl_indicator indicators[] = {INDICATORS};
#endif

#ifdef CHORES
static const struct wl_chore chores[] = {CHORES};
#endif

#ifndef SCHEMA
#define SCHEMA 1
#endif

#ifndef VERSION
#define VERSION "1.0.0"
#endif

static const struct wl_plugin plugin = {
    .size = sizeof(struct wl_plugin),
    .abi = ABI,
    .name = NAME,
    .version = VERSION,
    .schema = SCHEMA,
    .records = WL_RECORDS(records),
    .access = WL_ROWS(grants),
#ifdef STATEMENTS
    .statements = WL_ROWS(statements),
#endif
#ifdef STATEMENT_TABLE
    .statements = STATEMENT_TABLE,
#endif
#ifdef ROUTES
    .routes = WL_ROWS(routes),
#endif
#ifdef INDICATORS
    .indicators = WL_ROWS(indicators),
#endif
#ifdef CHORES
    .chores = WL_ROWS(chores),
#endif
};

const struct wl_plugin *wl_plugin_v1(void)
{
    return &plugin;
}
