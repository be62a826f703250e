/*
 * index_head - the first bytes of every file of an index: what it is, and what it was made with.
 *
 *   at  bytes  field
 *    0    224  magic, then a JSON line: version and parameters, padded with spaces to a newline
 *  224      8  id of the index: random, not 0, made once
 *  232      8  number of the segment; of a snapshot: the segment that goes on behind it
 *  240      8  bytes of the segment before this one that count: what lies behind is void
 *  248      8  XXH3-64 of all before
 *
 * Numbers are little-endian. When anything in an index changes, INDEX_VERSION goes up.
 */
#ifndef WINNOW_INDEX_HEAD_H
#define WINNOW_INDEX_HEAD_H

#include <endian.h>
#include <stdint.h>

#include "common/err.h"
#include "common/span.h"

enum { INDEX_HEAD_BYTES = 256, INDEX_PARAMETERS_BYTES = 128, INDEX_VERSION = 3 };

enum index_file { INDEX_SEGMENT, INDEX_SNAPSHOT };

struct index_head {
	struct span parameters; /* members of a JSON object, as text: "normaliser": 1, ... */
	uint64_t id, number, before;
};

/* The parameters are at most INDEX_PARAMETERS_BYTES. */
void
index_head_pack(char ret_bytes[INDEX_HEAD_BYTES], enum index_file kind, const struct index_head *h);

/*
 * Read the head of a file; the parameters lie in it. Returns 0; ERR_USAGE with a message (without
 * the file's name) if it is of another kind or version; ERR_RECORD if it is cut short or damaged.
 */
int index_head_unpack(struct index_head *ret_h, enum index_file kind, struct span file) WARN_UNUSED;

/* Numbers as they lie in these files. */

static inline uint64_t
index_get64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

static inline uint32_t
index_get32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static inline char *
index_put64(char *p, uint64_t v)
{
	v = htole64(v);
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static inline char *
index_put32(char *p, uint32_t v)
{
	v = htole32(v);
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

#endif
