#include "crypto/crypto.h"

enum { SECRET_LEN = 32, CODE_CHARS = 24, CODE_GROUP = 4 };

void token_secret(char out[TOKEN_SECRET_TEXT])
{
    uint8_t secret[SECRET_LEN];

    crypto_random(secret, sizeof secret);
    base64url_encode(secret, sizeof secret, out);
    crypto_wipe(secret, sizeof secret);
}

/* 28 characters: without 0, 1 and the letters B I L O S Z. 24 of them are 115 bits. */
static char code_character(void)
{
    static const char alphabet[] = "ACDEFGHJKMNPQRTUVWXY23456789";
    enum { LETTERS = sizeof alphabet - 1, FAIR = 256 / LETTERS * LETTERS };
    uint8_t byte;

    /* bytes past the last whole multiple would favour the first letters */
    do {
        crypto_random(&byte, 1);
    } while (byte >= FAIR);
    return alphabet[byte % LETTERS];
}

void activation_code(char out[ACTIVATION_TEXT])
{
    for (int i = 0; i < CODE_CHARS; i++) {
        if (i > 0 && i % CODE_GROUP == 0)
            *out++ = '-';
        *out++ = code_character();
    }
    *out = '\0';
}
