/* Writes the role table, the permission matrix and the code table ROLE to the database, where
 * enter() and the checks of posts read them. */
#ifndef WULIAN_IAM_PUBLISH_H
#define WULIAN_IAM_PUBLISH_H

#include <stdbool.h>

struct arena;
struct db_conn;

/* As the owner, after everything is declared (permission_declare): replaces what stands there, in
 * one transaction. Roles that are gone stay, without permissions. False and *why otherwise. */
bool iam_publish(struct arena *a, struct db_conn *owner, const char **why);

#endif
