#include "crypto/crypto.h"

#include <stdio.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

static bool end_of(const X509 *x, int64_t *end)
{
    struct tm at;

    if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &at) != 1)
        return false;
    *end = (int64_t)timegm(&at);
    return true;
}

bool certificate_end(const char *file, int64_t *end)
{
    FILE *f = fopen(file, "re");
    bool ok = true;
    int n = 0;

    for (X509 *x; f && ok && (x = PEM_read_X509(f, NULL, NULL, NULL)); n++) {
        int64_t at = 0;

        ok = end_of(x, &at);
        *end = n == 0 || at < *end ? at : *end;
        X509_free(x);
    }
    ERR_clear_error(); /* the end of the file counts as one */
    if (f)
        fclose(f);
    return ok && n > 0;
}
