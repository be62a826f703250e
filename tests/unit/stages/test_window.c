#include "stages/window.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { T0 = 1000000 }; /* ms: when the tests begin */

static const struct report nothing = {.run = 1, .incarnation = 7};

/* A batch whose body is an allocation of its own, so that a sanitizer sees a lost one. */
static uint64_t
add_sized(struct window *w, size_t n)
{
	zmq_msg_t body;
	uint64_t seq;

	cr_assert_eq(zmq_msg_init_size(&body, n), 0);
	memset(zmq_msg_data(&body), 'x', n);
	seq = window_add(w, &body, 1);
	cr_assert_eq(zmq_msg_size(&body), 0, "the message is still the caller's");
	zmq_msg_close(&body);
	return seq;
}

static uint64_t
add(struct window *w)
{
	return add_sized(w, 100);
}

/* A window with n batches that were sent at T0, and that both have been asked about. */
static void
open_sent(struct window *w, unsigned n)
{
	window_begin(w, 0);
	cr_assert_eq(window_report(w, REPORTER_DEDUP, &nothing, T0), 0);
	cr_assert_eq(window_report(w, REPORTER_WRITE, &nothing, T0), 0);
	for (unsigned i = 0; i < n; i++)
		window_sent(w, add(w), T0);
}

static uint64_t
due(const struct window *w, uint64_t now)
{
	uint64_t wait_ms;

	return window_due(w, now, &wait_ms);
}

static uint64_t
wait_of(const struct window *w, uint64_t now)
{
	uint64_t wait_ms = 0;

	cr_assert_eq(window_due(w, now, &wait_ms), UINT64_MAX);
	return wait_ms;
}

static void
tell(struct window *w, enum reporter who, struct report r, uint64_t now)
{
	r.run = 1;
	if (r.incarnation == 0)
		r.incarnation = 7;
	cr_assert_eq(window_report(w, who, &r, now), 0);
}

Test(window, begins_empty_with_nothing_due)
{
	struct window w;

	window_begin(&w, 42);
	cr_assert_eq(w.base, 42);
	cr_assert_eq(w.next, 42);
	cr_assert(window_room(&w));
	cr_assert_eq(wait_of(&w, T0), UINT64_MAX);
	window_done(&w);
}

Test(window, a_new_batch_is_due_at_once_and_the_oldest_first)
{
	struct window w;

	window_begin(&w, 5);
	cr_assert_eq(add(&w), 5);
	cr_assert_eq(add(&w), 6);
	cr_assert_eq(due(&w, T0), 5);
	window_sent(&w, 5, T0);
	cr_assert_eq(due(&w, T0), 6);
	window_sent(&w, 6, T0);
	cr_assert_eq(wait_of(&w, T0), WINDOW_FIRST_MS);
	window_done(&w);
}

Test(window, a_batch_that_nobody_has_is_sent_again_when_its_time_is_up)
{
	struct window w;

	open_sent(&w, 2);
	cr_assert_eq(wait_of(&w, T0 + WINDOW_FIRST_MS - 1), 1);
	cr_assert_eq(due(&w, T0 + WINDOW_FIRST_MS), 0, "the oldest first");
	window_sent(&w, 0, T0 + WINDOW_FIRST_MS);
	cr_assert_eq(w.resent, 1);
	cr_assert_eq(due(&w, T0 + WINDOW_FIRST_MS), 1);
	window_done(&w);
}

Test(window, the_wait_doubles_up_to_a_minute)
{
	static const uint64_t waits[] = {2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
	struct window w;
	uint64_t now = T0;

	open_sent(&w, 1);
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		cr_assert_eq(wait_of(&w, now), waits[i], "attempt %zu", i);
		now += waits[i];
		cr_assert_eq(due(&w, now), 0);
		window_sent(&w, 0, now);
	}
	window_done(&w);
}

