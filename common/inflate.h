/*
 * inflate - a reader of bytes that may be compressed: plain, gzip or zstd, told apart by their
 * first bytes, never by a name. Works on pipes: nothing seeks.
 *
 * Source: RFC 1952 (gzip: several members, each with its checksum; zero bytes between and after
 *         them are padding, as on tape), RFC 8878 (zstd: several frames, skippable ones too).
 */
#ifndef WINNOW_INFLATE_H
#define WINNOW_INFLATE_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

enum { INFLATE_WINDOW_LOG = 27 }; /* zstd frames that need more than 128 MiB are refused */

struct inflate;

/*
 * Read from fd, which stays the caller's and must outlive the reader. Nothing is read yet.
 * Returns 0.
 */
int inflate_open(struct inflate **ret, int fd) WARN_UNUSED;

/*
 * Up to n bytes, n > 0, to p; *ret_n of them, 0 only at the end of the input. It does not wait for
 * more than one byte.
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

/* Compressed bytes decoded so far; within a gzip member up to 8 bytes more. */
uint64_t inflate_in_offset(const struct inflate *z);

/* NULL is a no-op. */
void inflate_close(struct inflate *z);

#endif
