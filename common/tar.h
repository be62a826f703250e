/*
 * tar - the files of a tar archive, one behind the other, from a pipe too.
 *
 * Source: POSIX.1-2017, pax (ustar and extended headers: path, size), and GNU tar (long names,
 *         sizes in base 256, sparse files, archives one behind the other).
 */
#ifndef WINNOW_TAR_H
#define WINNOW_TAR_H

#include "common/packed_file.h"

enum { TAR_BLOCK = 512, TAR_EXTENSION_BYTES = 1 << 20 }; /* a longer extended header is refused */

struct tar {
	struct inflate *in; /* what the archive is read from; the caller's */
	uint64_t next;      /* decoded byte of it at which the next header is */
};

/* Whether 512 bytes are the header of a tar archive: its checksum is right. */
bool tar_is_header(const char *p);

/*
 * The next file; `in` stands at its bytes then. Folders, links and devices are passed over, and so
 * is the end of an archive that another one is put behind. A sparse file has a fault; so has, as if
 * it were a file without a name, a stretch from a header that is none up to the next. Returns 0,
 * ERR_STOP at the end, ERR_RECORD where the archive is cut short or cannot be read on, ERR_SYS.
 */
int tar_next(struct tar *t, struct packed_file *ret) WARN_UNUSED;

#endif
