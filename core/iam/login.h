/* Logins: "name@431129". The county in it is known before the database is asked. */
#ifndef WULIAN_IAM_LOGIN_H
#define WULIAN_IAM_LOGIN_H

#include <stdbool.h>

enum { LOGIN_TEXT = 33, TOKEN_TEXT = 64 };

struct login {
    int county;
    char name[LOGIN_TEXT]; /* lower-case letters, digits, '.', '_', '-'; 2 to 32 characters */
};

/* Letters are lowered. False when it has not that form. */
bool login_parse(const char *s, struct login *out);

/* "wl1_431129_<secret>". */
void token_text(int county, const char *secret, char out[TOKEN_TEXT]);

#endif
