#include "stages/summarize/budget.h"

#include <string.h>

enum { MOST = 999999999, HUNDRED = 100 };

static int
refuse(const char *text)
{
	return err_set(ERR_USAGE,
	    "--summary %.40s: not a length; say sentences (5), words (60w), bytes (400b), a share "
	    "(10%%), all, or 0",
	    text);
}

static bool
parse_measure(const char *text, enum measure *ret)
{
	static const struct {
		const char *text;
		enum measure measure;
	} measures[] = {
	    {"", MEASURE_SENTENCES},
	    {"w", MEASURE_WORDS},
	    {"b", MEASURE_BYTES},
	    {"%", MEASURE_SHARE},
	};

	for (size_t i = 0; i < sizeof(measures) / sizeof(*measures); i++) {
		if (strcmp(text, measures[i].text) == 0) {
			*ret = measures[i].measure;
			return true;
		}
	}
	return false;
}

int
budget_parse(struct budget *ret, const char *text)
{
	struct budget b = {0};
	const char *at = text;

	if (strcmp(text, "all") == 0) {
		*ret = (struct budget){.measure = MEASURE_ALL, .amount = UINT64_MAX};
		return 0;
	}
	for (; *at >= '0' && *at <= '9' && b.amount <= MOST; at++)
		b.amount = 10 * b.amount + (uint64_t)(*at - '0');
	if (at == text || b.amount > MOST || !parse_measure(at, &b.measure))
		return refuse(text);
	if (b.measure == MEASURE_SHARE && b.amount > HUNDRED)
		return refuse(text);
	*ret = b;
	return 0;
}

bool
budget_is_none(struct budget b)
{
	return b.amount == 0;
}

struct budget
budget_for(struct budget b, size_t n_sentences)
{
	uint64_t n;

	if (b.measure != MEASURE_SHARE || b.amount == 0)
		return b;
	n = n_sentences * b.amount / HUNDRED;
	return (struct budget){.measure = MEASURE_SENTENCES, .amount = n > 0 ? n : 1};
}

uint64_t
budget_cost(struct budget b, const struct line *line, size_t n)
{
	switch (b.measure) {
	case MEASURE_WORDS: return line->n_words;
	case MEASURE_BYTES: return (uint64_t)(line->end - line->start) + (n > 0);
	default: return 1;
	}
}
