/* Memory that the processes of one server share: the master creates it, and who it starts inherits
 * the descriptor. It outlives each of them. */
#ifndef WULIAN_BASE_PAGE_H
#define WULIAN_BASE_PAGE_H

#include <stdbool.h>
#include <stddef.h>

/* A descriptor (close-on-exec) of so many zeroed bytes without a name; -1 with errno. */
int page_create(size_t size);
/* Whether it holds just so many: the master may be older than we, or newer. */
bool page_fits(int fd, size_t size);
/* What is behind the descriptor; NULL when it does not fit, or with errno. Stays mapped as long as
 * the process. */
void *page_map(int fd, size_t size);

#endif
