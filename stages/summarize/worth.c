#include "stages/summarize/worth.h"

#include <stdbool.h>

#include "stages/summarize/worth_features.h"

/* By hand, for languages without a model. */
enum {
	START = -230, /* of a sentence with nothing in it */
	HALF = 200,   /* this many points from 0 go half of the way to 0 or UNIT */
	PAST_POINTS = 40,
	PAST_MOST = 3,
	QUESTION_POINTS = -220,
	WORD_POINTS = 2, /* short sentences say little */
	WORD_MOST = 30,
	NO_UNIT_POINTS = -30, /* beside those of a quantity */
	YEAR_POINTS = 40,     /* a date that says which year, beside those of a date */
};

/* So many points for each, the first `most` of them. */
static const struct {
	uint32_t class;
	int32_t points, most;
} word_points[] = {
    {LEX_SAY, 60, 2},
    {LEX_EVENT, 55, 4},
    {LEX_COMPARE, 40, 4},
    {LEX_OPINION, -70, 3},
    {LEX_SELF, -40, 3},
    {LEX_SCALE, 100, 2},
};

static const struct {
	int32_t first, more, most;
} fact_points[FACT_COUNT] = {
    [FACT_QUANTITY] = {150, 50, 3},
    [FACT_SHARE] = {250, 250, 2},
    [FACT_MONEY] = {200, 200, 2},
    [FACT_DATE] = {80, 80, 2},
    [FACT_QUOTATION] = {30, 0, 1},
    [FACT_NAME] = {45, 45, 4},
};

enum {
	WORD_CLASSES = sizeof(word_points) / sizeof(*word_points),
	COUNTED = LEX_SAY | LEX_EVENT | LEX_COMPARE | LEX_OPINION | LEX_SELF | LEX_SCALE,
};

static int32_t
points_of_facts(const struct fact *facts, size_t n)
{
	int32_t count[FACT_COUNT] = {0}, points = 0;

	for (size_t i = 0; i < n; i++) {
		enum fact_kind kind = facts[i].kind;

		if (count[kind]++ >= fact_points[kind].most)
			continue;
		points += count[kind] == 1 ? fact_points[kind].first : fact_points[kind].more;
		if (kind == FACT_QUANTITY && facts[i].unit.n == 0)
			points += NO_UNIT_POINTS;
		if (kind == FACT_DATE && facts[i].when.n > 0)
			points += YEAR_POINTS;
	}
	return points;
}

/* "landed": an English verb that tells what happened, by its end. */
static bool
is_past(const struct pieces *p, size_t at)
{
	struct span word = p->words->word[p->piece[at].id].text;

	return word.n > 4 && word.p[word.n - 1] == 'd' && word.p[word.n - 2] == 'e';
}

static int32_t
points_of_words(const struct pieces *p)
{
	int32_t count[WORD_CLASSES] = {0}, n_words = 0, n_past = 0, points = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (p->piece[i].kind != PIECE_WORD)
			continue;
		n_words++;
		n_past += is_past(p, i);
		for (size_t k = 0; piece_is(p, i, COUNTED) && k < WORD_CLASSES; k++) {
			if (piece_is(p, i, word_points[k].class) &&
			    count[k]++ < word_points[k].most)
				points += word_points[k].points;
		}
	}
	points += (n_past < PAST_MOST ? n_past : PAST_MOST) * PAST_POINTS;
	return points + (n_words < WORD_MOST ? n_words : WORD_MOST) * WORD_POINTS;
}

static bool
is_question(const struct pieces *p)
{
	for (size_t i = p->n; i > 0 && i + 3 > p->n; i--) {
		if (piece_is_mark(p, i - 1, '?') || piece_is_mark(p, i - 1, 0x61F) ||
		    piece_is_mark(p, i - 1, 0xFF1F))
			return true;
	}
	return false;
}

static int32_t
worth_by_hand(const struct pieces *p, const struct fact *facts, size_t n)
{
	int32_t points = START + points_of_facts(facts, n) + points_of_words(p);

	if (is_question(p))
		points += QUESTION_POINTS;
	return UNIT / 2 + UNIT / 2 * points / (HALF + (points < 0 ? -points : points));
}

/* The logistic function at 0, 1/2, 1 ... 8, in ten-thousandths. */
static const int32_t logistic_table[] = {5000, 6225, 7311, 8176, 8808, 9241, 9526, 9707, 9820, 9890,
    9933, 9959, 9975, 9985, 9991, 9994, 9997};

enum {
	ONE = 1024, /* of the scale of the model */
	STEP = ONE / 2,
	LAST = sizeof(logistic_table) / sizeof(*logistic_table) - 1,
};

/* 1 / (1 + e^-z), linear between the points of the table. */
static int32_t
logistic(int64_t z)
{
	int64_t size = z < 0 ? -z : z, i = size / STEP, low, value;

	if (i >= LAST) {
		value = logistic_table[LAST];
	} else {
		low = logistic_table[i];
		value = low + (logistic_table[i + 1] - low) * (size % STEP) / STEP;
	}
	return (int32_t)(z < 0 ? UNIT - value : value);
}

/* The greatest r with r * r <= n. */
static uint32_t
root(uint32_t n)
{
	uint32_t r = 0;

	for (uint32_t bit = 1u << 15; bit > 0; bit /= 2) {
		if ((r + bit) * (r + bit) <= n)
			r += bit;
	}
	return r;
}

/* The model: train/claims.py, score(). */
static int32_t
worth_by_model(const struct pieces *p, const struct fact *facts, size_t n_facts)
{
	uint16_t features[WORTH_FEATURES];
	size_t n = worth_features(features, p, facts, n_facts);
	int64_t sum = 0, size;

	for (size_t i = 0; i < n; i++)
		sum += worth_weights[features[i]];
	size = (sum < 0 ? -sum : sum) * ONE * 256 / ((int64_t)root((uint32_t)n << 16) * worth_unit);
	return logistic(worth_bias + (sum < 0 ? -size : size));
}

int32_t
worth_of(const struct pieces *p, const struct fact *facts, size_t n)
{
	if (lexicon_language(p->words->lexicon) == LANGUAGE_EN)
		return worth_by_model(p, facts, n);
	return worth_by_hand(p, facts, n);
}
