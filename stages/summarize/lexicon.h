/*
 * lexicon - the closed lists of words that the rules of this stage know, by class.
 *
 * The lists stand in lexicon_table.c (English) and lexicon_*_table.c (other languages). A word may
 * be in several classes. What is not in the lexicon has no class; the rules then go by its shape.
 */
#ifndef WINNOW_LEXICON_H
#define WINNOW_LEXICON_H

#include <stdint.h>

#include "common/span.h"
#include "stages/summarize/breaks.h"
#include "stages/summarize/language.h"
#include "stages/summarize/stems.h"

/* Classes, a bit each. "value" and "name" say what lexeme.value and lexeme.name are for one. */
enum {
	LEX_STOP = 1 << 0,          /* function word: says nothing of the topic */
	LEX_STARTER = 1 << 1,       /* with a capital, it all but always begins a sentence */
	LEX_ABBR_INNER = 1 << 2,    /* abbreviation that never ends a sentence: "Dr" */
	LEX_ABBR_NUMBER = 1 << 3,   /* abbreviation before a number only: "No" */
	LEX_ABBR_EITHER = 1 << 4,   /* abbreviation that may end a sentence: "Inc" */
	LEX_ABBR_CAPITAL = 1 << 29, /* the same, but only with a capital: "Mass", "Sun" */
	LEX_NUMBER = 1 << 5,        /* value 2 to 90 */
	LEX_SCALE = 1 << 6,         /* value 12, 100, 1000 ...: multiplies what stands before */
	LEX_SCALE_SHORT = 1 << 7,   /* value; only right behind digits: "5bn" */
	LEX_FRACTION = 1 << 8,      /* value: denominator; "third", "thirds" */
	LEX_MONTH = 1 << 9,         /* value 1 to 12 */
	LEX_WEEKDAY = 1 << 10,
	LEX_PERIOD = 1 << 11,       /* name: the singular; "day", "hours" */
	LEX_EVERY_PERIOD = 1 << 12, /* name: the period; "daily" */
	LEX_CURRENCY = 1 << 13,     /* name: ISO 4217 */
	LEX_MEASURE = 1 << 14, /* name: the singular, if it is another; a unit whatever its form */
	LEX_PASS = 1 << 15,    /* may stand between a number and its unit: "other" */
	LEX_APPROXIMATE = 1 << 16, /* "around" */
	LEX_MORE = 1 << 17,        /* alone before a number: "over" */
	LEX_LESS = 1 << 18,        /* alone before a number: "under" */
	LEX_THAN_MORE = 1 << 19,   /* before "than": "more" */
	LEX_THAN_LESS = 1 << 20,   /* before "than": "fewer" */
	LEX_YEAR_CUE = 1 << 21,    /* before four digits, these are a year: "in" */
	LEX_SAY = 1 << 22,         /* reports speech: "said" */
	LEX_EVENT = 1 << 23,       /* reports what happened or was found: "announced" */
	LEX_COMPARE = 1 << 24,     /* change and comparison: "rose", "largest" */
	LEX_OPINION = 1 << 25,     /* "believe", "should" */
	LEX_SELF = 1 << 26,        /* first and second person */
	LEX_NAME_LINK = 1 << 27,   /* inside a name: "of", "van" */
	LEX_ZONE = 1 << 28,        /* behind "a.m.": "Eastern" */
	LEX_POINTING = 1 << 30,    /* leans on the sentence before: "he", "but" */
};

/* One more, as a constant of its own: enumerators are ints. "percent" */
#define LEX_PERCENT (UINT32_C(1) << 31)

struct lexeme {
	struct span text; /* lower case, without a full stop at its end */
	struct span name; /* see the class; or n == 0 */
	int64_t value;    /* see the class; or 0 */
	uint32_t classes; /* LEX_*, or 0 for a word that is not in the lexicon */
};

struct lexicon;
struct vocabulary;

static inline uint64_t
lexicon_load(const char *p)
{
	uint64_t bytes;

	memcpy(&bytes, p, sizeof(bytes));
	return bytes;
}

