#include <criterion/criterion.h>

#include "tests/unit/summarize/sample_sentence.h"

/* Check that a sentence is taken apart into the pieces that stand in `expected`, parted by '|'. */
static void
check_in(enum language language, const char *text, const char *expected)
{
	struct sample *s = sample_open_in(language, text);
	char joined[512];
	size_t at = 0;

	for (size_t i = 0; i < s->pieces.n; i++) {
		struct span piece = pieces_text(&s->pieces, i, i + 1);

		if (i > 0)
			joined[at++] = '|';
		memcpy(joined + at, piece.p, piece.n);
		at += piece.n;
	}
	joined[at] = '\0';
	cr_assert_str_eq(joined, expected);
	sample_close(s);
}

static void
check(const char *text, const char *expected)
{
	check_in(LANGUAGE_EN, text, expected);
}

Test(pieces, words_numbers_and_marks_part)
{
	check("It fell 3.5%, again.", "It|fell|3.5|%|,|again|.");
}

Test(pieces, a_possessive_is_a_piece_of_its_own)
{
	check("Russia’s and China's", "Russia|’s|and|China|'s");
	check("don't it’ll o'clock", "don't|it’ll|o'clock");
	check("'s", "'|s");
}

Test(pieces, an_elided_article_is_a_word_of_its_own)
{
	check_in(LANGUAGE_FR, "L'eau qu’il a 'bue' n'", "L'|eau|qu’|il|a|'|bue|'|n|'");
	check_in(LANGUAGE_EN, "o'clock", "o'clock");
}

Test(pieces, numbers_keep_their_separators)
{
	check("1,234.5, 7. 20km 1990s", "1,234.5|,|7|.|20|km|1990|s");
}

Test(pieces, initials_are_one_word)
{
	check("The U.S. and e.g. that", "The|U.S.|and|e.g.|that");
	check("Plan B. works", "Plan|B|.|works");
}

Test(pieces, hyphens_part_words)
{
	check("no-limits", "no|-|limits");
}

Test(pieces, a_run_of_the_same_mark_is_one_piece)
{
	check("well --- then...", "well|---|then|...");
}

Test(pieces, each_ideograph_is_a_word)
{
	check("中文ab", "中|文|ab");
}

Test(pieces, there_are_none_in_white_space)
{
	check(" \n\t", "");
}

Test(pieces, shapes_tell_capitals_and_joins)
{
	struct sample *s = sample_open("Ärger NATO a%");

	cr_assert(piece_has(&s->pieces, 0, PIECE_CAPITAL));
	cr_assert_not(piece_has(&s->pieces, 0, PIECE_CAPITALS));
	cr_assert(piece_has(&s->pieces, 1, PIECE_CAPITALS));
	cr_assert_not(piece_has(&s->pieces, 2, PIECE_CAPITAL));
	cr_assert(piece_has(&s->pieces, 3, PIECE_JOINED));
	cr_assert_not(piece_has(&s->pieces, 2, PIECE_JOINED));
	sample_close(s);
}

Test(pieces, words_are_folded)
{
	struct sample *s = sample_open("ÄRGER ärger");

	cr_assert_eq(s->pieces.piece[0].id, s->pieces.piece[1].id);
	sample_close(s);
}

Test(pieces, says_compares_in_any_case)
{
	struct sample *s = sample_open("Than thank");

	cr_assert(piece_says(&s->pieces, 0, "than"));
	cr_assert_not(piece_says(&s->pieces, 1, "than"));
	cr_assert_not(piece_says(&s->pieces, 2, "than"));
	sample_close(s);
}

Test(pieces, a_word_without_end_is_cut)
{
	enum { N = 100000 };
	char *text = mem_alloc(N + 1);
	struct sample *s;

	memset(text, 'a', N);
	text[N] = '\0';
	s = sample_open(text);
	cr_assert_eq(s->pieces.n, 1);
	cr_assert_eq(s->pieces.piece[0].end, N);
	cr_assert_eq(s->words.word[s->pieces.piece[0].id].text.n, WORD_BYTES);
	sample_close(s);
	free(text);
}

Test(pieces, there_are_at_most_so_many)
{
	enum { N = PIECES_MAX + 100 };
	char *text = mem_alloc(2 * N + 1);
	struct sample *s;

	for (size_t i = 0; i < N; i++)
		memcpy(text + 2 * i, "a ", 2);
	text[2 * N] = '\0';
	s = sample_open(text);
	cr_assert_eq(s->pieces.n, PIECES_MAX);
	sample_close(s);
	free(text);
}
