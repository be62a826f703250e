#include "dedup_chain.h"
#include "near_text.h"

enum { WORDS = 40 };

static void
open_near(struct chain *c)
{
	*c = (struct chain){.settings = {.min_chars = 3, .dedup = DEDUP_NEAR}};
	chain_start(c);
	chain_begin(c, RUN);
}

/* A document of near_text paragraphs: numbers and edits in turn, 0 ends. */
static struct document *
give_near(struct chain *c, uint64_t key, const char *id, bool replay, const unsigned *paragraphs)
{
	struct document *d = put(c, key, id, NULL, replay, TEXTS("a", "b", "c", "d", "e", "f"));
	struct arena *a = &c->batch.arena;
	size_t n = 0;

	for (; paragraphs[2 * n] != 0; n++) {
		struct paragraph *p = &d->paragraphs[n];
		struct buf b = {0};
		struct sketch k;

		p->text = near_text(a, paragraphs[2 * n], WORDS, paragraphs[2 * n + 1]);
		p->hash = hash128(p->text);
		p->chars = (uint32_t)p->text.n;
		k = near_sketch(p->text);
		sketch_pack(&b, &k);
		p->sketch = arena_copy(a, buf_view(&b));
		buf_done(&b);
	}
	d->n_paragraphs = d->stats.paragraphs = n;
	cr_assert_eq(stage.batch(c->state, &c->batch, replay), 0, "%s", err_text());
	cr_assert_eq(n, d->stats.kept + d->stats.exact + d->stats.near);
	return d;
}

#define NUMBERS(...) ((const unsigned[]){__VA_ARGS__, 0})
#define NEAR(c, key, ...) give_near((c), (key), NULL, false, NUMBERS(__VA_ARGS__))
#define NEAR_AGAIN(c, key, ...) give_near((c), (key), NULL, true, NUMBERS(__VA_ARGS__))

/* As verdict_is, with ~ for < where it is near. */
static void
near_is(const struct document *d, const char *expected)
{
	struct buf b = {0};

	for (size_t i = 0; i < d->n_paragraphs; i++)
		buf_print(&b, "%u ", d->paragraphs[i].n);
	for (size_t i = 0; i < d->n_dropped; i++) {
		const struct dropped *drop = &d->dropped[i];

		buf_print(&b, "%u%c%.*s/%u ", drop->n, drop->why == WHY_NEAR ? '~' : '<',
		    (int)drop->owner.id.n, drop->owner.id.p, drop->owner.n);
	}
	cr_assert(span_equal(buf_view(&b), span_str(expected)), "%.*s", (int)b.n, b.p);
	buf_done(&b);
}

Test(dedup_near, a_near_paragraph_is_dropped_with_its_owner_and_all_that_is_known)
{
	struct chain c;
	struct document *d;

	open_near(&c);
	near_is(NEAR(&c, 1, 1, 0, 2, 0), "0 1 ");
	d = NEAR(&c, 2, 3, 0, 2, 10);
	near_is(d, "0 1~d1/1 ");
	cr_assert_eq(d->dropped[0].owner.key, 1);
	cr_assert(d->dropped[0].similarity > 5000 && d->dropped[0].similarity < 9000);
	cr_assert_eq(d->stats.near, 1);
	cr_assert_eq(d->stats.exact, 0);
	cr_assert_null(d->dropped[0].text.p, "with none by --dropped-text none");
	chain_close(&c);
}

Test(dedup_near, its_text_stays_by_default)
{
	struct chain c;
	struct document *d;

	open_near(&c);
	c.settings.dropped_text = DROPPED_TEXT_NEAR;
	NEAR(&c, 1, 1, 0, 2, 0);
	d = NEAR(&c, 2, 1, 10, 2, 0);
	near_is(d, "0~d1/0 1<d1/1 ");
	cr_assert(span_starts(d->dropped[0].text, SPAN("Sandvik ")));
	cr_assert_null(d->dropped[1].text.p, "of exact ones it is the owner's");
	chain_close(&c);
}

Test(dedup_near, with_exact_nothing_is_near)
{
	struct chain c;

	open_near(&c);
	stage.close(c.state);
	c.settings.dedup = DEDUP_EXACT;
	chain_start(&c);
	chain_begin(&c, RUN);
	NEAR(&c, 1, 1, 0);
	near_is(NEAR(&c, 2, 1, 10), "0 ");
	chain_close(&c);
}

Test(dedup_near, what_was_dropped_as_near_owns_nothing)
{
	struct chain c;

	open_near(&c);
	NEAR(&c, 1, 1, 0);
	near_is(NEAR(&c, 2, 1, 10), "0~d1/0 ");
	near_is(NEAR(&c, 3, 1, 9), "0~d1/0 ");
	chain_close(&c);
}

