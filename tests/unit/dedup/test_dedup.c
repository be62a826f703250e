#include "tests/unit/dedup/dedup_chain.h"

Test(dedup, the_first_to_bring_a_paragraph_keeps_it)
{
	struct chain c;

	chain_open(&c);
	verdict_is(GIVE(&c, 1, "one", "two"), "0 1");
	verdict_is(GIVE(&c, 2, "three", "two", "four"), "0 2 1<d1/1");
	verdict_is(GIVE(&c, 3, "four", "five"), "1 0<d2/2");
	chain_close(&c);
}

Test(dedup, what_is_dropped_says_all_that_is_known_of_it)
{
	struct chain c;
	struct document *d;
	struct hash hash = hash128(SPAN("two"));

	chain_open(&c);
	GIVE(&c, 0xABC, "one", "two");
	d = GIVE(&c, 2, "other", "two", "more");
	cr_assert_eq(d->n_dropped, 1);
	cr_assert_eq(d->dropped[0].n, 1);
	cr_assert_eq(d->dropped[0].owner.key, 0xABC);
	cr_assert_eq(d->dropped[0].owner.n, 1);
	cr_assert_eq(memcmp(&d->dropped[0].hash, &hash, sizeof(hash)), 0);
	cr_assert_eq(d->stats.kept, 2);
	cr_assert_eq(d->stats.exact, 1);
	cr_assert_eq(d->stats.near, 0);
	chain_close(&c);
}

Test(dedup, a_repeat_in_the_document_itself_is_dropped)
{
	struct chain c;

	chain_open(&c);
	verdict_is(GIVE(&c, 1, "title", "title", "text", "title"), "0 2 1<d1/0 3<d1/0");
	chain_close(&c);
}

Test(dedup, a_repeat_of_what_was_dropped_has_the_same_owner)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "one", "two");
	verdict_is(GIVE(&c, 2, "new", "two", "two", "new"), "0 1<d1/1 2<d1/1 3<d2/0");
	chain_close(&c);
}

Test(dedup, the_owner_is_always_the_first_never_one_that_repeats)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "one", "old");
	GIVE(&c, 2, "two", "old");
	verdict_is(GIVE(&c, 3, "three", "old"), "0 1<d1/1");
	chain_close(&c);
}

Test(dedup, documents_of_one_batch_see_each_other)
{
	struct chain c;
	struct document *d;

	chain_open(&c);
	c.batch.documents = d = arena_zero(&c.batch.arena, 3, sizeof(*d));
	c.batch.n_documents = 3;
	d[0] = document_of(&c.batch.arena, 1, TEXTS("one", "two"));
	d[1] = document_of(&c.batch.arena, 2, TEXTS("two", "three"));
	d[1].refused = (struct fault){.stage = SPAN("extract"), .reason = SPAN("bad-json")};
	d[2] = document_of(&c.batch.arena, 3, TEXTS("two", "three"));
	cr_assert_eq(stage.batch(c.state, &c.batch, false), 0);
	verdict_is(&d[1], "0 1");
	cr_assert_eq(d[1].stats.kept, 0, "a refused document is not touched");
	verdict_is(&d[2], "1 0<d1/1");
	chain_close(&c);
}

Test(dedup, short_ones_are_kept_across_documents_and_dropped_inside_one)
{
	struct chain c;

	chain_open(&c);
	verdict_is(GIVE(&c, 1, "Ok", "Ok", "one"), "0 2 1<d1/0");
	verdict_is(GIVE(&c, 2, "Ok", "two", "Ok"), "0 1 2<d2/0");
	verdict_is(GIVE(&c, 3, "one", "Ok"), "1 0<d1/2");
	chain_close(&c);
}

Test(dedup, min_chars_is_the_length_from_which_there_are_owners)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "abc", "ab", "x1");
	verdict_is(GIVE(&c, 2, "ab", "abc", "x2"), "0 2 1<d1/0");
	chain_close(&c);
	chain_open(&c);
	c.settings.min_chars = 0;
	GIVE(&c, 1, "a", "one");
	verdict_is(GIVE(&c, 2, "a", "two"), "1 0<d1/0");
	chain_close(&c);
}

/* which document is the same */

Test(dedup, the_same_occurrence_is_the_same_document)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "one", "two");
	verdict_is(GIVE(&c, 1, "one", "two"), "0 1");
	verdict_is(give(&c, 2, "d1", NULL, false, TEXTS("one", "two")), "0<d1/0 1<d1/1 =d1*10000");
	chain_close(&c);
}

