#include "iam/guess.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/pace.h"
#include "base/str.h"
#include "base/time.h"

enum { BY_ADDRESS, BY_COUNTY, KINDS, WINDOW_S = 600, NETWORK = 8 };

static struct pace paces[KINDS] = {{0, WINDOW_S}, {0, WINDOW_S}}; /* set once at start */

void guess_limits(int by_address, int by_county)
{
    paces[BY_ADDRESS].most = by_address;
    paces[BY_COUNTY].most = by_county;
}

/* A house has a whole network of IPv6, and one address of IPv4, in whichever form. */
static uint64_t network_hash(const char *address)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr v6;

    if (inet_pton(AF_INET6, address, &v6) != 1 || IN6_IS_ADDR_V4MAPPED(&v6))
        return str_hash(address);
    memset(v6.s6_addr + NETWORK, 0, sizeof v6.s6_addr - NETWORK);
    return str_hash(inet_ntop(AF_INET6, &v6, text, sizeof text));
}

static uint64_t key_of(const struct sign_in *s, int kind)
{
    return kind == BY_ADDRESS ? network_hash(s->address)
                              : (uint64_t)s->login.county * UINT64_C(0x9e3779b97f4a7c15);
}

/* From the command line nobody comes by an address. */
static bool counts(const struct sign_in *s, int kind)
{
    return paces[kind].most && s->address && !s->device;
}

int guess_wait(const struct sign_in *s)
{
    int most = 0;

    for (int kind = 0; kind < KINDS; kind++) {
        int wait = counts(s, kind) ? pace_wait(key_of(s, kind), paces[kind], clock_mono()) : 0;

        most = wait > most ? wait : most;
    }
    return most;
}

void guess_failed(const struct sign_in *s)
{
    for (int kind = 0; kind < KINDS; kind++)
        if (counts(s, kind))
            pace_take(key_of(s, kind), paces[kind], clock_mono());
}
