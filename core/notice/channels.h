/* Operations about notices that leave the house: the county's channels, and one's own number for
 * short messages. */
#ifndef WULIAN_NOTICE_CHANNELS_H
#define WULIAN_NOTICE_CHANNELS_H

#include "call/call.h"

extern const struct op channel_ops[];
extern const int channel_nops;
extern const struct op phone_ops[];
extern const int phone_nops;

#endif
