/*
 * hold - a resource is away or full: it is waited for, said once and every five minutes, and given
 * up after --hold-timeout.
 */
#ifndef WINNOW_HOLD_H
#define WINNOW_HOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

enum { HOLD_RETRY_MS = 250 /* how long it waits before it tries again */ };

/* Starts as {0}: there is none. */
struct hold {
	char why[512];            /* for people, or "" */
	uint64_t since, retry_at; /* ms */
	uint64_t said_at;         /* ms */
};

/*
 * It could not be done now, for the reason in err_text(). Returns 0, or ERR_GAVE_UP, with words, if
 * that lasts for longer than limit_ms (UINT64_MAX: for ever).
 */
int hold_on(struct hold *h, uint64_t limit_ms) WARN_UNUSED;

/* The same for one that is on and has not been tried again. */
int hold_look(struct hold *h, uint64_t limit_ms) WARN_UNUSED;

/* It could be done: say so if it was waited for. */
void hold_end(struct hold *h);

bool hold_is_on(const struct hold *h);

/* Whether it is too early to try again. */
bool hold_rests(const struct hold *h);

#endif