Test(dedup_near, repeats_of_a_near_paragraph_are_near_the_same)
{
	struct chain c;
	struct document *d;
	int32_t similarity;

	open_near(&c);
	NEAR(&c, 1, 1, 0);
	d = NEAR(&c, 2, 1, 10, 5, 0, 1, 10);
	near_is(d, "1 0~d1/0 2~d1/0 ");
	similarity = d->dropped[0].similarity;
	cr_assert_eq(d->dropped[1].similarity, similarity);
	d = NEAR(&c, 3, 1, 10);
	near_is(d, "0~d1/0 ");
	cr_assert_eq(d->dropped[0].similarity, similarity);
	chain_close(&c);
}

Test(dedup_near, other_versions_of_a_document_stay_whole)
{
	struct chain c;

	open_near(&c);
	c.settings.same_document = SAME_ID;
	give_near(&c, 1, "page", false, NUMBERS(1, 0, 2, 0));
	near_is(give_near(&c, 2, "page", false, NUMBERS(1, 10, 2, 0)), "0 1 ");
	near_is(give_near(&c, 3, "other", false, NUMBERS(1, 11)), "0~page/0 ");
	near_is(give_near(&c, 4, "page", false, NUMBERS(1, 11)), "0 ");
	chain_close(&c);
}

Test(dedup_near, in_one_document_only_exact_repeats_are_dropped)
{
	struct chain c;

	open_near(&c);
	near_is(NEAR(&c, 1, 1, 0, 1, 10, 1, 0), "0 1 2<d1/0 ");
	chain_close(&c);
}

Test(dedup_near, a_replay_searches_nothing_and_says_the_same)
{
	struct chain c;
	int32_t similarity;
	struct document *d;

	open_near(&c);
	NEAR(&c, 1, 1, 0);
	d = NEAR(&c, 2, 1, 5, 4, 0);
	near_is(d, "1 0~d1/0 ");
	similarity = d->dropped[0].similarity;
	NEAR(&c, 3, 4, 20); /* dropped; it would be nearer to nothing else */
	NEAR(&c, 4, 1, 1, 6, 0);
	near_is(NEAR_AGAIN(&c, 1, 1, 0), "0 ");
	d = NEAR_AGAIN(&c, 2, 1, 5, 4, 0);
	near_is(d, "1 0~d1/0 ");
	cr_assert_eq(d->dropped[0].similarity, similarity);
	chain_close(&c);
}

Test(dedup_near, verdicts_come_back_from_the_folder)
{
	struct folder f;
	struct chain c;
	struct document *d;
	int32_t similarity;

	folder_open(&f);
	chain_open_at(&c, &f);
	stage.close(c.state);
	c.settings.dedup = DEDUP_NEAR;
	chain_start(&c);
	chain_begin(&c, RUN);
	NEAR(&c, 1, 1, 0, 2, 0);
	d = NEAR(&c, 2, 1, 5);
	similarity = d->dropped[0].similarity;
	chain_commit(&c);
	stage.close(c.state);
	chain_start(&c);
	chain_begin(&c, RUN);
	d = NEAR_AGAIN(&c, 2, 1, 5);
	near_is(d, "0~d1/0 ");
	cr_assert_eq(d->dropped[0].similarity, similarity);
	near_is(NEAR(&c, 3, 2, 10), "0~d1/1 ");
	near_is(NEAR(&c, 4, 1, 5), "0~d1/0 ");
	chain_commit(&c);
	chain_close(&c);
	folder_done(&f);
}

Test(dedup_near, an_index_of_the_other_kind_is_refused)
{
	struct folder f;
	struct chain c;

	folder_open(&f);
	chain_open_at(&c, &f);
	chain_begin(&c, RUN);
	chain_commit(&c);
	stage.close(c.state);
	c.settings.dedup = DEDUP_NEAR;
	cr_assert_eq(stage.open(&c.state, &c.settings), ERR_USAGE);
	cr_assert(strstr(err_text(), "--dedup near needs an index of its own") != NULL);
	batch_done(&c.batch);
	folder_done(&f);
}

Test(dedup_near, a_wrong_similarity_is_refused)
{
	struct chain c = {.settings = {.dedup = DEDUP_NEAR, .similarity = "40"}};

	cr_assert_eq(stage.open(&c.state, &c.settings), ERR_USAGE);
}

Test(dedup_near, the_index_limit_counts_what_near_ones_need)
{
	struct chain c = {.settings = {.dedup = DEDUP_NEAR, .index_limit = 1 << 20}};

	chain_start(&c);
	chain_begin(&c, RUN);
	put(&c, 1, NULL, NULL, false, TEXTS("text"));
	cr_assert_eq(stage.batch(c.state, &c.batch, false), ERR_HOLD);
	stage.close(c.state);
	c.settings.dedup = DEDUP_EXACT;
	chain_start(&c);
	chain_begin(&c, RUN);
	cr_assert_eq(stage.batch(c.state, &c.batch, false), 0);
	chain_close(&c);
}