Test(window, a_long_round_trip_makes_the_first_wait_longer)
{
	struct window w;

	open_sent(&w, 0);
	for (uint64_t i = 0; i < 60; i++) {
		window_sent(&w, add(&w), T0 + 10000 * i);
		tell(&w, REPORTER_WRITE, (struct report){.next = i + 1}, T0 + 10000 * i + 5000);
	}
	cr_assert_geq(w.round_trip, 4900, "%llu", (unsigned long long)w.round_trip);
	window_sent(&w, add(&w), T0);
	cr_assert_eq(wait_of(&w, T0), 4 * w.round_trip);
	window_done(&w);
}

Test(window, a_round_trip_of_a_batch_sent_twice_says_nothing)
{
	struct window w;

	open_sent(&w, 1);
	window_sent(&w, 0, T0 + 40000);
	tell(&w, REPORTER_WRITE, (struct report){.next = 1}, T0 + 50000);
	cr_assert_eq(w.round_trip, 0);
	window_done(&w);
}

Test(window, a_batch_that_write_has_is_not_sent_again)
{
	struct window w;

	open_sent(&w, 3);
	tell(&w, REPORTER_DEDUP, (struct report){.next = 3}, T0);
	tell(&w, REPORTER_WRITE, (struct report){.have = 1 << 1}, T0);
	cr_assert_eq(due(&w, T0 + 5000), 0);
	window_sent(&w, 0, T0 + 5000);
	cr_assert_eq(due(&w, T0 + 5000), 2, "1 waits at write");
	window_done(&w);
}

Test(window, a_batch_that_waits_at_dedup_is_not_sent_again)
{
	struct window w;

	open_sent(&w, 2);
	tell(&w, REPORTER_DEDUP, (struct report){.have = 1 << 1}, T0);
	cr_assert_eq(due(&w, T0 + 5000), 0);
	window_sent(&w, 0, T0 + 5000);
	cr_assert_eq(wait_of(&w, T0 + 6000), 3000, "only 0 can fall due");
	window_done(&w);
}

Test(window, a_batch_that_was_lost_behind_dedup_is_sent_again)
{
	struct window w;

	open_sent(&w, 1);
	tell(&w, REPORTER_DEDUP, (struct report){.next = 1}, T0);
	cr_assert_eq(due(&w, T0 + 5000), 0);
	window_done(&w);
}

Test(window, what_a_new_incarnation_does_not_have_is_sent_again)
{
	struct window w;

	open_sent(&w, 1);
	tell(&w, REPORTER_DEDUP, (struct report){.have = 1}, T0);
	cr_assert_eq(wait_of(&w, T0 + 5000), UINT64_MAX);
	tell(&w, REPORTER_DEDUP, (struct report){.incarnation = 8}, T0);
	cr_assert_eq(due(&w, T0 + 5000), 0);
	window_done(&w);
}

Test(window, durable_batches_leave_and_make_room)
{
	struct window w;

	open_sent(&w, WINDOW_BATCHES);
	cr_assert(!window_room(&w));
	cr_assert_eq(w.bytes, 100 * WINDOW_BATCHES);
	tell(&w, REPORTER_WRITE, (struct report){.next = 1}, T0 + 10);
	cr_assert(window_room(&w));
	cr_assert_eq(w.base, 1);
	cr_assert_eq(w.bytes, 100 * (WINDOW_BATCHES - 1));
	cr_assert_eq(add(&w), WINDOW_BATCHES, "it takes the place of the first");
	cr_assert_eq(due(&w, T0 + 10), WINDOW_BATCHES);
	window_done(&w);
}

Test(window, dedup_alone_releases_nothing)
{
	struct window w;

	open_sent(&w, 1);
	tell(&w, REPORTER_DEDUP, (struct report){.next = 1}, T0);
	cr_assert_eq(w.base, 0);
	window_done(&w);
}

Test(window, holds_sixteen_mebibytes)
{
	struct window w;
	unsigned n = 0;

	window_begin(&w, 0);
	for (; window_room(&w); n++)
		add_sized(&w, 4 * BATCH_BYTES);
	cr_assert_eq(n, WINDOW_BYTES / BATCH_BYTES / 4);
	cr_assert_eq(w.bytes, WINDOW_BYTES);
	window_done(&w);
}

