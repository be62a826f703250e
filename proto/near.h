/*
 * near - what an index keeps for near-duplicates: the sketch of each paragraph that is owned, and
 * for each that was found near another, which.
 *
 * Packed, numbers little-endian:
 *   owner  sketch (84), ordinal of the document (4), paragraph (4)
 *   drop   hash (16), ordinal of its document (4), paragraph (4), ordinal of the owner (4),
 *          paragraph there (4), similarity in ten-thousandths (4)
 */
#ifndef WINNOW_NEAR_H
#define WINNOW_NEAR_H

#include "common/buf.h"
#include "common/hash.h"
#include "proto/sketch.h"

enum { NEAR_OWNER_BYTES = SKETCH_BYTES + 8, NEAR_DROP_BYTES = HASH_BYTES + 20 };

/* A paragraph that others may be near. */
struct near_owner {
	struct sketch sketch;
	uint32_t document, paragraph;
};

/* A paragraph that was near another when it first came: what it is whenever it comes again. */
struct near_drop {
	struct hash hash;
	uint32_t document, paragraph; /* where it first came */
	uint32_t owner, owner_paragraph;
	int32_t similarity;
};

void near_owner_pack(struct buf *out, const struct near_owner *o);
void near_drop_pack(struct buf *out, const struct near_drop *d);

/* Read what lies at p, all of it. */
void near_owner_unpack(struct near_owner *ret, const char *p);
void near_drop_unpack(struct near_drop *ret, const char *p);

#endif
