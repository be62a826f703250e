/*
 * deflate - a writer of compressed bytes that depend only on the bytes put in and on where members
 * end: not on how the input was cut, not on what was compressed before, not on timing.
 *
 * Source: RFC 1952 (gzip, by zlib) and RFC 8878 (zstd, one thread). Another release of a library
 *         may write other bytes, which decompress to the same.
 */
#ifndef WINNOW_DEFLATE_H
#define WINNOW_DEFLATE_H

#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/span.h"

enum compression { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD };

/* By the end of the name: .gz, .zst, anything else is NONE. */
enum compression compression_of_name(const char *file_name);

struct deflate;

/* Returns 0. NONE copies, so that a caller need not care. */
int deflate_open(struct deflate **ret, enum compression compression) WARN_UNUSED;

/*
 * Compress in and append to out what is ready; the rest stays inside until later. The first byte
 * after a member's end begins a new one. Returns 0, or ERR_SYS without memory.
 */
int deflate_put(struct deflate *d, struct span in, struct buf *out) WARN_UNUSED;

/*
 * End the gzip member (no name, time 0, system 255) or zstd frame (with checksum): out then holds
 * all that was put in, and what follows can be read alone. Nothing if nothing was put in since the
 * last end. Returns 0, or ERR_SYS without memory.
 */
int deflate_end_member(struct deflate *d, struct buf *out) WARN_UNUSED;

/* Bytes put in since the member began; 0: there is none to end. */
uint64_t deflate_member_bytes(const struct deflate *d);

/* NULL is a no-op; a member that has not been ended is lost. */
void deflate_close(struct deflate *d);

#endif
