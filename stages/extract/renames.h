/*
 * renames - keys that are called otherwise in the input: --map from=to,...
 */
#ifndef WINNOW_RENAMES_H
#define WINNOW_RENAMES_H

#include "common/err.h"
#include "common/span.h"

struct rename {
	struct span from, to;
};

struct renames {
	struct rename *list;
	size_t n;
};

/* Parse --map; NULL is no renames. 0 or ERR_USAGE. Free list with free(). */
int renames_parse(struct renames *ret_renames, const char *map) WARN_UNUSED;

/* What key is to be called: what the first rename of it says, or as it is. */
struct span renames_apply(const struct renames *renames, struct span key);

#endif
