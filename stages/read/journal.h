/*
 * journal - the batches that read took out of a queue and that are not acknowledged yet, with their
 * bytes: what the next process sends again, whatever the queue has forgotten meanwhile.
 *
 * One file in the folder of the state. Each batch is synced before it is sent. When the file is
 * long it is written anew with what still counts, and takes the old one's place. A torn end was
 * never sent and is cut off; a whole record behind a broken one is damage, and refused.
 *
 * A record: kind (1), bytes of what follows (4), that, XXH3-64 of all before (8); numbers are
 * little-endian.
 *
 *   'I'  first: the kind of queue, a newline, the name of the consumer
 *   'K'  ids that are known, the oldest first: XXH3-128 of each (16)
 *   'D'  batches of this run below this one are acknowledged: run (8), next (8)
 *   'B'  a batch: run (8), seq (8), its body as proto/batch.h packs it
 */
#ifndef WINNOW_JOURNAL_H
#define WINNOW_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/hash.h"

enum { JOURNAL_BYTES = 32 << 20 /* so long, and mostly done with: written anew */ };

/* Who learns what was in the file when it is opened, in its order. A negative result ends it. */
struct journal_reader {
	void *object;
	int (*known)(void *object, const struct hash *id);
	int (*batch)(void *object, uint64_t run, uint64_t seq, struct span body);
};

struct journal {
	int fd, lock;
	char *path;
	char *consumer; /* the name that it was begun with */
	char *kind;
	uint64_t run;  /* of what it holds; 0: it has never had a batch */
	uint64_t base; /* batches below are acknowledged */
	struct journal_place {
		uint64_t seq, offset, n; /* of the body, in the file */
	} * held;                        /* batches of `run` from base on, in order */
	size_t n_held, cap;
	uint64_t end; /* of the last whole record */
	bool unsure;  /* a sync failed: the file has to be written anew */
};

/*
 * Open, or make it, for a queue of this kind; consumer: the name for a new one. Locks it: ERR_USAGE
 * if another process has it, if it is of another kind, or damaged. ERR_HOLD: no room now. ERR_SYS.
 */
int journal_open(struct journal **ret_journal, const char *folder, const char *kind,
    const char *consumer, const struct journal_reader *reader) WARN_UNUSED;

void journal_close(struct journal *j); /* NULL is a no-op */

/* Append the body of a held batch to out; i counts them. ERR_SYS. */
int journal_body(const struct journal *j, size_t i, struct buf *out) WARN_UNUSED;

/* Add a batch, durably. ERR_HOLD: the disk is full; nothing has changed, ask again. ERR_SYS. */
int journal_add(struct journal *j, uint64_t seq, struct span body) WARN_UNUSED;

/* Batches below are acknowledged. That it is forgotten costs a second acknowledgement. */
void journal_done(struct journal *j, uint64_t next);

/* Whether it is time to write it anew. */
bool journal_is_long(const struct journal *j);

/*
 * Write it anew, durably: with these ids, and with the batches that it holds, as batches of this
 * run from seq `first` on. ERR_HOLD: the disk is full, the old one is as it was; ERR_SYS.
 */
int journal_renew(struct journal *j, uint64_t run, uint64_t first, const struct hash *ids,
    size_t n_ids) WARN_UNUSED;

#endif
