/* The threads of the jobs process that send notices out of the house. */
#ifndef WULIAN_NOTICE_SENDER_H
#define WULIAN_NOTICE_SENDER_H

struct sender;

struct sender_options {
    const char *gate_dsn;
    int threads;
    int retry_ms; /* before the second try */
};

/* Starts them; each looks into the outboxes of all counties every second. NULL when they cannot be
 * made. After post_open. */
struct sender *sender_new(const struct sender_options *o);
/* Breaks off what is being sent, gives it back, waits and frees. NULL is fine. */
void sender_free(struct sender *s);

#endif