Test(window, takes_one_larger_batch_alone)
{
	struct window w;

	window_begin(&w, 0);
	add_sized(&w, WINDOW_BYTES + 1);
	cr_assert(!window_room(&w));
	window_sent(&w, 0, T0);
	tell(&w, REPORTER_WRITE, (struct report){.next = 1}, T0);
	cr_assert(window_room(&w));
	cr_assert_eq(w.bytes, 0);
	window_done(&w);
}

Test(window, a_sink_that_falls_below_what_was_released_ends_the_run)
{
	struct window w;

	open_sent(&w, 2);
	tell(&w, REPORTER_WRITE, (struct report){.next = 2}, T0);
	cr_assert_eq(
	    window_report(&w, REPORTER_WRITE, &(struct report){.run = 1, .next = 1}, T0), ERR_SYS);
	cr_assert(strstr(err_text(), "state is lost") != NULL, "%s", err_text());
	window_done(&w);
}

Test(window, a_dedup_that_begins_again_is_no_fault)
{
	struct window w;

	open_sent(&w, 2);
	tell(&w, REPORTER_DEDUP, (struct report){.next = 2}, T0);
	tell(&w, REPORTER_WRITE, (struct report){.next = 1}, T0);
	tell(&w, REPORTER_DEDUP, (struct report){.incarnation = 8, .next = 0}, T0);
	cr_assert_eq(due(&w, T0 + 5000), 1, "0 is durable");
	window_done(&w);
}

Test(window, a_report_of_a_batch_that_was_never_sent_is_a_fault)
{
	struct window w;

	for (enum reporter who = 0; who < REPORTERS; who++) {
		/* both may be ahead of a read that began again, by what was in flight */
		struct report r = {.run = 1, .next = 1 + WINDOW_BATCHES};

		open_sent(&w, 1);
		cr_assert_eq(window_report(&w, who, &r, T0), 0);
		cr_assert_leq(w.base, w.next);
		r.next++;
		cr_assert_eq(window_report(&w, who, &r, T0), ERR_SYS);
		window_done(&w);
	}
}

Test(window, the_clock_stands_still_while_somebody_holds)
{
	struct window w;

	for (enum reporter who = 0; who < REPORTERS; who++) {
		open_sent(&w, 1);
		tell(&w, who, (struct report){.hold = SPAN("disk full")}, T0 + 1000);
		cr_assert_eq(wait_of(&w, T0 + 90000), UINT64_MAX);
		tell(&w, who, (struct report){.hold = SPAN("disk full")}, T0 + 90000);
		tell(&w, who, (struct report){.next = 0}, T0 + 100000);
		cr_assert_eq(wait_of(&w, T0 + 100000), 1000, "what was left of the two seconds");
		cr_assert_eq(due(&w, T0 + 101000), 0);
		window_done(&w);
	}
}

Test(window, while_one_of_two_still_holds_the_clock_stands)
{
	struct window w;

	open_sent(&w, 1);
	tell(&w, REPORTER_DEDUP, (struct report){.hold = SPAN("a")}, T0);
	tell(&w, REPORTER_WRITE, (struct report){.hold = SPAN("b")}, T0);
	tell(&w, REPORTER_DEDUP, nothing, T0 + 5000);
	cr_assert_eq(wait_of(&w, T0 + 60000), UINT64_MAX);
	window_done(&w);
}

Test(window, the_text_of_a_hold_is_not_kept)
{
	char text[] = "disk full";
	struct window w;

	open_sent(&w, 0);
	tell(&w, REPORTER_WRITE, (struct report){.hold = span_str(text)}, T0);
	cr_assert_neq(w.reports[REPORTER_WRITE].hold.p, text);
	cr_assert_gt(w.reports[REPORTER_WRITE].hold.n, 0);
	window_done(&w);
}

