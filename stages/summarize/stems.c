#include "stages/summarize/stems.h"

#include <libstemmer.h>
#include <stdlib.h>

#include "common/mem.h"

struct stems {
	struct sb_stemmer *stemmer; /* NULL: none */
};

struct stems *
stems_open(const char *name)
{
	struct stems *s = mem_zero(1, sizeof(*s));

	if (name != NULL)
		s->stemmer = sb_stemmer_new(name, "UTF_8");
	return s;
}

void
stems_close(struct stems *s)
{
	if (s == NULL)
		return;
	if (s->stemmer != NULL)
		sb_stemmer_delete(s->stemmer);
	free(s);
}

bool
stems_has(const struct stems *s)
{
	return s->stemmer != NULL;
}

struct span
stems_of(struct stems *s, struct span word)
{
	const sb_symbol *p;

	if (s->stemmer == NULL || word.n == 0)
		return word;
	p = sb_stemmer_stem(s->stemmer, (const sb_symbol *)word.p, (int)word.n);
	if (p == NULL)
		mem_exhausted();
	return span_of((const char *)p, (size_t)sb_stemmer_length(s->stemmer));
}
