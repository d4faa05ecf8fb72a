/* Which plugin is on in which township, and with which settings (平台服务启用). */
#ifndef WULIAN_TENANT_ACTIVATION_H
#define WULIAN_TENANT_ACTIVATION_H

#include <stdbool.h>

#include <wulian/plugin.h>

#include "call/call.h"

/* The loaded plugins, without the modules that are linked in. Once, at start; the array is kept. */
void activation_set_catalog(const struct wl_plugin *const *plugins, int n);
const struct wl_plugin *const *activation_catalog(int *n);
const struct wl_plugin *activation_plugin(const char *name); /* NULL: none of that name */
/* Row i of the settings a plugin declares; false behind the last. */
bool activation_setting(const struct wl_plugin *p, uint32_t i, struct wl_setting *out);
/* "integer", "boolean", "text", "money": the type of a setting. */
const char *activation_type(uint32_t type);
/* As the owner: replaces what core.setting() takes for declared. False and *why otherwise. */
bool activation_publish(struct arena *a, struct db_conn *owner, const char **why);

/* A township as "431129100" or "431129100000": its 9-digit code, 0 when it is neither. */
int64_t activation_township(const char *text);

/* Checks settings given for a plugin against what it declares: every fault is added at
 * /settings/<name>. The canonical text to store, or NULL with faults. NULL settings give NULL
 * without a fault: what is stored stays. */
const char *activation_settings(struct call *c, const struct wl_plugin *p,
                                const struct jv *settings);

#endif