/* Up to seven bytes as a number, the first one highest. */
static inline uint64_t
lexicon_tail(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	uint32_t first, last;

	if (n == 0)
		return 0;
	if (n < sizeof(first))
		return (uint64_t)u[0] << 8 * (n - 1) | (uint64_t)u[n / 2] << 8 * (n - 1 - n / 2) |
		       u[n - 1];
	memcpy(&first, p, sizeof(first));
	memcpy(&last, p + n - sizeof(last), sizeof(last));
	return (uint64_t)__builtin_bswap32(first) << 8 * (n - sizeof(first)) |
	       __builtin_bswap32(last);
}

/* The hash of a short text, for this table and that of words. Eight bytes at a time. */
static inline uint32_t
lexicon_hash(struct span s)
{
	uint64_t h = s.n;

	for (; s.n >= sizeof(h); s.p += sizeof(h), s.n -= sizeof(h)) {
		h = (h ^ lexicon_load(s.p)) * 0x9E3779B97F4A7C15;
		h ^= h >> 29;
	}
	h = (h ^ lexicon_tail(s.p, s.n)) * 0x9E3779B97F4A7C15;
	return (uint32_t)(h >> 32);
}

/* Whether two short texts are the same. */
static inline bool
lexicon_same(struct span a, struct span b)
{
	if (a.n != b.n)
		return false;
	if (a.n < 8)
		return lexicon_tail(a.p, a.n) == lexicon_tail(b.p, b.n);
	for (size_t i = 0; i + 8 <= a.n; i += 8) {
		if (lexicon_load(a.p + i) != lexicon_load(b.p + i))
			return false;
	}
	return lexicon_load(a.p + a.n - 8) == lexicon_load(b.p + b.n - 8);
}

/* The English lexicon. Never NULL. Close with lexicon_close. */
struct lexicon *lexicon_open(void);

/*
 * That of a language. What English says of openings, abbreviations, names and currencies holds in
 * every language, unless its own list says otherwise.
 */
struct lexicon *lexicon_open_for(enum language language);

/* NULL is allowed. */
void lexicon_close(struct lexicon *l);

enum language lexicon_language(const struct lexicon *l);

/* How the language writes: LANGUAGE_ORDINAL_STOPS ... */
unsigned lexicon_writes(const struct lexicon *l);

/* Whether there is a list of its function words. */
bool lexicon_has_stops(const struct lexicon *l);

/* Sentences by ICU; NULL for languages that we know. */
struct breaks *lexicon_breaks(const struct lexicon *l);

/* The stems of its words. */
struct stems *lexicon_stems(const struct lexicon *l);

/* What is known of its words, remembered. */
struct vocabulary *lexicon_vocabulary(const struct lexicon *l);

/* The number of a lexeme of l, and the lexeme of a number. */
uint16_t lexicon_index(const struct lexicon *l, const struct lexeme *x);
const struct lexeme *lexicon_at(const struct lexicon *l, uint16_t index);

/* What the lists say of a lower-case word; never NULL. hash: lexicon_hash(word). */
const struct lexeme *lexicon_find(const struct lexicon *l, struct span word, uint32_t hash);

/* A row of a table; one without words ends it. */
struct lexicon_row {
	const char *words; /* separated by single spaces */
	const char *name;  /* or NULL */
	int64_t value;
	uint32_t classes;
};

extern const struct lexicon_row lexicon_en_table[], lexicon_de_table[], lexicon_no_table[],
    lexicon_da_table[], lexicon_sv_table[], lexicon_nl_table[], lexicon_fr_table[],
    lexicon_es_table[], lexicon_it_table[], lexicon_pt_table[], lexicon_ru_table[],
    lexicon_bg_table[], lexicon_uk_table[], lexicon_kk_table[], lexicon_pl_table[],
    lexicon_fi_table[], lexicon_tr_table[], lexicon_ur_table[], lexicon_ar_table[];

#endif
