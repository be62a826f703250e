/*
 * answers - who waits for the outcome of which document: scrapers that submitted it, by its id.
 */
#ifndef WINNOW_ANSWERS_H
#define WINNOW_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/span.h"

enum { ANSWERS_BUCKETS = 4096, PEER_BYTES = 255 /* of an identity, as ZeroMQ limits it */ };

/* One peer that waits for one id. */
struct waiter {
	struct waiter *next;
	bool delimited; /* it speaks as REQ does: an empty frame before all others */
	unsigned char peer_n;
	char peer[PEER_BYTES];
	size_t id_n;
	char id[];
};

/* Starts as {0}. */
struct answers {
	struct waiter *buckets[ANSWERS_BUCKETS];
	size_t n;
};

/* A peer, of at most PEER_BYTES, waits for an id; twice is once. */
void answers_wait(struct answers *a, struct span id, struct span peer, bool delimited);

/* Take one of those that wait for an id, for free(); NULL: nobody does any more. */
struct waiter *answers_take(struct answers *a, struct span id);

void answers_done(struct answers *a);

#endif