Test(window, a_new_batch_goes_out_during_a_hold)
{
	struct window w;

	open_sent(&w, 0);
	tell(&w, REPORTER_WRITE, (struct report){.hold = SPAN("disk full")}, T0);
	add(&w);
	cr_assert_eq(due(&w, T0), 0);
	window_done(&w);
}

Test(window, a_worker_lost_downstream_makes_what_was_sent_due_soon)
{
	struct window w;

	open_sent(&w, 1);
	tell(&w, REPORTER_DEDUP, (struct report){.losses = 1}, T0 + 100);
	cr_assert_eq(wait_of(&w, T0 + 100), WINDOW_HURRY_MS);
	cr_assert_eq(due(&w, T0 + 100 + WINDOW_HURRY_MS), 0);
	window_sent(&w, 0, T0 + 200);
	tell(&w, REPORTER_DEDUP, (struct report){.losses = 1}, T0 + 200);
	cr_assert_gt(wait_of(&w, T0 + 200), WINDOW_HURRY_MS, "the same loss counts once");
	window_done(&w);
}

Test(window, what_another_incarnation_held_is_asked_for_soon)
{
	struct window w;

	open_sent(&w, 1);
	tell(&w, REPORTER_DEDUP, (struct report){.incarnation = 7, .have = 1}, T0);
	tell(&w, REPORTER_WRITE, (struct report){.incarnation = 9}, T0);
	cr_assert_eq(wait_of(&w, T0), UINT64_MAX, "dedup has it");
	tell(&w, REPORTER_DEDUP, (struct report){.incarnation = 8, .losses = 3}, T0);
	cr_assert_eq(wait_of(&w, T0), WINDOW_HURRY_MS);
	window_done(&w);
}

Test(window, the_first_report_of_all_makes_nobody_hurry)
{
	struct window w;

	window_begin(&w, 0);
	window_sent(&w, add(&w), T0);
	tell(&w, REPORTER_DEDUP, (struct report){.incarnation = 8, .losses = 3}, T0);
	cr_assert_eq(wait_of(&w, T0), WINDOW_FIRST_MS);
	window_done(&w);
}

Test(window, hurry_makes_nothing_later)
{
	struct window w;

	open_sent(&w, 1);
	window_hurry(&w, T0 + WINDOW_FIRST_MS - 10);
	cr_assert_eq(due(&w, T0 + WINDOW_FIRST_MS), 0);
	window_done(&w);
}

Test(window, one_far_behind_has_nothing_of_what_is_in_flight)
{
	struct window w;

	open_sent(&w, 40);
	tell(&w, REPORTER_WRITE, (struct report){.next = 40}, T0);
	for (unsigned i = 0; i < 40; i++)
		window_sent(&w, add(&w), T0);
	tell(&w, REPORTER_DEDUP, (struct report){.incarnation = 8, .have = UINT64_MAX}, T0);
	cr_assert_eq(due(&w, T0 + 5000), 64, "it can speak of 0 to 63 only");
	window_done(&w);
}

Test(window, a_have_beyond_64_batches_is_none)
{
	struct window w;

	window_begin(&w, 0);
	for (unsigned i = 0; i < WINDOW_BATCHES; i++)
		window_sent(&w, add(&w), T0);
	tell(&w, REPORTER_WRITE, (struct report){.next = 0, .have = UINT64_MAX}, T0);
	cr_assert_eq(wait_of(&w, T0 + 5000), UINT64_MAX);
	tell(&w, REPORTER_WRITE, (struct report){.next = 1, .have = UINT64_MAX}, T0);
	window_sent(&w, add(&w), T0);
	cr_assert_eq(wait_of(&w, T0 + 5000), UINT64_MAX, "bit 63 is batch 64");
	tell(&w, REPORTER_WRITE, (struct report){.next = 1, .have = UINT64_MAX >> 1}, T0);
	cr_assert_eq(due(&w, T0 + 5000), 64);
	window_done(&w);
}
