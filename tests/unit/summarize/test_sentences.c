#include <criterion/criterion.h>

#include <string.h>

#include "common/mem.h"
#include "stages/summarize/sentences.h"

/* Check that text is split into the sentences that stand in `expected`, parted by '|'. */
static void
check_in(enum language language, const char *text, size_t n, const char *expected)
{
	struct lexicon *l = lexicon_open_for(language);
	struct arena a = {0};
	struct cuts cuts = {0};
	char joined[1024];
	size_t at = 0;

	sentences_split(&cuts, &a, l, span_of(text, n));
	for (size_t i = 0; i < cuts.n; i++) {
		size_t length = cuts.cut[i].end - cuts.cut[i].start;

		if (i > 0)
			joined[at++] = '|';
		memcpy(joined + at, text + cuts.cut[i].start, length);
		at += length;
	}
	joined[at] = '\0';
	cr_assert_str_eq(joined, expected);
	arena_done(&a);
	lexicon_close(l);
}

static void
check(const char *text, size_t n, const char *expected)
{
	check_in(LANGUAGE_EN, text, n, expected);
}

static void
check_text(const char *text, const char *expected)
{
	check(text, strlen(text), expected);
}

Test(sentences, offsets_leave_out_the_space_between)
{
	check_text("  One fell.  Two rose. ", "One fell.|Two rose.");
}

Test(sentences, closing_quotes_stay_with_their_sentence)
{
	check_text("He read: “It is late.” She left.", "He read: “It is late.”|She left.");
	check_text("„Geht es?“ Wir gehen.", "„Geht es?“|Wir gehen.");
}

Test(sentences, abbreviations_and_decimals_do_not_split)
{
	check_text("Dr. Grain paid 3.5 euros to J. K. Mill. He left.",
	    "Dr. Grain paid 3.5 euros to J. K. Mill.|He left.");
}

Test(sentences, wide_stops_split_without_space)
{
	check_text("今日は晴れ。明日は雨！", "今日は晴れ。|明日は雨！");
}

Test(sentences, stops_of_other_scripts_split)
{
	check_text("وہ آیا۔ وہ گیا۔", "وہ آیا۔|وہ گیا۔");
	check_text("هل جاء؟ نعم.", "هل جاء؟|نعم.");
	check_text("वह आया। वह गया।", "वह आया।|वह गया।");
}

Test(sentences, a_line_break_is_a_space)
{
	check_text("The sun rose over the\nTown hall.", "The sun rose over the\nTown hall.");
}

Test(sentences, an_empty_line_splits)
{
	check_text("No stop here\n \nAnother part", "No stop here|Another part");
}

Test(sentences, bullets_split)
{
	check_text("We need\n- bread\n- salt", "We need|- bread|- salt");
	check_text("Bread • salt • oil", "Bread|• salt|• oil");
	check_text("low-cost\n-based", "low-cost\n-based");
}

Test(sentences, items_of_a_list_that_runs_on_split)
{
	check_text("1. Bread 2. Salt 3. Oil", "1. Bread|2. Salt|3. Oil");
	check_text("a) here it is b) another c) more", "a) here it is|b) another|c) more");
	check_text("(a) Here. (b) There. (d) Lost", "(a) Here.|(b) There. (d) Lost");
	check_text("We met 2. Smith", "We met 2.|Smith");
}

Test(sentences, a_stop_inside_brackets_ends_nothing)
{
	check_text("He (tall. Thin) left. She stayed.", "He (tall. Thin) left.|She stayed.");
	check_text("木（山。川）です。火。", "木（山。川）です。|火。");
	check_text("(He left. She stayed.) Rain fell.", "(He left.|She stayed.)|Rain fell.");
}

Test(sentences, each_language_has_its_abbreviations)
{
	static const char de[] = "Am 12. Juni kam Hr. Korn. Er blieb.";
	static const char it[] = "C'era l'Ing. Rossi. Partì.";
	static const char ru[] = "Он живёт на ул. Мира. Мы ушли.";

	check_in(LANGUAGE_DE, de, strlen(de), "Am 12. Juni kam Hr. Korn.|Er blieb.");
	check_in(LANGUAGE_IT, it, strlen(it), "C'era l'Ing. Rossi.|Partì.");
	check_in(LANGUAGE_RU, ru, strlen(ru), "Он живёт на ул. Мира.|Мы ушли.");
}

Test(sentences, scripts_have_stops_of_their_own)
{
	static const char hy[] = "Մութ է: Ես գնում եմ:";
	static const char el[] = "Πού είναι; Εδώ είναι.";

	check_in(LANGUAGE_HY, hy, strlen(hy), "Մութ է:|Ես գնում եմ:");
	check_in(LANGUAGE_EL, el, strlen(el), "Πού είναι;|Εδώ είναι.");
	check_text("He came: She left; They stayed.", "He came: She left; They stayed.");
}

Test(sentences, scripts_without_rules_are_left_to_icu)
{
	static const char mn[] = " ᠮᠣᠩ᠃ ᠭᠣᠯ᠃ ";

	check_in(LANGUAGE_NONE, mn, strlen(mn), "ᠮᠣᠩ᠃|ᠭᠣᠯ᠃");
	check_in(LANGUAGE_NONE, "The U.S. ship. It left.", 23, "The U.S. ship.|It left.");
}

Test(sentences, text_without_stops_is_one_sentence)
{
	check_text("just some words", "just some words");
}

Test(sentences, there_is_none_in_white_space)
{
	check_text("", "");
	check_text(" \n\n \t", "");
}

Test(sentences, nul_bytes_are_text)
{
	check("A\0b. C.", 7, "A"); /* as a C string; the next test sees the bytes */
}

Test(sentences, nul_bytes_do_not_move_offsets)
{
	struct lexicon *l = lexicon_open();
	struct arena a = {0};
	struct cuts cuts = {0};

	sentences_split(&cuts, &a, l, span_of("A\0b rose. He fell.", 18));
	cr_assert_eq(cuts.n, 2);
	cr_assert_eq(cuts.cut[0].end, 9);
	cr_assert_eq(cuts.cut[1].start, 10);
	arena_done(&a);
	lexicon_close(l);
}

Test(sentences, every_letter_is_in_exactly_one_sentence)
{
	static const char text[] = "A b! “C d?” E.f G... h I. J, K; (l. M) n.O p\n\n* q. R.";
	struct lexicon *l = lexicon_open();
	struct arena a = {0};
	struct cuts cuts = {0};
	size_t at = 0;

	sentences_split(&cuts, &a, l, span_str(text));
	for (size_t i = 0; i < cuts.n; i++) {
		cr_assert_lt(cuts.cut[i].start, cuts.cut[i].end);
		for (; at < cuts.cut[i].start; at++)
			cr_assert(text[at] == ' ' || text[at] == '\n');
		at = cuts.cut[i].end;
	}
	cr_assert_eq(at, strlen(text));
	arena_done(&a);
	lexicon_close(l);
}

Test(sentences, a_hundred_thousand_are_split)
{
	enum { N = 100000 };
	struct lexicon *l = lexicon_open();
	struct arena a = {0};
	struct cuts cuts = {0};
	char *text = mem_alloc(6 * N);

	for (size_t i = 0; i < N; i++)
		memcpy(text + 6 * i, "Stop. ", 6);
	sentences_split(&cuts, &a, l, span_of(text, 6 * N));
	cr_assert_eq(cuts.n, N);
	free(text);
	arena_done(&a);
	lexicon_close(l);
}
