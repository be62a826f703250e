/*
 * flights - the batches of a queue whose entries are not acknowledged yet: the ids of each.
 */
#ifndef WINNOW_FLIGHTS_H
#define WINNOW_FLIGHTS_H

#include <stdint.h>

#include "common/buf.h"

/* Ids one behind the other; starts as {0}. */
struct id_list {
	struct buf bytes; /* a length of four bytes before each */
	size_t n;
};

void id_list_add(struct id_list *l, struct span id);

/* The ids as spans into the list, for free(). */
struct span *id_list_spans(const struct id_list *l);

struct flight {
	uint64_t seq;
	struct id_list ids;
};

/* In the order of their seqs; starts as {0}. */
struct flights {
	struct flight *list;
	size_t n, cap;
};

/* Append one without ids. Good until the next call. */
struct flight *flights_add(struct flights *f, uint64_t seq);

/* How many come before this seq. */
size_t flights_below(const struct flights *f, uint64_t seq);

/* The first n are acknowledged. */
void flights_drop(struct flights *f, size_t n);

void flights_done(struct flights *f);

#endif
