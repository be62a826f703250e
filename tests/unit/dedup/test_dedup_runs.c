#include "tests/unit/dedup/dedup_chain.h"

/* runs, restarts, and what comes again */

Test(dedup_runs, drops_that_an_earlier_run_owns_are_counted)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "one", "two");
	cr_assert_eq(c.batch.n_earlier, 0);
	GIVE(&c, 2, "one");
	cr_assert_eq(c.batch.n_earlier, 0, "of this run");
	chain_begin(&c, RUN + 1);
	GIVE(&c, 3, "one", "two", "new", "two", "new");
	cr_assert_eq(c.batch.n_earlier, 3);
	GIVE(&c, 4, "new");
	cr_assert_eq(c.batch.n_earlier, 0);
	REPLAY(&c, 3, "one", "two", "new", "two", "new");
	cr_assert_eq(c.batch.n_earlier, 3, "a replay counts the same");
	chain_close(&c);
}

Test(dedup_runs, begin_tells_how_many_runs_the_index_has_seen)
{
	struct begin b = {.run = 5};
	struct folder f;
	struct chain c;

	folder_open(&f);
	for (uint64_t run = 1; run <= 3; run++) {
		chain_open_at(&c, &f);
		b = (struct begin){.run = run};
		cr_assert_eq(stage.begin(c.state, &b), 0);
		cr_assert_eq(b.runs, run);
		cr_assert_eq(b.next, 0);
		chain_commit(&c);
		chain_close(&c);
	}
	folder_done(&f);
}

Test(dedup_runs, owners_outlive_the_process)
{
	struct folder f;
	struct chain c;

	folder_open(&f);
	chain_open_at(&c, &f);
	chain_begin(&c, RUN);
	GIVE(&c, 1, "one", "two");
	chain_commit(&c);
	chain_close(&c);
	chain_open_at(&c, &f);
	chain_begin(&c, RUN + 1);
	verdict_is(GIVE(&c, 2, "two", "new"), "1 0<d1/1");
	cr_assert_eq(c.batch.n_earlier, 1);
	verdict_is(GIVE(&c, 1, "one", "two"), "0 1");
	chain_close(&c);
	folder_done(&f);
}

Test(dedup_runs, started_again_in_a_run_it_gives_the_same_verdicts)
{
	struct folder f;
	struct chain c;

	folder_open(&f);
	chain_open_at(&c, &f);
	chain_begin(&c, RUN);
	GIVE(&c, 1, "one", "two");
	chain_commit(&c);
	GIVE(&c, 2, "two", "three"); /* not committed, and so never handed on */
	chain_close(&c);
	chain_open_at(&c, &f);
	chain_begin(&c, RUN);
	cr_assert_eq(c.seq, 1);
	c.seqs[1] = 0;
	verdict_is(REPLAY(&c, 1, "one", "two"), "0 1");
	verdict_is(GIVE(&c, 2, "two", "three"), "1 0<d1/1");
	cr_assert_eq(c.batch.n_earlier, 0, "it is the same run");
	chain_close(&c);
	folder_done(&f);
}

Test(dedup_runs, begun_with_no_run_it_tells_where_it_was)
{
	struct begin b = {.run = 0};
	struct folder f;
	struct chain c;
	uint64_t index;

	folder_open(&f);
	chain_open_at(&c, &f);
	cr_assert_eq(stage.begin(c.state, &b), 0);
	cr_assert_eq(b.run, 0, "nothing is known yet");
	cr_assert_neq(b.index, 0);
	index = b.index;
	chain_begin(&c, RUN);
	GIVE(&c, 1, "one");
	GIVE(&c, 2, "two");
	chain_commit(&c);
	chain_close(&c);
	chain_open_at(&c, &f);
	b = (struct begin){.run = 0};
	cr_assert_eq(stage.begin(c.state, &b), 0);
	cr_assert_eq(b.run, RUN);
	cr_assert_eq(b.next, 2);
	cr_assert_eq(b.runs, 1);
	cr_assert_eq(b.index, index);
	chain_close(&c);
	folder_done(&f);
}

Test(dedup_runs, of_its_index_off_says_nothing)
{
	struct begin b = {.run = RUN};
	struct chain c = {.settings = {.dedup = DEDUP_OFF}};

	chain_start(&c);
	cr_assert_eq(stage.begin(c.state, &b), 0);
	cr_assert_eq(b.index, 0);
	chain_close(&c);
}

/* what comes again must be what it was */

Test(dedup_runs, a_replay_of_changed_input_ends_the_run)
{
	struct folder f;
	struct chain c;

	folder_open(&f);
	chain_open_at(&c, &f);
	chain_begin(&c, RUN);
	GIVE(&c, 1, "one");
	GIVE(&c, 2, "two");
	chain_commit(&c);
	c.seqs[3] = 1;
	for (int i = 0; i < 2; i++) {
		put(&c, 3, NULL, NULL, true, TEXTS("two"));
		cr_assert_eq(stage.batch(c.state, &c.batch, true), ERR_USAGE);
		cr_assert(strstr(err_text(), "changed since batch 1 was read") != NULL);
		cr_assert(strstr(err_text(), "--restart") != NULL);
		verdict_is(REPLAY(&c, 2, "two"), "0");
		chain_close(&c);
		chain_open_at(&c, &f);
		c.seqs[2] = c.seqs[3] = 1;
		chain_begin(&c, RUN);
	}
	chain_close(&c);
	folder_done(&f);
}

Test(dedup_runs, an_owner_that_comes_again_refused_is_not_handed_on)
{
	struct document *d;
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "one");
	GIVE(&c, 2, "two");
	d = put(&c, 2, NULL, NULL, true, TEXTS("two"));
	d->refused = (struct fault){.stage = SPAN("extract"), .reason = SPAN("hung")};
	cr_assert_eq(stage.batch(c.state, &c.batch, true), ERR_RECORD);
	cr_assert(strstr(err_text(), "d2, which owns paragraphs, was refused") != NULL);
	chain_close(&c);
}

Test(dedup_runs, a_refused_document_that_owns_nothing_comes_again_refused)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "one");
	for (int replay = 0; replay < 2; replay++) {
		struct document *d = put(&c, 2, NULL, NULL, replay, TEXTS("two"));

		d->refused = (struct fault){.stage = SPAN("extract"), .reason = SPAN("bad-json")};
		cr_assert_eq(stage.batch(c.state, &c.batch, replay), 0);
	}
	chain_close(&c);
}

Test(dedup_runs, a_batch_for_which_there_is_no_room_waits)
{
	struct chain c;

	chain_open(&c);
	stage.close(c.state);
	c.settings.index_limit = 1600000; /* bytes */
	chain_start(&c);
	chain_begin(&c, RUN);
	GIVE(&c, 1, "one");
	put(&c, 2, NULL, NULL, false, TEXTS("two"));
	c.batch.documents[0].n_paragraphs = 65000;
	cr_assert_eq(stage.batch(c.state, &c.batch, false), ERR_HOLD);
	cr_assert(strstr(err_text(), "over --index-limit") != NULL, "%s", err_text());
	c.batch.documents[0].n_paragraphs = 1;
	cr_assert_eq(stage.batch(c.state, &c.batch, false), 0, "nothing was lost");
	chain_close(&c);
}
