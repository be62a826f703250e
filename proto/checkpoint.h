/*
 * checkpoint - the file from which a run goes on: how far write is, and all that it needs to write
 * the same bytes from there.
 *
 * FOLDER/checkpoint is one JSON object, for the person on call too. It is replaced as a whole, by
 * rename, and only when all that it speaks of is on the disk. Its first field is the XXH3-64 of all
 * bytes behind that field: damage is refused, nothing is guessed. When fields change,
 * CHECKPOINT_VERSION grows, and a checkpoint of another version is refused by name.
 */
#ifndef WINNOW_CHECKPOINT_H
#define WINNOW_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "proto/ack.h"
#include "proto/tally.h"
#include "proto/token.h"

enum { CHECKPOINT_VERSION = 1 };

/* What documents are counted by. */
enum tally_of {
	BY_SOURCE,
	BY_SITE,
	BY_LANGUAGE,
	BY_REASON,
	BY_FILTER, /* what was filtered: by the term, its type, its site */
	BY_FILTERED_TYPE,
	BY_FILTERED_SITE,
	TALLIES
};

struct checkpoint {
	uint64_t run;            /* its id, never 0 */
	uint64_t next;           /* batches below are in the files */
	uint64_t index;          /* the id of the index; 0: not known */
	struct token token;      /* where read goes on */
	bool finished;           /* nothing came behind next: the inputs were at their end */
	struct span fingerprint; /* the options that shape the records, "name=value" lines */
	struct span output, dead_letters; /* file names without their folders; n == 0: none */
	uint64_t output_bytes, dead_bytes;
	struct span
	    part; /* where the output is a folder: the file that has output_bytes; or n == 0 */
	struct counts counts;
	struct tally by[TALLIES];
	struct arena arena; /* what the spans of one that was read point into */
};

/* Append the file's bytes. */
void checkpoint_print(struct buf *out, const struct checkpoint *c);

/* Append the counts and tallies as one JSON object: what a report of the run shows. */
void checkpoint_counts_json(struct buf *out, const struct checkpoint *c);

/* Read the file's bytes. Returns 0, or ERR_RECORD with words that say what is wrong. */
int checkpoint_parse(struct checkpoint *ret_c, struct span bytes) WARN_UNUSED;

/*
 * Read FOLDER/checkpoint. *ret_found is false if there is none. Returns 0, ERR_USAGE if it is
 * damaged or of another version, with words that name it, or what file_read returned.
 */
int checkpoint_load(struct checkpoint *ret_c, const char *folder, bool *ret_found) WARN_UNUSED;

/*
 * Replace the file in the folder, an open descriptor, by these bytes, and let it last: as
 * file_replace_at.
 */
int checkpoint_replace(int folder, struct span bytes) WARN_UNUSED;

/* Right for {0} and for one that was made by hand too. */
void checkpoint_done(struct checkpoint *c);

#endif
