/* A queue of the kind that needs no server: the test submits. */
#include "stages/read/queue.h"

#include <criterion/criterion.h>
#include <zmq.h>

#include "tests/unit/scratch.h"

static struct queue *queue;
static struct batch batch;
static struct settings settings;
static void *context, *peer;
static char source[256];

static void
reopen(uint64_t run, uint64_t next)
{
	struct begin b = {.run = run, .next = next};

	queue_close(queue);
	queue = NULL;
	cr_assert_eq(queue_open(&queue, source, &settings), 0, "%s", err_text());
	cr_assert_eq(queue_tend(queue, 0), 0);
	cr_assert_eq(queue_begin(queue, &b), 0, "%s", err_text());
}

static void
open_all(void)
{
	char endpoint[256];

	settings = (struct settings){.max_document = 1 << 20, .state = scratch_path("state")};
	snprintf(source, sizeof(source), "zmq+submit://%s", scratch_path("s"));
	snprintf(endpoint, sizeof(endpoint), "ipc://%s", scratch_path("s"));
	reopen(0xA, 0);
	context = zmq_ctx_new();
	peer = zmq_socket(context, ZMQ_DEALER);
	cr_assert_eq(zmq_connect(peer, endpoint), 0);
}

static void
close_all(void)
{
	queue_close(queue);
	batch_done(&batch);
	zmq_close(peer);
	zmq_ctx_term(context);
}

static void
submit(const char *id)
{
	zmq_send(peer, id, strlen(id), ZMQ_SNDMORE);
	zmq_send(peer, "{\"text\": \"a\"}", 13, 0);
}

/* The ids of the documents of the next batch, with commas; "" if none comes. */
static const char *
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

static void
is_answered(const char *id)
{
	char frame[64];
	int n = zmq_recv(peer, frame, sizeof(frame), 0);

	cr_assert(n >= 0 && span_equal(span_of(frame, (size_t)n), span_str(id)));
	for (int i = 0; i < 2; i++)
		cr_assert(zmq_recv(peer, frame, sizeof(frame), 0) >= 0);
}

static bool
has_answer(void)
{
	zmq_pollitem_t item = {.socket = peer, .events = ZMQ_POLLIN};

	return zmq_poll(&item, 1, 20) > 0;
}

TestSuite(queue, .init = scratch_open, .fini = scratch_close);

Test(queue, what_comes_is_a_batch_with_its_place)
{
	const struct document *d;

	open_all();
	submit("a");
	submit("b");
	cr_assert_str_eq(next_batch(5000), "a,b,");
	d = &batch.documents[0];
	cr_assert(span_equal(d->source.path, span_str(source)));
	cr_assert(span_equal(d->source.entry, SPAN("a")));
	cr_assert_eq(batch.n_read, 2);
	cr_assert_eq(batch.token.offset, 2);
	cr_assert(!has_answer());
	cr_assert_eq(queue_tend(queue, 0), 0);
	cr_assert(!has_answer(), "it is not durable yet");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	is_answered("b");
	close_all();
}

Test(queue, an_id_that_comes_again_is_answered_and_leaves_nothing)
{
	open_all();
	submit("a");
	cr_assert_str_eq(next_batch(5000), "a,");
	submit("a"); /* while it is on its way */
	cr_assert_str_eq(next_batch(100), "");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	cr_assert(!has_answer(), "the same peer asked twice");
	submit("a");
	cr_assert_str_eq(next_batch(100), "");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	reopen(0xA, 1);
	submit("a");
	cr_assert_str_eq(next_batch(300), "", "it is known to the next process, too");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	close_all();
}

Test(queue, the_next_process_sends_the_same_batches_again)
{
	open_all();
	submit("a");
	cr_assert_str_eq(next_batch(5000), "a,");
	submit("b");
	submit("c");
	cr_assert_str_eq(next_batch(5000), "b,c,");
	submit("d");
	cr_assert_str_eq(next_batch(5000), "d,");
	reopen(0xA, 1); /* the first one is durable */
	cr_assert_eq(queue_tend(queue, 1), 0);
	cr_assert_str_eq(next_batch(1), "b,c,");
	cr_assert_eq(batch.token.offset, 3);
	cr_assert_eq(queue_tend(queue, 2), 0);
	cr_assert_str_eq(next_batch(1), "d,");
	submit("b");
	submit("e");
	cr_assert_str_eq(next_batch(5000), "e,");
	cr_assert_eq(batch.token.offset, 5);
	close_all();
}

Test(queue, another_run_takes_over_what_is_not_acknowledged)
{
	open_all();
	submit("a");
	cr_assert_str_eq(next_batch(5000), "a,");
	submit("b");
	cr_assert_str_eq(next_batch(5000), "b,");
	cr_assert_eq(queue_tend(queue, 1), 0);
	is_answered("a");
	reopen(0xB, 0);
	cr_assert_str_eq(next_batch(1), "b,");
	submit("a");
	cr_assert_str_eq(next_batch(100), "", "its outcome was durable");
	reopen(0xB, 0);
	cr_assert_str_eq(next_batch(1), "b,");
	close_all();
}

Test(queue, a_sink_that_has_gone_back_is_a_fault)
{
	struct begin b = {.run = 0xA, .next = 0};

	open_all();
	submit("a");
	cr_assert_str_eq(next_batch(5000), "a,");
	cr_assert_eq(queue_tend(queue, 1), 0);
	queue_close(queue);
	cr_assert_eq(queue_open(&queue, source, &settings), 0);
	cr_assert_eq(queue_begin(queue, &b), ERR_SYS);
	close_all();
}

Test(queue, it_ends_when_nothing_has_come_for_long)
{
	int r = ERR_QUIET;

	open_all();
	settings.exit_when_idle_ms = 30;
	for (int i = 0; i < 5000 && r == ERR_QUIET; i++) {
		r = queue_batch(queue, &batch);
		zmq_poll(NULL, 0, 1);
	}
	cr_assert_eq(r, ERR_STOP);
	cr_assert(!queue_rests(queue), "a second has not passed");
	close_all();
}

Test(queue, sources_that_cannot_be_are_refused)
{
	static const char *const bad[] = {"http://host/x", "redis://host/0",
	    "redis://a:b@host/0?list=x", "redis://host/0?stream=a&nonsense=1",
	    "kafka://host/topic"};

	settings = (struct settings){.max_document = 100, .state = scratch_path("state")};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(queue_open(&queue, bad[i], &settings), ERR_USAGE, "%s", bad[i]);
	settings.state = NULL;
	cr_assert_eq(queue_open(&queue, "redis://host/0?stream=a", &settings), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "--state"), "%s", err_text());
}
