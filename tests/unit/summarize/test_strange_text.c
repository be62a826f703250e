/* Texts that no journalist wrote: the record stays right, and soon there. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <time.h>

#include "stages/stage.h"
#include "tests/unit/summarize/sample_document.h"

enum { SECONDS = 60 }; /* of processor time, under sanitizers too */

/* Whether a sentence is the bytes of its paragraph, and whole characters. */
static void
check_place(
    const struct sample_document *s, uint32_t n, uint32_t start, uint32_t end, struct span text)
{
	struct span paragraph = s->paragraphs[n].text;

	cr_assert_lt(start, end);
	cr_assert_leq(end, paragraph.n);
	cr_assert(span_equal(text, span_cut(paragraph, start, end)));
	cr_assert_neq(text.p[0] & 0xC0, 0x80, "begins inside a character");
	cr_assert(end == paragraph.n || (paragraph.p[end] & 0xC0) != 0x80);
}

static void
check_result(const struct sample_document *s)
{
	const struct document *d = &s->document;

	for (size_t i = 0; i < d->n_summary; i++) {
		const struct sentence *x = &d->summary[i];
		int32_t sum = 0;

		for (int part = 0; part < PART_COUNT; part++)
			sum += x->parts[part];
		cr_assert_eq(sum, x->score);
		cr_assert(x->rank >= 1 && x->rank <= d->n_summary);
		check_place(s, x->n, x->start, x->end, x->text);
	}
	for (size_t i = 0; i < d->n_claims; i++)
		check_place(
		    s, d->claims[i].n, d->claims[i].start, d->claims[i].end, d->claims[i].text);
}

/* How many sentences the summary of one text has. */
static size_t
summarize(const char *text, const char *budget)
{
	const char *const texts[] = {text, NULL};
	struct settings settings = {.summary = budget, .claims = 5};
	struct sample_document *s = sample_document_open(texts);
	clock_t began = clock();
	void *state = NULL;
	size_t n;

	cr_assert_eq(stage.open(&state, &settings), 0);
	cr_assert_eq(stage.document(state, &s->arena, &s->document), 0);
	stage.close(state);
	check_result(s);
	cr_assert_lt((clock() - began) / CLOCKS_PER_SEC, SECONDS);
	n = s->document.n_summary;
	sample_document_close(s);
	return n;
}

/* `unit` so often. Free it. */
static char *
repeat(const char *unit, size_t times)
{
	size_t n = strlen(unit);
	char *text = mem_alloc(n * times + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(text + i * n, unit, n);
	text[n * times] = '\0';
	return text;
}

Test(strange_text, one_sentence_of_five_megabytes)
{
	char *text = repeat("the mill at Ulm and ", 250000);

	cr_assert_eq(summarize(text, "3"), 1);
	cr_assert_eq(summarize(text, "60w"), 0);
	free(text);
}

Test(strange_text, a_hundred_thousand_sentences_of_a_word)
{
	char *text = repeat("Stop. ", 100000);

	cr_assert_geq(summarize(text, "3"), 1);
	cr_assert_gt(summarize(text, "all"), 1000);
	free(text);
}

Test(strange_text, a_long_document_of_different_sentences)
{
	enum { N = 60000, BYTES = 80 };
	char *text = mem_alloc(N * BYTES);
	size_t at = 0;

	for (int i = 0; i < N; i++)
		at += (size_t)snprintf(text + at, BYTES,
		    "The mill of Ulm%d sold %d tonnes of flour%d to bakers%d in %d. ", i % 977, i,
		    i % 31, i % 8009, 1900 + i % 120);
	cr_assert_geq(summarize(text, "5"), 1);
	cr_assert_geq(summarize(text, "10%"), 1);
	cr_assert_leq(summarize(text, "10%"), N / 10);
	cr_assert_eq(summarize(text, "all"), N);
	free(text);
}

Test(strange_text, much_white_space_before_a_sentence)
{
	static const struct {
		const char *before, *space, *after;
		size_t spaces, times;
	} texts[] = {
	    {"It burnt.", " ", "Mr. X ", 1000000, 200000},
	    {"It burnt. (", "\n", "(Mr. X) ", 1000000, 200000},
	    {"It burnt", "\n", "\nMr. X ", 2000000, 1},
	    {"It burnt", "\xE3\x80\x80", "(Mr. X. (No. 5) ", 1000000, 200000},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *space = repeat(texts[i].space, texts[i].spaces);
		char *after = repeat(texts[i].after, texts[i].times), *text;

		cr_assert_geq(asprintf(&text, "%s%s%s", texts[i].before, space, after), 0);
		cr_assert_geq(summarize(text, "3"), 1);
		free(space);
		free(after);
		free(text);
	}
}

Test(strange_text, nothing_to_say)
{
	static const char *const texts[] = {"", " ", "***", "\n\n", "…", "?!", "🙂", "— — —"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		cr_assert_leq(summarize(texts[i], "3"), 1, "%s", texts[i]);
}

Test(strange_text, every_script_and_case)
{
	static const char *const texts[] = {
	    "THE MILL BURNT DOWN. NOBODY WAS HURT. BREAD IS DEAR.",
	    "The mill burnt. Le moulin a brûlé hier. Die Mühle brannte. 磨坊烧毁了。Мельница "
	    "сгорела.",
	    "احترقت الطاحونة القديمة. لم يصب أحد بأذى! هل كانت مؤمنة؟",
	    "چکی جل گئی۔ کوئی زخمی نہیں ہوا۔",
	    "🙂🙂🙂 The mill 🔥 burnt 😢. 👍🏽 Nobody was hurt 🙏!",
	    "“The mill burnt.” “Who was it?” “Nobody knows.” ‘It was old,’ “they said.”",
	    "1,2.3,4e999 were sold. ９０％ of it burnt. It cost £-0.00 or 1/0 of 10^99.",
	    "e\xCC\x81t\xC3\xA9 \xE2\x80\x8F\xE2\x80\xAE.reversed\xE2\x80\xAC text\xEF\xBF\xBD "
	    "here.",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		cr_assert_geq(summarize(texts[i], "3"), 1, "%s", texts[i]);
		cr_assert_geq(summarize(texts[i], "all"), 1);
		summarize(texts[i], "20b");
	}
}
