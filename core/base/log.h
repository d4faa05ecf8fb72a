/* The process log: one JSON object a line on stderr. Never give it personal data, request bodies or
 * tokens; ids and codes are fine. Control characters, U+2028/9 and bidi controls are escaped, lines
 * are capped at 4 kB. Safe to call from any thread; one write(2) a line. */
#ifndef WULIAN_BASE_LOG_H
#define WULIAN_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* `process` is copied ("master", "worker", …); lines below `least` are dropped. */
void log_open(const char *process, enum log_level least);
/* {"at":…,"level":…,"process":…,"pid":…,"event":event,"text":…}; event is a constant snake_case. */
void log_line(enum log_level level, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
