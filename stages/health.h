/*
 * health - whether a process, or a chain of them, can work, and whether it is stuck; from the pages
 * of its meters.
 *
 * Not ready: it has not begun, it waits for something that is full or away, a peer speaks another
 * version, or it was told to stop. Stuck: it does one thing for too long, or a chain with batches
 * in flight comes no further, and no hold says why. A restart helps against the second only.
 */
#ifndef WINNOW_HEALTH_H
#define WINNOW_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "stages/meter.h"

enum { HEALTH_MISMATCH_MS = 60000 /* so long after it was heard a peer counts */ };

/* One process. */
struct watched {
	const char *stage;
	const struct meter *meter;
};

struct health {
	const struct watched *processes; /* [n] */
	size_t n;
	uint64_t stall_ms; /* UINT64_MAX: nothing is stuck ever */
	bool is_chain;     /* the processes are a whole chain */
};

/* Why something is waited for: a closed list. The last one is for all that is none of the others.
 */
struct hold_reason {
	const char *name, *advice;
};
extern const struct hold_reason hold_reasons[];
extern const size_t n_hold_reasons;

/* The place in the list of the reason that a process of this stage gave. */
size_t health_reason(const char *of, const char *reason);

/* Whether all is ready; else a line for each thing that is not is appended: which, since when, what
 * to do. */
bool health_ready(const struct health *h, struct buf *out);

/* Whether nothing is stuck; else lines that say what is. */
bool health_live(const struct health *h, struct buf *out);

#endif