Test(dedup, by_id_any_version_of_it_is_the_same_document)
{
	struct chain c;

	chain_open(&c);
	c.settings.same_document = SAME_ID;
	verdict_is(give(&c, 1, "page", NULL, false, TEXTS("one", "two")), "0 1");
	verdict_is(give(&c, 2, "page", NULL, false, TEXTS("one", "edited")), "0 1");
	verdict_is(give(&c, 3, "other", NULL, false, TEXTS("one", "edited", "x-x")),
	    "2 0<page/0 1<page/1");
	verdict_is(
	    give(&c, 4, "page", NULL, false, TEXTS("two", "edited", "x-x")), "0 1 2<other/2");
	chain_close(&c);
}

Test(dedup, by_url_any_version_of_it_is_the_same_document)
{
	struct chain c;

	chain_open(&c);
	c.settings.same_document = SAME_URL;
	verdict_is(give(&c, 1, "a", "https://x/", false, TEXTS("one")), "0");
	verdict_is(give(&c, 2, "b", "https://x/", false, TEXTS("one", "two")), "0 1");
	verdict_is(
	    give(&c, 3, "b", "https://y/", false, TEXTS("one", "two")), "0<a/0 1<b/1 =b*10000");
	chain_close(&c);
}

Test(dedup, by_url_a_document_without_one_is_its_occurrence)
{
	struct chain c;

	chain_open(&c);
	c.settings.same_document = SAME_URL;
	verdict_is(GIVE(&c, 1, "one"), "0");
	verdict_is(GIVE(&c, 2, "one"), "0<d1/0 =d1*10000");
	verdict_is(GIVE(&c, 1, "one"), "0");
	chain_close(&c);
}

/* replays */

Test(dedup, a_replay_gives_the_same_verdicts)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "one", "two", "two", "Ok");
	GIVE(&c, 2, "two", "three", "Ok", "three");
	GIVE(&c, 3, "three", "one", "x-x");
	verdict_is(REPLAY(&c, 1, "one", "two", "two", "Ok"), "0 1 3 2<d1/1");
	verdict_is(REPLAY(&c, 2, "two", "three", "Ok", "three"), "1 2 0<d1/1 3<d2/1");
	verdict_is(REPLAY(&c, 3, "three", "one", "x-x"), "2 0<d2/1 1<d1/0");
	chain_close(&c);
}

Test(dedup, a_replay_adds_nothing)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "one");
	REPLAY(&c, 1, "new", "newer");
	verdict_is(GIVE(&c, 2, "new", "newer"), "0 1");
	chain_close(&c);
}

/* options */

Test(dedup, mark_keeps_all_and_says_which_repeat)
{
	struct chain c;

	chain_open(&c);
	c.settings.action = ACTION_MARK;
	GIVE(&c, 1, "one", "two");
	verdict_is(GIVE(&c, 2, "two", "new", "new"), "0 1 2 0<d1/1 2<d2/1");
	cr_assert_eq(c.batch.documents[0].stats.kept, 1);
	cr_assert_eq(c.batch.documents[0].stats.exact, 2);
	chain_close(&c);
}

Test(dedup, off_drops_nothing_and_remembers_nothing)
{
	struct chain c;

	chain_open(&c);
	c.settings.dedup = DEDUP_OFF;
	verdict_is(GIVE(&c, 1, "one", "one"), "0 1");
	verdict_is(GIVE(&c, 2, "one"), "0");
	cr_assert_eq(c.batch.documents[0].stats.kept, 1);
	c.settings.dedup = DEDUP_EXACT;
	verdict_is(GIVE(&c, 3, "one"), "0");
	chain_close(&c);
}

Test(dedup, a_wrong_index_does_not_open)
{
	struct settings s = {.index = "redis://h"};
	void *state = NULL;

	cr_assert_eq(stage.open(&state, &s), ERR_USAGE);
	cr_assert(state == NULL);
}

Test(dedup, dropped_text_stays_as_the_option_says)
{
	for (enum dropped_text o = DROPPED_TEXT_NONE; o <= DROPPED_TEXT_ALL; o++) {
		struct document *d;
		struct chain c;

		chain_open(&c);
		c.settings.dropped_text = o;
		GIVE(&c, 1, "one", "two");
		d = GIVE(&c, 2, "two", "new");
		if (o == DROPPED_TEXT_ALL)
			cr_assert(span_equal(d->dropped[0].text, SPAN("two")));
		else
			cr_assert(d->dropped[0].text.p == NULL);
		chain_close(&c);
	}
}

/* duplicate_of */

Test(dedup, a_document_of_which_another_owns_four_fifths_is_its_duplicate)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "eighty--", "x-x");
	verdict_is(GIVE(&c, 2, "eighty--", "20"), "1 0<d1/0 =d1*8000");
	verdict_is(GIVE(&c, 3, "eighty--", "2.1"), "1 0<d1/0");
	chain_close(&c);
}

