#include "stages/summarize/lexicons.h"

#include <stdlib.h>

#include "common/mem.h"

struct lexicons {
	struct lexicon *of[LANGUAGE_COUNT];
};

struct lexicons *
lexicons_open(void)
{
	struct lexicons *all = mem_zero(1, sizeof(*all));

	for (int i = 0; i < LANGUAGE_COUNT; i++)
		all->of[i] = lexicon_open_for((enum language)i);
	return all;
}

void
lexicons_close(struct lexicons *all)
{
	if (all == NULL)
		return;
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		lexicon_close(all->of[i]);
	free(all);
}

struct lexicon *
lexicons_for(const struct lexicons *all, struct span tag)
{
	return all->of[tag.n == 0 ? LANGUAGE_EN : language_of(tag)];
}
