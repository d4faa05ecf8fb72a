#include "audit/witness.h"

#include <string.h>

#include "audit/ledger.h"
#include "audit/outside.h"
#include "base/arena.h"

enum { LINE_BYTES = 2048, ARENA_MAX = 1 << 20 };

static bool seal_read(struct witness *w, const char *line, size_t n)
{
    struct arena *a = arena_new(ARENA_MAX);
    const char *v[SEAL_COLUMNS];
    bool ok = canon_read(a, ledger_seal, SEAL_COLUMNS, line, n, v) &&
              ledger_seal_hash(v, w->ahead[w->n].hash);

    if (ok) {
        w->ahead[w->n].seal = ledger_int(v[SEAL_SEAL]);
        w->ahead[w->n].sealed_at = ledger_int(v[SEAL_SEALED_AT]);
        w->n++;
    }
    arena_free(a);
    return ok;
}

static bool fill(struct witness *w)
{
    char line[LINE_BYTES];

    while (w->file && w->n < WITNESS_AHEAD && fgets(line, sizeof line, w->file)) {
        size_t n = strlen(line);

        n -= n > 0 && line[n - 1] == '\n';
        if (!outside_torn(line, n) && !seal_read(w, line, n)) {
            w->why = "the file of checkpoints holds a line that is no seal";
            return false;
        }
    }
    return true;
}

void witness_open(struct witness *w, FILE *file)
{
    *w = (struct witness){.file = file};
}

bool witness_agrees(struct witness *w, int64_t seal, const uint8_t hash[SHA256_LEN])
{
    int kept = 0;

    if (!fill(w))
        return false;
    for (int i = 0; i < w->n; i++) {
        if (w->ahead[i].seal > seal)
            w->ahead[kept++] = w->ahead[i];
        else if (w->ahead[i].seal == seal && memcmp(w->ahead[i].hash, hash, SHA256_LEN) != 0)
            w->why = "the checkpoint outside the database is another one: the log was rewritten";
    }
    w->n = kept;
    return !w->why;
}

bool witness_ends(struct witness *w, int64_t last, int64_t until)
{
    do {
        if (!fill(w))
            return false;
        for (int i = 0; i < w->n; i++)
            if (w->ahead[i].seal > last && (!until || w->ahead[i].sealed_at <= until)) {
                w->why = "checkpoints outside the database know of later rows: the end is missing";
                return false;
            }
        w->n = 0;
    } while (w->file && !feof(w->file) && !ferror(w->file));
    return true;
}
