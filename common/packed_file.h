/*
 * packed_file - a file inside a tar or a zip. Its name is only a name: nothing is ever written
 * under it.
 */
#ifndef WINNOW_PACKED_FILE_H
#define WINNOW_PACKED_FILE_H

#include <stdbool.h>

#include "common/buf.h"
#include "common/inflate.h"

struct packed_file {
	struct buf name; /* as it stands there; kept from entry to entry, free it with buf_done */
	uint64_t at;     /* where the container goes on to find it again */
	uint64_t size;   /* stored bytes */
	enum coding coding; /* CODING_DEFLATE, or UNKNOWN: by its first bytes */
	const char *fault;  /* why it cannot be read, or NULL */
	bool damaged;       /* since it is damaged, not since nobody here can read it */
};

#endif
