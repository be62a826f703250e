#include <criterion/criterion.h>

#include <stdio.h>

#include "stages/summarize/words.h"

struct table {
	struct arena arena;
	struct lexicon *lexicon;
	struct words words;
};

static void
open_table(struct table *t)
{
	*t = (struct table){.lexicon = lexicon_open()};
	words_init(&t->words, &t->arena, t->lexicon);
}

static void
close_table(struct table *t)
{
	arena_done(&t->arena);
	lexicon_close(t->lexicon);
}

static bool
is_singular(const char *plural, const char *single)
{
	char out[WORD_BYTES];
	size_t n = words_singular(out, plural, strlen(plural));

	return span_equal(span_of(out, n), span_str(single));
}

Test(words, the_same_word_has_the_same_id)
{
	struct table t;
	uint32_t id;

	open_table(&t);
	id = words_id(&t.words, SPAN("grain"));
	cr_assert_eq(words_id(&t.words, SPAN("grain")), id);
	cr_assert_neq(words_id(&t.words, SPAN("grainy")), id);
	cr_assert_neq(id, 0);
	close_table(&t);
}

Test(words, the_empty_word_is_zero)
{
	struct table t;

	open_table(&t);
	cr_assert_eq(words_id(&t.words, SPAN("")), 0);
	close_table(&t);
}

Test(words, plural_and_singular_share_a_topic)
{
	struct table t;
	uint32_t plural, single;

	open_table(&t);
	plural = words_id(&t.words, SPAN("barrels"));
	single = words_id(&t.words, SPAN("barrel"));
	cr_assert_neq(plural, single);
	cr_assert_eq(t.words.word[plural].topic, single);
	cr_assert_eq(t.words.word[single].topic, single);
	close_table(&t);
}

Test(words, forms_of_a_word_share_a_topic)
{
	struct table t;
	uint32_t id;

	open_table(&t);
	id = words_id(&t.words, SPAN("announced"));
	cr_assert_eq(
	    t.words.word[words_id(&t.words, SPAN("announcing"))].topic, t.words.word[id].topic);
	cr_assert_neq(t.words.word[id].topic, id);
	cr_assert_eq(t.words.word[id].singular.n, 0);
	id = words_id(&t.words, SPAN("cities"));
	cr_assert(span_equal(t.words.word[id].singular, SPAN("city")));
	close_table(&t);
}

Test(words, a_function_word_is_its_own_topic)
{
	struct table t;
	uint32_t id;

	open_table(&t);
	id = words_id(&t.words, SPAN("does"));
	cr_assert_eq(t.words.word[id].topic, id);
	cr_assert(t.words.word[id].lex->classes & LEX_STOP);
	close_table(&t);
}

Test(words, plurals_lose_their_ending)
{
	cr_assert(is_singular("barrels", "barrel"));
	cr_assert(is_singular("cities", "city"));
	cr_assert(is_singular("crashes", "crash"));
	cr_assert(is_singular("boxes", "box"));
	cr_assert(is_singular("matches", "match"));
	cr_assert(is_singular("houses", "house"));
}

Test(words, what_is_no_plural_stays)
{
	cr_assert(is_singular("glass", "glass"));
	cr_assert(is_singular("crisis", "crisis"));
	cr_assert(is_singular("bus", "bus"));
	cr_assert(is_singular("virus", "virus"));
	cr_assert(is_singular("gas", "gas"));
	cr_assert(is_singular("s", "s"));
	cr_assert(is_singular("", ""));
}

Test(words, many_words_keep_their_ids)
{
	enum { N = 20000 };
	struct table t;
	char word[16];

	open_table(&t);
	for (uint32_t i = 0; i < N; i++) {
		int n = snprintf(word, sizeof(word), "w%u", i);
		cr_assert_eq(words_id(&t.words, span_of(word, (size_t)n)), i + 1);
	}
	cr_assert_eq(words_id(&t.words, SPAN("w77")), 78);
	cr_assert(span_equal(t.words.word[78].text, SPAN("w77")));
	close_table(&t);
}
