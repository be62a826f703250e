#include "stages/summarize/quotes.h"

#include "stages/summarize/facts.h"

enum {
	LEFT_SINGLE = 0x2018,
	RIGHT_SINGLE = 0x2019,
	LEFT_DOUBLE = 0x201C,
	RIGHT_DOUBLE = 0x201D,
	LOW_DOUBLE = 0x201E,
	LEFT_ANGLE = 0xAB,
	RIGHT_ANGLE = 0xBB,
	CORNER = 0x300C,
	RIGHT_CORNER = 0x300D,
	REACH = 4,          /* pieces from "said" to the name behind it */
	LENGTH = 400,       /* pieces of a quotation */
	SPEAKER_REACH = 60, /* pieces from a quotation to "said" */
};

/* The mark that closes what the mark c opens, or 0. */
static uint32_t
closer_of(uint32_t c)
{
	switch (c) {
	case '"': return '"';
	case '\'': return '\'';
	case LEFT_SINGLE: return RIGHT_SINGLE;
	case LEFT_DOUBLE: return RIGHT_DOUBLE;
	case LOW_DOUBLE: return LEFT_DOUBLE;
	case LEFT_ANGLE: return RIGHT_ANGLE;
	case CORNER: return RIGHT_CORNER;
	default: return 0;
	}
}

/* Whether a single quote at `at` can open: a word follows, and no word stands before it. */
static bool
can_open(const struct pieces *p, size_t at)
{
	return piece_has(p, at + 1, PIECE_JOINED) &&
	       (at == 0 || !piece_has(p, at, PIECE_JOINED) || p->piece[at - 1].kind == PIECE_MARK);
}

/* Whether a single quote at `at` can close: no word follows it. */
static bool
can_close(const struct pieces *p, size_t at)
{
	return piece_has(p, at, PIECE_JOINED) &&
	       !(piece_has(p, at + 1, PIECE_JOINED) && p->piece[at + 1].kind != PIECE_MARK);
}

/* Where the quotation that opens at `at` closes, or 0. */
static size_t
find_close(const struct pieces *p, size_t at)
{
	uint32_t closer = closer_of(p->piece[at].id);
	bool single = closer == '\'' || closer == RIGHT_SINGLE;

	if (single && !can_open(p, at))
		return 0;
	for (size_t i = at + 1; i < p->n && i <= at + LENGTH; i++) {
		if (piece_is_mark(p, i, closer) && (!single || can_close(p, i)))
			return i > at + 1 ? i : 0;
	}
	return 0;
}

/* The name among the facts that begins at byte `from` at the earliest and `to` at the latest. */
static const struct fact *
name_between(const struct fact *facts, size_t n, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < n; i++) {
		if (facts[i].kind == FACT_NAME && facts[i].start >= from && facts[i].start <= to)
			return &facts[i];
	}
	return NULL;
}

/* The name among the facts that ends at byte `end`. */
static const struct fact *
name_before(const struct fact *facts, size_t n, uint32_t end)
{
	for (size_t i = 0; i < n; i++) {
		if (facts[i].kind == FACT_NAME && facts[i].end == end)
			return &facts[i];
	}
	return NULL;
}

/* The name behind piece `at`, before a mark and within reach. */
static const struct fact *
name_behind(const struct fact *facts, size_t n, const struct pieces *p, size_t at)
{
	size_t last = at;

	while (last + 1 < p->n && last < at + REACH && p->piece[last + 1].kind == PIECE_WORD)
		last++;
	if (last == at)
		return NULL;
	return name_between(facts, n, p->piece[at + 1].start, p->piece[last].start);
}

/* The name that the verb of saying or the "according to" at `at` gives, or NULL. */
static const struct fact *
speaker_at(const struct fact *facts, size_t n, const struct pieces *p, size_t at)
{
	if (piece_says(p, at, "according") && piece_says(p, at + 1, "to"))
		return name_behind(facts, n, p, at + 1);
	if (!piece_is(p, at, LEX_SAY))
		return NULL;
	if (at > 0 && p->piece[at - 1].kind != PIECE_MARK)
		return name_before(facts, n, p->piece[at - 1].end);
	return piece_says(p, at, "told") ? NULL : name_behind(facts, n, p, at);
}

/* The speaker nearest to a quotation of the pieces [open, close]. */
static struct span
find_speaker(const struct fact *facts, size_t n, const struct pieces *p, size_t open, size_t close)
{
	const struct fact *name = NULL;

	for (size_t i = 1; i <= SPEAKER_REACH && close + i < p->n && name == NULL; i++)
		name = speaker_at(facts, n, p, close + i);
	for (size_t i = 1; i <= SPEAKER_REACH && i <= open && name == NULL; i++)
		name = speaker_at(facts, n, p, open - i);
	if (name == NULL || (name->start > p->piece[open].start && name->end < p->piece[close].end))
		return span_of(NULL, 0);
	return name->text;
}

size_t
quotes_find(struct fact *ret, size_t n, size_t most, const struct pieces *p)
{
	size_t n_names = n;

	for (size_t i = 0; i < p->n && n < most; i++) {
		size_t close = 0;

		if (p->piece[i].kind == PIECE_MARK && closer_of(p->piece[i].id) != 0)
			close = find_close(p, i);
		if (close == 0)
			continue;
		ret[n] = fact_of(FACT_QUOTATION, p, i + 1, close);
		ret[n].speaker = find_speaker(ret, n_names, p, i, close);
		n++;
		i = close;
	}
	return n;
}
