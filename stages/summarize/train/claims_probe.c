/*
 * claims_probe - the features of the model of check-worthiness, for claims.py: for each line of
 * standard input, a sentence of English, one line of buckets (worth_features.h).
 */
#include <stdio.h>
#include <stdlib.h>

#include "stages/summarize/facts.h"
#include "stages/summarize/proper_names.h"
#include "stages/summarize/worth_features.h"

static void
print_features(struct arena *a, const struct lexicon *l, struct span text)
{
	uint16_t buckets[WORTH_FEATURES];
	struct fact facts[FACTS_MAX];
	struct pieces pieces = {0};
	struct words words;
	size_t n;

	words_init(&words, a, l);
	pieces_read(&pieces, a, &words, text, 0, text.n);
	names_learn(&words, &pieces);
	n = worth_features(buckets, &pieces, facts, facts_find(facts, a, &pieces));
	for (size_t i = 0; i < n; i++)
		printf("%u%c", (unsigned)buckets[i], i + 1 < n ? ' ' : '\n');
}

int
main(void)
{
	struct lexicon *l = lexicon_open();
	struct arena a = {0};
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		print_features(&a, l, span_of(line, (size_t)n - 1));
		arena_reset(&a);
	}
	free(line);
	arena_done(&a);
	lexicon_close(l);
	return 0;
}
