/*
 * meter - one page of numbers and words about this process, which another may read at any time.
 *
 * Each process has one. Alone it is its own memory, and its thread for --http reads it; under
 * `winnow run` it is a memfd that the parent made, so that one port shows all processes, and what
 * counts goes on where a killed process stopped. Writing is a plain store to memory: nobody waits,
 * no call is made. One thread writes, the one of the loop; readers take what they find, and words
 * only when they are whole.
 */
#ifndef WINNOW_METER_H
#define WINNOW_METER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/span.h"
#include "proto/ack.h"

/* Numbers. Those up to METER_LAST_COUNTER only grow; the rest are 0 when a process begins. */
enum meter_value {
	METER_STARTS, /* processes of this stage that were started */
	/* read */
	METER_READ_DOCUMENTS,
	METER_READ_BYTES,
	METER_REPLAYS, /* batches sent again */
	/* write: what is durable, of the run */
	METER_RECORDS,
	METER_REFUSED,
	METER_SKIPPED,
	METER_FILTERED,
	METER_FAILED,
	METER_KEPT,
	METER_EXACT,
	METER_NEAR,
	METER_EARLIER,
	METER_BYTES_IN,
	METER_BYTES_OUT,
	/* links */
	METER_STRANGERS, /* messages that were not ours */
	METER_LOSSES,    /* connections that broke */
	METER_PEERS_REFUSED,
	METER_LAST_COUNTER = METER_PEERS_REFUSED,

	/* read */
	METER_BATCHES,      /* in flight */
	METER_FLIGHT_BYTES, /* of their bodies */
	METER_OLDEST_AT,    /* ms: when the oldest of them was made; 0: there is none */
	/* dedup */
	METER_INDEX_OWNERS,
	METER_INDEX_DOCUMENTS,
	METER_INDEX_BYTES, /* of memory */
	METER_INDEX_LIMIT,
	METER_INDEX_DISK,
	METER_INDEX_ROOM, /* paragraphs */
	/* the process */
	METER_BEGUN,       /* bool: it can do its work */
	METER_STOPPING,    /* bool: after SIGTERM */
	METER_WAITS,       /* bool: for an event */
	METER_TURNED_AT,   /* ms: when it last began or stopped to wait */
	METER_PROGRESS_AT, /* ms: when it last came further */
	METER_MISMATCH_AT, /* ms: when a peer of another version was last heard; 0: none was */
	METER_VALUES
};

enum {
	METER_HOLDS = 4,
	METER_ROWS = 32,
	METER_WORDS_BYTES = 640, /* of which the last is never used */
	METER_NAME_BYTES = 32,
	METER_BUCKETS = 14,
};

/* Seconds: the upper ends of the histogram's buckets but the last, which has none. */
extern const double meter_bounds[METER_BUCKETS];

/* Text that is whole or is not read: odd while it is being written. */
struct meter_words {
	_Atomic uint32_t turn;
	_Atomic uint64_t eights[METER_WORDS_BYTES / 8];
};

struct meter {
	_Atomic uint64_t values[METER_VALUES];
	struct meter_hold {
		_Atomic uint64_t who;      /* 0: off */
		_Atomic uint64_t since;    /* ms */
		struct meter_words reason; /* a word of err_reason() */
		struct meter_words why;    /* for people */
	} holds[METER_HOLDS];
	struct meter_words doing;    /* before METER_BEGUN: what it waits for */
	struct meter_words mismatch; /* who speaks another version */
	struct meter_row {
		_Atomic uint64_t count;
		_Atomic uint64_t name[METER_NAME_BYTES / 8]; /* the first is 0: free */
	} rows[METER_ROWS];                       /* dead letters of this process by reason */
	_Atomic uint64_t took[METER_BUCKETS + 1]; /* batches by how long they took */
	_Atomic uint64_t took_us;                 /* together */
};

/* of this process: written by the thread of its loop */

/* The one that this process writes. */
struct meter *meter_own(void);

/*
 * A process begins: it writes to the page that the parent gave (a descriptor, 0 for none), and what
 * is of an earlier process there, but the counters, is gone. ERR_SYS.
 */
int meter_begin(int fd) WARN_UNUSED;

void meter_set(enum meter_value v, uint64_t n);
void meter_add(enum meter_value v, uint64_t n);

/* Dead letters of that reason so far; of the reasons behind the 32nd, none. */
void meter_row(struct span reason, uint64_t count);

/* A batch took so long. */
void meter_took(uint64_t us);

/* What is durable so far. */
void meter_counts(const struct counts *c);

/* It came further. */
void meter_progress(void);

/* It begins to wait for an event, or stops waiting. */
void meter_wait(bool waits);

/* What it waits for before it has begun; a literal. */
void meter_doing(const char *what);

/* Somebody, who is named in these words, speaks another version. */
void meter_mismatch(const char *words);

/* A hold, named by an address of its own, is on: reason of a closed list, and words for people. */
void meter_hold(const void *who, const char *reason, const char *why);
void meter_hold_end(const void *who);

/* for who reads */

/* A page for a child: its descriptor, and where it lies here. ERR_SYS. */
int meter_make(struct meter **ret, int *ret_fd) WARN_UNUSED;
void meter_unmap(struct meter *m);

/* The process is gone: it does nothing and waits for nothing until another begins. */
void meter_gone(struct meter *m);

static inline uint64_t
meter_get(const struct meter *m, enum meter_value v)
{
	return atomic_load_explicit(&m->values[v], memory_order_relaxed);
}

/* Copy words with their end; empty if they are being written just now. */
void meter_read(const struct meter_words *w, char ret[METER_WORDS_BYTES]);

/* The name of a row with its end, and its count. False: it is free. */
bool meter_read_row(
    const struct meter *m, size_t i, char ret_name[METER_NAME_BYTES + 1], uint64_t *ret_count);

#endif
