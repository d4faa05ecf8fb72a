/* Which network addresses the server may speak to on somebody's word (SSRF). */
#ifndef WULIAN_NOTICE_ADDRESS_H
#define WULIAN_NOTICE_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether the address belongs to the public internet: not loopback, private, shared, link-local
 * (and so no cloud's metadata), multicast, reserved or for documentation; of IPv6 global unicast
 * only, and none that carries an IPv4 address within (mapped, NAT64, 6to4, Teredo). RFC 6890. */
bool address_public(const struct sockaddr *a);

#endif