Test(dedup, the_share_is_of_one_owner_not_of_all)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "aaaaa", "x1x");
	GIVE(&c, 2, "bbbbb", "x2x");
	verdict_is(GIVE(&c, 3, "aaaaa", "bbbbb"), "0<d1/0 1<d2/0");
	GIVE(&c, 4, "cccccccccccccccc", "x4x");
	verdict_is(
	    GIVE(&c, 5, "aaa", "bbbbb", "aaaaa", "cccccccccccccccc"), "0 1<d2/0 2<d1/0 3<d4/0");
	verdict_is(GIVE(&c, 6, "bbb", "cccccccccccccccc"), "0 1<d4/0 =d4*8421");
	chain_close(&c);
}

Test(dedup, a_document_with_the_same_paragraphs_is_a_duplicate_of_the_whole)
{
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "from one");
	GIVE(&c, 2, "from two");
	verdict_is(GIVE(&c, 3, "from one", "from two"), "0<d1/0 1<d2/0");
	verdict_is(GIVE(&c, 4, "from one", "from two"), "0<d1/0 1<d2/0 =d3*10000");
	verdict_is(GIVE(&c, 5, "from two", "from one"), "0<d2/0 1<d1/0");
	verdict_is(REPLAY(&c, 4, "from one", "from two"), "0<d1/0 1<d2/0 =d3*10000");
	verdict_is(REPLAY(&c, 3, "from one", "from two"), "0<d1/0 1<d2/0");
	chain_close(&c);
}

Test(dedup, of_itself_a_document_is_no_duplicate)
{
	struct chain c;

	chain_open(&c);
	verdict_is(GIVE(&c, 1, "one", "one", "one"), "0 1<d1/0 2<d1/0");
	verdict_is(GIVE(&c, 1, "one", "one", "one"), "0 1<d1/0 2<d1/0");
	chain_close(&c);
}

Test(dedup, a_document_without_paragraphs_is_nothings_duplicate)
{
	struct chain c;

	chain_open(&c);
	verdict_is(give(&c, 1, NULL, NULL, false, (const char *const[]){NULL}), "");
	verdict_is(give(&c, 2, NULL, NULL, false, (const char *const[]){NULL}), "");
	cr_assert(!c.batch.documents[0].duplicate.found);
	chain_close(&c);
}

Test(dedup, counts_that_a_peer_left_out_or_made_up_do_no_harm)
{
	static const uint64_t bytes[] = {0, 1, UINT64_MAX};
	struct chain c;

	chain_open(&c);
	GIVE(&c, 1, "eighty--", "x-x");
	for (uint64_t i = 0; i < 3; i++) {
		struct document *d;

		batch_reset(&c.batch);
		d = c.batch.documents = arena_zero(&c.batch.arena, 1, sizeof(*d));
		c.batch.n_documents = 1;
		c.batch.seq = c.seq++;
		*d = document_of(&c.batch.arena, 10 + i, TEXTS("eighty--", "20"));
		d->stats.bytes = bytes[i];
		d->paragraphs[1].hash.bytes[0] ^= (unsigned char)(i + 1);
		cr_assert_eq(stage.batch(c.state, &c.batch, false), 0);
		verdict_is(d, "1 0<d1/0 =d1*8000");
	}
	chain_close(&c);
}

/* many */

Test(dedup, a_large_document_is_judged_paragraph_by_paragraph)
{
	enum { MANY = 5000 };
	const char **texts = calloc(2 * MANY + 1, sizeof(*texts));
	struct document *d;
	struct chain c;

	for (int i = 0; i < MANY; i++) {
		char *text;
		cr_assert_gt(asprintf(&text, "paragraph number %d", i), 0);
		texts[i] = texts[2 * MANY - 1 - i] = text;
	}
	chain_open(&c);
	d = give(&c, 1, NULL, NULL, false, texts);
	cr_assert_eq(d->n_paragraphs, MANY);
	cr_assert_eq(d->n_dropped, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		cr_assert_eq(d->paragraphs[i].n, i);
		cr_assert_eq(d->dropped[i].n, MANY + i);
		cr_assert_eq(d->dropped[i].owner.n, MANY - 1 - i);
	}
	d = give(&c, 2, NULL, NULL, false, texts);
	cr_assert_eq(d->n_paragraphs, 0);
	cr_assert_eq(d->n_dropped, 2 * MANY);
	chain_close(&c);
	for (int i = 0; i < MANY; i++)
		free((char *)texts[i]);
	free(texts);
}

Test(dedup, closing_nothing_is_nothing)
{
	stage.close(NULL);
}
