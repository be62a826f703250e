/* Sentences and facts of any text: inside of it, in order, whole characters, and all of the text.
 */
#include "common/utf8.h"
#include "stages/summarize/facts.h"
#include "stages/summarize/lexicons.h"
#include "stages/summarize/proper_names.h"
#include "stages/summarize/sentences.h"
#include "stages/summarize/worth.h"
#include "tests/fuzz/target.h"

static bool
is_space(struct span text, size_t from, size_t to)
{
	return utf8_trim(span_cut(text, from, to)).n == 0;
}

static void
check_facts(struct arena *a, struct words *w, struct span text, struct cut cut)
{
	struct fact facts[FACTS_MAX];
	struct pieces pieces = {0};
	size_t n;
	int32_t worth;

	pieces_read(&pieces, a, w, text, cut.start, cut.end);
	names_learn(w, &pieces);
	n = facts_find(facts, a, &pieces);
	worth = worth_of(&pieces, facts, n);
	MUST(n <= FACTS_MAX && worth >= 0 && worth <= UNIT);
	for (size_t i = 0; i < n; i++) {
		const struct fact *f = &facts[i];

		MUST(f->start >= cut.start && f->start < f->end && f->end <= cut.end);
		MUST(span_equal(f->text, span_cut(text, f->start, f->end)));
		MUST(utf8_valid(f->text) == f->text.n);
		MUST(i == 0 || facts[i - 1].start <= f->start);
	}
}

static void
check(const struct lexicon *l, struct span text)
{
	struct arena a = {0};
	struct cuts cuts = {0};
	struct words words;
	size_t at = 0;

	words_init(&words, &a, l);
	sentences_split(&cuts, &a, l, text);
	for (size_t i = 0; i < cuts.n; i++) {
		MUST(cuts.cut[i].start < cuts.cut[i].end && cuts.cut[i].end <= text.n);
		MUST(cuts.cut[i].start >= at && is_space(text, at, cuts.cut[i].start));
		at = cuts.cut[i].end;
		check_facts(&a, &words, text, cuts.cut[i]);
	}
	MUST(is_space(text, at, text.n));
	arena_done(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const char *const tags[] = {"en", "fr", "de", "no", "it", "ru", "hy", "el", "xx"};
	static struct lexicons *all;
	struct arena a = {0};
	size_t replaced;
	struct span text;

	if (all == NULL)
		all = lexicons_open();
	if (n == 0)
		return 0;
	text = utf8_repair(&a, span_of((const char *)bytes + 1, n - 1), &replaced);
	check(lexicons_for(all, span_str(tags[bytes[0] % (sizeof(tags) / sizeof(*tags))])), text);
	arena_done(&a);
	return 0;
}
