/*
 * memory_limit - how much memory a large thing, as an index, may take when nobody says.
 */
#ifndef WINNOW_MEMORY_LIMIT_H
#define WINNOW_MEMORY_LIMIT_H

#include <stdint.h>

/* 60 % of what the machine has, or of the limit of our cgroup if that is less. Bytes. */
uint64_t memory_limit(void);

/* The limit in such a file, as cgroups have them: a number, or a word for none. UINT64_MAX: none.
 */
uint64_t memory_limit_in(const char *path);

#endif
