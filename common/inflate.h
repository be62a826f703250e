/*
 * inflate - a reader of bytes that may be compressed: plain, gzip, zstd or lz4, told apart by their
 * first bytes, never by a name. Works on pipes: it seeks only where that saves work.
 *
 * Source: RFC 1952 (gzip: several members, each with its checksum; zero bytes between and after
 *         them are padding, as on tape), RFC 8878 (zstd: several frames, skippable ones too), the
 *         LZ4 frame format 1.6.4, and the IIPC's Zstandard for WARC 1.0 (a dictionary in the
 *         first frame, which is skippable).
 */
#ifndef WINNOW_INFLATE_H
#define WINNOW_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/feed.h"

enum { INFLATE_WINDOW_LOG = 27 }; /* zstd frames that need more than 128 MiB are refused */

/*
 * What makes more than INFLATE_RATIO bytes of each of its own, once it has made INFLATE_FREE, is a
 * bomb: it is refused there.
 */
enum { INFLATE_RATIO = 512, INFLATE_FREE = 256 << 20 };

enum coding { CODING_UNKNOWN, CODING_PLAIN, CODING_GZIP, CODING_ZSTD, CODING_LZ4, CODING_DEFLATE };

/* The start of a member or frame: decoding can begin there. */
struct inflate_mark {
	uint64_t in;  /* stored bytes before it */
	uint64_t out; /* decoded bytes before it */
};

struct inflate;

/*
 * Read from fd, which stays the caller's and must outlive the reader. Nothing is read yet.
 * Returns 0.
 */
int inflate_open(struct inflate **ret, int fd) WARN_UNUSED;

/* The same for any feed. A coding that is given is not looked for: CODING_DEFLATE has no magic. */
int inflate_open_feed(struct inflate **ret, struct feed feed, enum coding coding) WARN_UNUSED;

/*
 * The input is gzip whose first header is clipped or damaged: it was taken for plain bytes, and p
 * has the n that were given out, all so far. They are read again; that is damage first, behind
 * which inflate_resync finds a member. Returns 0 or ERR_SYS.
 */
int inflate_clipped(struct inflate *z, const char *p, size_t n) WARN_UNUSED;

/* Whether that was said of it. */
bool inflate_is_clipped(const struct inflate *z);

/* Where a gzip member begins in n bytes, by the fields of its header (RFC 1952); n if nowhere. */
size_t inflate_member_find(const char *p, size_t n);

/*
 * Up to n bytes, n > 0, to p; *ret_n of them, 0 only at the end of the input. It does not wait for
 * more than one byte, and gives bytes of one member or frame at a time.
 *
 * Returns 0, or ERR_RECORD for damaged or truncated data, once all that could be decoded before
 * the damage was given out, and from then on; or ERR_SYS if reading fails or there is no memory
 * for the decoder. A member with a wrong checksum has given out its bytes before it is known.
 */
int inflate_read(struct inflate *z, char *p, size_t n, size_t *ret_n) WARN_UNUSED;

/*
 * Pass over n decoded bytes, without reading them where the input is plain and can seek. Returns 0;
 * ERR_RECORD if the input ends before, or is damaged before; ERR_SYS.
 */
int inflate_skip(struct inflate *z, uint64_t n) WARN_UNUSED;

/* Go to a decoded byte, which exists, of plain bytes that can seek; false if they cannot. */
bool inflate_seek(struct inflate *z, uint64_t at);

/* How many bytes will be decoded, if the input is plain and says so; else UINT64_MAX. */
uint64_t inflate_size(struct inflate *z);

/* Give the newest n bytes that were read back, to be read again. */
void inflate_unread(struct inflate *z, const char *p, size_t n);

/*
 * The start of the member that the newest bytes are of, or of an earlier one if this one was found
 * within damage: there another reader might find another. {0, 0} where there are no members.
 */
struct inflate_mark inflate_mark(const struct inflate *z);

/*
 * Go on at a mark that an earlier reader of the same input had. Returns 0; ERR_RECORD if the input
 * cannot seek or is shorter; ERR_SYS.
 */
int inflate_go_on(struct inflate *z, struct inflate_mark mark) WARN_UNUSED;

/*
 * Behind damage, find the next member or frame and go on there. *ret_passed: the stored bytes up to
 * it or to the end, or 1; by so much the decoded offset grows, so that what is behind the damage
 * has a place of its own. *ret_found is false where nothing follows. A place is searched once,
 * whatever lies there: the work stays linear. Returns 0 or ERR_SYS.
 */
int inflate_resync(struct inflate *z, uint64_t *ret_passed, bool *ret_found) WARN_UNUSED;

/* Whether its coding, if it is known yet, is one of members or frames. */
bool inflate_has_members(const struct inflate *z);

/* Whether the damage is a bomb, behind which nothing is looked for. */
bool inflate_is_bomb(const struct inflate *z);

/* Compressed bytes decoded so far; within a gzip member up to 8 bytes more. */
uint64_t inflate_in_offset(const struct inflate *z);

/* Decoded bytes given out or passed so far. */
uint64_t inflate_out_offset(const struct inflate *z);

/* NULL is a no-op. */
void inflate_close(struct inflate *z);

#endif
