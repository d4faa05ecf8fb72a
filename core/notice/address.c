#include "notice/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct net4 {
    uint32_t net;
    int bits;
};

#define IP4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static const struct net4 closed4[] = {
    {IP4(0, 0, 0, 0), 8},      {IP4(10, 0, 0, 0), 8},     {IP4(100, 64, 0, 0), 10},
    {IP4(127, 0, 0, 0), 8},    {IP4(169, 254, 0, 0), 16}, {IP4(172, 16, 0, 0), 12},
    {IP4(192, 0, 0, 0), 24},   {IP4(192, 0, 2, 0), 24},   {IP4(192, 88, 99, 0), 24},
    {IP4(192, 168, 0, 0), 16}, {IP4(198, 18, 0, 0), 15},  {IP4(198, 51, 100, 0), 24},
    {IP4(203, 0, 113, 0), 24}, {IP4(224, 0, 0, 0), 3},
};

struct net6 {
    uint8_t net[6];
    int bits;
};

static const struct net6 open6 = {{0x20}, 3}; /* global unicast: nothing else is routed */
static const struct net6 closed6[] = {
    {{0x20, 0x01, 0x00}, 23},       /* protocols: Teredo, ORCHID, benchmarks */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x20, 0x02}, 16},             /* 6to4 */
    {{0x3f, 0xff, 0x00}, 20},       /* documentation */
};

static bool public4(uint32_t address)
{
    for (size_t i = 0; i < sizeof closed4 / sizeof *closed4; i++)
        if ((address ^ closed4[i].net) >> (32 - closed4[i].bits) == 0)
            return false;
    return true;
}

static bool within6(const uint8_t *address, const struct net6 *n)
{
    for (int bit = 0; bit < n->bits; bit++) {
        int mask = 0x80 >> bit % 8;

        if ((address[bit / 8] ^ n->net[bit / 8]) & mask)
            return false;
    }
    return true;
}

static bool public6(const uint8_t *address)
{
    bool open = within6(address, &open6);

    for (size_t i = 0; open && i < sizeof closed6 / sizeof *closed6; i++)
        open = !within6(address, &closed6[i]);
    return open;
}

bool address_public(const struct sockaddr *a)
{
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;

    switch (a->sa_family) {
    case AF_INET:
        memcpy(&in4, a, sizeof in4);
        return public4(ntohl(in4.sin_addr.s_addr));
    case AF_INET6:
        memcpy(&in6, a, sizeof in6);
        return public6(in6.sin6_addr.s6_addr);
    default:
        return false;
    }
}
