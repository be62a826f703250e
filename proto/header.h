/*
 * header - frame 0 of every message on a link: 48 bytes, little-endian.
 *
 *   at  bytes  field
 *    0      4  magic "WNNW"
 *    4      2  version, HEADER_VERSION
 *    6      2  flags: the low byte says what frame 1 is, the rest is 0
 *    8      8  run id
 *   16      8  seq of the batch in the run, from 0
 *   24      8  base: the oldest seq that read may still send
 *   32      4  attempt, from 0
 *   36      4  number of documents in frame 1
 *   40      8  XXH3-64 of bytes 0 to 39 followed by frame 1
 *
 * When this changes: HEADER_VERSION goes up, a golden file is added, the old version is refused.
 * Magic, version and a checksum at the end stay, so that peers of two versions name each other.
 */
#ifndef WINNOW_HEADER_H
#define WINNOW_HEADER_H

#include <stdint.h>

#include "common/err.h"
#include "common/span.h"

enum { HEADER_BYTES = 48, HEADER_VERSION = 1 };

enum frame_kind { FRAME_BATCH, FRAME_ASK, FRAME_REPORT, FRAME_COUNT };

struct header {
	enum frame_kind kind;
	uint64_t run, seq, base;
	uint32_t attempt, n_documents;
};

/* Write frame 0 for this frame 1. */
void header_pack(unsigned char ret_frame[HEADER_BYTES], const struct header *h, struct span body);

/* The version of this program: HEADER_VERSION, unless a test wants the next one. */
unsigned header_own_version(void);

/*
 * The version that a whole message of ours names, of whatever length and kind its frame 0 is; 0: it
 * is none. Of it this is in all versions: magic, version, and at the end of frame 0 the checksum of
 * what is before it and of frame 1.
 */
unsigned header_version(struct span frame, struct span body);

/*
 * Read and check frame 0 against frame 1. Returns 0, or ERR_RECORD with a message that names the
 * first thing wrong: length, magic, version, flags, checksum. *ret_h is written on success only.
 */
int header_unpack(struct header *ret_h, struct span frame, struct span body) WARN_UNUSED;

#endif
