/*
 * tally - counts by name: documents by source, site, language; refusals by reason.
 */
#ifndef WINNOW_TALLY_H
#define WINNOW_TALLY_H

#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/span.h"
#include "proto/scan.h"

/*
 * Further names than the first are counted together as "(other)". They are printed with each
 * checkpoint: 10,000 took 5.6 ms and 756 KB of each.
 */
enum { TALLY_NAMES = 1000 };

struct tally_row {
	char *name;
	size_t n_name;
	uint64_t count;
};

struct tally {
	struct tally_row *rows; /* [slots], name NULL: free */
	size_t slots, n;
	uint64_t other;
};

/* A tally starts as {0}; no init. */

void tally_add(struct tally *t, struct span name, uint64_t count);

/* Append a JSON object, most first, then by name. */
void tally_json(struct buf *out, const struct tally *t);

/* Add what tally_json printed, as MessagePack. Returns 0 or ERR_RECORD. */
int tally_unpack(struct tally *t, struct scan *s) WARN_UNUSED;

/* Add what is in `from`, which is empty then and keeps its memory. */
void tally_move(struct tally *to, struct tally *from);

void tally_done(struct tally *t);

#endif
