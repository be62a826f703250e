/*
 * zip - the files of a zip archive, in the order of its central directory. It must be able to seek.
 *
 * Source: APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3 (Zip64). Methods: stored and deflated. One
 *         entry is looked at at a time, whatever the directory says of their number.
 */
#ifndef WINNOW_ZIP_H
#define WINNOW_ZIP_H

#include "common/packed_file.h"

struct zip {
	struct inflate *in; /* plain bytes that can seek; the caller's */
	uint64_t next;      /* of the directory's next entry */
	uint64_t end;       /* of the directory */
	uint64_t shift;     /* bytes in front of the archive: what offsets lack */
	bool walks;   /* no directory: `next` is a file's own header, `end` that of the input */
	bool is_bomb; /* its files lie upon each other: it was not opened */
	bool is_wacz; /* web archive: only what lies under archive/ are documents */
};

/* Whether the first bytes are those of a zip. */
bool zip_is_head(struct span s);

/*
 * Find the directory; where there is none, since the archive is cut short, the files are found one
 * behind the other by their own headers. Returns 0; ERR_RECORD if `in` cannot seek, the
 * directory lies, or it is a bomb; ERR_SYS.
 */
int zip_open(struct zip *z, struct inflate *in) WARN_UNUSED;

/*
 * The next file, at whose bytes `in` stands then. Folders are passed over, and so is what belongs
 * to a WACZ itself. An entry that cannot be read has a fault. Returns 0, ERR_STOP at the end,
 * ERR_RECORD where the directory is damaged, or behind the last file if there is none, ERR_SYS.
 */
int zip_next(struct zip *z, struct packed_file *ret) WARN_UNUSED;

#endif
