/* Known devices: a browser that signed in as a login keeps a cookie that proves it, and its
 * failures are counted apart from everybody else's (core.sign_in_throttle). It opens nothing. */
#ifndef WULIAN_IAM_DEVICE_H
#define WULIAN_IAM_DEVICE_H

#include "call/call.h"
#include "iam/login.h"

/* The number of the device that calls, when it is one of this login's; NULL else. */
const char *device_known(struct call *c, const struct login *login);
/* Makes the calling browser one of the login's devices: a cookie of the reply. */
void device_give(struct call *c, const struct login *login);

#endif
