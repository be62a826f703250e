/*
 * outbox - batches that were worked on, in the order in which they were: each waits until it is
 * durable, then until a worker downstream has room.
 */
#ifndef WINNOW_OUTBOX_H
#define WINNOW_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "proto/link.h"

enum { OUTBOX_BATCHES = 16 };

/* Starts as {0}. */
struct outbox {
	struct outgoing {
		struct header header;
		zmq_msg_t body;
	} batches[OUTBOX_BATCHES]; /* a ring */
	size_t first, n, n_durable;
};

bool outbox_has_room(const struct outbox *o);

/* Whether a batch waits here. */
bool outbox_has(const struct outbox *o, uint64_t seq);

/* Put one behind the others; its body is packed, which is empty then. There must be room. */
void outbox_put(struct outbox *o, const struct header *h, struct buf *packed);

/* What is below done is durable: at the front it may go. */
void outbox_release(struct outbox *o, uint64_t done);

/* Whether one may go. */
bool outbox_is_ready(const struct outbox *o);

/* Send what may go and finds room. Returns 0 or ERR_SYS. */
int outbox_send(struct outbox *o, struct port *to) WARN_UNUSED;

void outbox_clear(struct outbox *o);

#endif
