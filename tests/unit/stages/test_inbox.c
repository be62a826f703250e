#include "stages/inbox.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { RUN = 77 };

/* A frame of run and seq; its body is an allocation, so that a sanitizer sees a lost one. */
static struct frame
frame_of(uint64_t run, uint64_t seq)
{
	struct frame f = {.header = {.kind = FRAME_BATCH, .run = run, .seq = seq}};

	cr_assert_eq(zmq_msg_init_size(&f.body, 100), 0);
	memset(zmq_msg_data(&f.body), (int)(seq & 0x7F), 100);
	zmq_msg_init(&f.peer);
	return f;
}

/* Offer a frame; what the inbox does not keep is released. */
static enum inbox_verdict
offer(struct inbox *in, uint64_t run, uint64_t seq)
{
	struct frame f = frame_of(run, seq);
	enum inbox_verdict v = inbox_put(in, &f);

	if (v != INBOX_KEPT)
		frame_done(&f);
	return v;
}

static void
front_is(struct inbox *in, uint64_t seq)
{
	struct frame *f = inbox_front(in);

	cr_assert(f != NULL, "no front at %llu", (unsigned long long)in->next);
	cr_assert_eq(f->header.seq, seq);
	cr_assert_eq(frame_body(f).p[99], (char)(seq & 0x7F), "another body");
}

Test(inbox, before_any_run_everything_is_foreign)
{
	struct inbox in = {0};

	cr_assert_eq(offer(&in, RUN, 0), INBOX_FOREIGN);
	cr_assert_eq(offer(&in, 0, 0), INBOX_FOREIGN, "run 0 is none");
	cr_assert(inbox_front(&in) == NULL);
	inbox_done(&in);
}

Test(inbox, gives_in_order_what_came_out_of_order)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 0);
	cr_assert_eq(offer(&in, RUN, 2), INBOX_KEPT);
	cr_assert(inbox_front(&in) == NULL);
	cr_assert_eq(offer(&in, RUN, 0), INBOX_KEPT);
	cr_assert_eq(offer(&in, RUN, 1), INBOX_KEPT);
	for (uint64_t seq = 0; seq < 3; seq++) {
		front_is(&in, seq);
		front_is(&in, seq);
		inbox_advance(&in);
	}
	cr_assert(inbox_front(&in) == NULL);
	inbox_done(&in);
}

Test(inbox, another_run_is_foreign)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 0);
	cr_assert_eq(offer(&in, RUN + 1, 0), INBOX_FOREIGN);
	cr_assert_eq(offer(&in, 0, 0), INBOX_FOREIGN);
	cr_assert_eq(inbox_have(&in), 0);
	inbox_done(&in);
}

Test(inbox, what_was_taken_before_is_a_replay)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 5);
	cr_assert_eq(offer(&in, RUN, 4), INBOX_REPLAY);
	cr_assert_eq(offer(&in, RUN, 5), INBOX_KEPT);
	inbox_advance(&in);
	cr_assert_eq(offer(&in, RUN, 5), INBOX_REPLAY);
	inbox_done(&in);
}

Test(inbox, the_second_one_of_a_seq_is_not_kept)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 0);
	cr_assert_eq(offer(&in, RUN, 3), INBOX_KEPT);
	cr_assert_eq(offer(&in, RUN, 3), INBOX_TWICE);
	inbox_done(&in);
}

Test(inbox, is_as_large_as_the_window_and_not_larger)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 10);
	cr_assert_eq(offer(&in, RUN, 10 + WINDOW_BATCHES), INBOX_FOREIGN);
	cr_assert_eq(offer(&in, RUN, 9 + WINDOW_BATCHES), INBOX_KEPT);
	cr_assert_eq(offer(&in, RUN, UINT64_MAX), INBOX_FOREIGN);
	inbox_done(&in);
}

Test(inbox, goes_on_over_many_times_its_size)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 0);
	for (uint64_t seq = 0; seq < 5 * WINDOW_BATCHES; seq += 2) {
		cr_assert_eq(offer(&in, RUN, seq + 1), INBOX_KEPT);
		cr_assert_eq(offer(&in, RUN, seq), INBOX_KEPT);
		front_is(&in, seq);
		inbox_advance(&in);
		front_is(&in, seq + 1);
		inbox_advance(&in);
	}
	inbox_done(&in);
}

Test(inbox, have_says_what_waits_from_next_on)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 60);
	cr_assert_eq(inbox_have(&in), 0);
	offer(&in, RUN, 60);
	offer(&in, RUN, 62);
	offer(&in, RUN, 60 + 63);
	cr_assert_eq(inbox_have(&in), 1ULL | 1ULL << 2 | 1ULL << 63);
	inbox_advance(&in);
	cr_assert_eq(inbox_have(&in), 1ULL << 1 | 1ULL << 62);
	inbox_done(&in);
}

Test(inbox, below_base_nothing_is_awaited)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 0);
	offer(&in, RUN, 1);
	offer(&in, RUN, 3);
	inbox_skip(&in, 3);
	cr_assert_eq(in.next, 3);
	front_is(&in, 3);
	cr_assert_eq(offer(&in, RUN, 1), INBOX_REPLAY);
	inbox_done(&in);
}

Test(inbox, a_base_far_ahead_forgets_all_that_waits)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 0);
	for (uint64_t seq = 0; seq < WINDOW_BATCHES; seq++)
		offer(&in, RUN, seq);
	inbox_skip(&in, 1ULL << 60);
	cr_assert_eq(in.next, 1ULL << 60);
	cr_assert_eq(inbox_have(&in), 0);
	cr_assert_eq(offer(&in, RUN, 1ULL << 60), INBOX_KEPT);
	inbox_done(&in);
}

Test(inbox, a_base_below_next_changes_nothing)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 5);
	offer(&in, RUN, 5);
	inbox_skip(&in, 0);
	inbox_skip(&in, 5);
	cr_assert_eq(in.next, 5);
	front_is(&in, 5);
	inbox_done(&in);
}

Test(inbox, a_new_run_forgets_the_old_one)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 0);
	offer(&in, RUN, 0);
	offer(&in, RUN, 7);
	inbox_begin(&in, RUN + 1, 2);
	cr_assert_eq(inbox_have(&in), 0);
	cr_assert_eq(in.next, 2);
	cr_assert_eq(offer(&in, RUN, 2), INBOX_FOREIGN);
	cr_assert_eq(offer(&in, RUN + 1, 2), INBOX_KEPT);
	inbox_done(&in);
}

Test(inbox, the_first_that_waits_may_be_out_of_turn)
{
	struct inbox in = {0};

	inbox_begin(&in, RUN, 5);
	cr_assert(inbox_first(&in) == NULL);
	cr_assert_eq(offer(&in, RUN, 9), INBOX_KEPT);
	cr_assert_eq(offer(&in, RUN, 7), INBOX_KEPT);
	cr_assert_eq(inbox_first(&in)->header.seq, 7);
	inbox_remove(&in, 7);
	cr_assert_eq(inbox_first(&in)->header.seq, 9);
	inbox_remove(&in, 9);
	cr_assert(inbox_first(&in) == NULL);
	inbox_done(&in);
}
