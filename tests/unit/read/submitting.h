/*
 * submitting - a queue of the kind that needs no server: the test submits, and takes batches.
 */
#ifndef WINNOW_SUBMITTING_H
#define WINNOW_SUBMITTING_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <zmq.h>

#include "stages/read/queue.h"
#include "tests/unit/scratch.h"

static struct queue *queue;
static struct batch batch;
static struct settings settings;
static void *context, *peer;
static char source[256];

static inline void
reopen(uint64_t run, uint64_t next)
{
	struct begin b = {.run = run, .next = next};

	queue_close(queue);
	queue = NULL;
	cr_assert_eq(queue_open(&queue, source, &settings), 0, "%s", err_text());
	cr_assert_eq(queue_tend(queue, 0), 0);
	cr_assert_eq(queue_begin(queue, &b), 0, "%s", err_text());
}

static inline void
open_all(void)
{
	char endpoint[256];

	settings = (struct settings){.max_document = 1 << 20, .state = scratch_path("state")};
	snprintf(source, sizeof(source), "zmq+submit://%s", scratch_path("s"));
	snprintf(endpoint, sizeof(endpoint), "ipc://%s", scratch_path("s"));
	reopen(0xA, 0);
	context = zmq_ctx_new();
	peer = zmq_socket(context, ZMQ_DEALER);
	cr_assert_eq(zmq_setsockopt(peer, ZMQ_LINGER, &(int){0}, sizeof(int)), 0);
	cr_assert_eq(zmq_connect(peer, endpoint), 0);
}

static inline void
close_all(void)
{
	queue_close(queue);
	batch_done(&batch);
	zmq_close(peer);
	zmq_ctx_term(context);
}

static inline void
submit(const char *id)
{
	zmq_send(peer, id, strlen(id), ZMQ_SNDMORE);
	zmq_send(peer, "{\"text\": \"a\"}", 13, 0);
}

/* The ids of the documents of the next batch, with commas; "" if none comes. */
static inline const char *
next_batch(int looks)
{
	static char ids[256];
	int r = ERR_QUIET;

	ids[0] = '\0';
	for (int i = 0; i < looks && r == ERR_QUIET; i++) {
		batch_reset(&batch);
		r = queue_batch(queue, &batch);
		zmq_poll(NULL, 0, 1);
	}
	cr_assert(r == 0 || r == ERR_QUIET, "%d: %s", r, err_text());
	for (size_t i = 0; r == 0 && i < batch.n_documents; i++)
		snprintf(ids + strlen(ids), sizeof(ids) - strlen(ids), "%.*s,",
		    (int)batch.documents[i].id.n, batch.documents[i].id.p);
	return ids;
}

static inline void
is_answered(const char *id)
{
	char frame[64];
	int n = zmq_recv(peer, frame, sizeof(frame), 0);

	cr_assert(n >= 0 && span_equal(span_of(frame, (size_t)n), span_str(id)));
	for (int i = 0; i < 2; i++)
		cr_assert(zmq_recv(peer, frame, sizeof(frame), 0) >= 0);
}

static inline bool
has_answer(void)
{
	zmq_pollitem_t item = {.socket = peer, .events = ZMQ_POLLIN};

	return zmq_poll(&item, 1, 20) > 0;
}

#endif
