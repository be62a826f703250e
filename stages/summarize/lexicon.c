#include "stages/summarize/lexicon.h"

#include <assert.h>
#include <stdlib.h>

#include "common/mem.h"
#include "stages/summarize/vocabulary.h"

enum { SLOTS = 4096, MOST = 2048 }; /* SLOTS: a power of two */

/* What English gives to the other languages: sentences of names and firms are written alike. */
enum {
	SHARED = LEX_STARTER | LEX_ABBR_INNER | LEX_ABBR_NUMBER | LEX_ABBR_EITHER |
		 LEX_ABBR_CAPITAL | LEX_NAME_LINK | LEX_CURRENCY,
	ABBREVIATIONS = LEX_ABBR_INNER | LEX_ABBR_NUMBER | LEX_ABBR_EITHER | LEX_ABBR_CAPITAL,
};

struct slot {
	uint16_t lexeme; /* its index; 0: free */
	uint16_t tag;    /* bits of the hash that say nothing of the place */
};

struct lexicon {
	enum language language;
	struct stems *stems;
	struct vocabulary *vocabulary;
	struct breaks *breaks; /* or NULL */
	bool has_stops;
	bool sharing; /* while rows of English are added to another language */
	struct slot slots[SLOTS];
	uint16_t n;
	struct lexeme lexemes[MOST]; /* the first one is that of unknown words */
};

static const struct lexicon_row *const tables[LANGUAGE_COUNT] = {
    [LANGUAGE_EN] = lexicon_en_table,
    [LANGUAGE_DE] = lexicon_de_table,
    [LANGUAGE_NO] = lexicon_no_table,
    [LANGUAGE_DA] = lexicon_da_table,
    [LANGUAGE_SV] = lexicon_sv_table,
    [LANGUAGE_NL] = lexicon_nl_table,
    [LANGUAGE_FR] = lexicon_fr_table,
    [LANGUAGE_ES] = lexicon_es_table,
    [LANGUAGE_IT] = lexicon_it_table,
    [LANGUAGE_PT] = lexicon_pt_table,
    [LANGUAGE_RU] = lexicon_ru_table,
    [LANGUAGE_BG] = lexicon_bg_table,
    [LANGUAGE_UK] = lexicon_uk_table,
    [LANGUAGE_KK] = lexicon_kk_table,
    [LANGUAGE_PL] = lexicon_pl_table,
    [LANGUAGE_FI] = lexicon_fi_table,
    [LANGUAGE_TR] = lexicon_tr_table,
    [LANGUAGE_UR] = lexicon_ur_table,
    [LANGUAGE_AR] = lexicon_ar_table,
};

/* The slot that holds word, or the free one where it belongs. */
static size_t
slot_of(const struct lexicon *l, struct span word, uint32_t hash)
{
	uint16_t tag = (uint16_t)(hash >> 16);
	size_t i = hash & (SLOTS - 1);

	while (l->slots[i].lexeme != 0 &&
	       (l->slots[i].tag != tag || !lexicon_same(l->lexemes[l->slots[i].lexeme].text, word)))
		i = (i + 1) & (SLOTS - 1);
	return i;
}

/* The first row that gives a word a value or a name decides it. */
static void
add_word(struct lexicon *l, struct span word, const struct lexicon_row *row, uint32_t classes)
{
	uint32_t hash = lexicon_hash(word);
	struct slot *slot = &l->slots[slot_of(l, word, hash)];
	struct lexeme *x;

	if (slot->lexeme == 0) {
		assert(l->n < MOST);
		*slot = (struct slot){l->n++, (uint16_t)(hash >> 16)};
	}
	x = &l->lexemes[slot->lexeme];
	if (l->sharing && (x->classes & LEX_STOP) != 0)
		classes &= ~(uint32_t)ABBREVIATIONS; /* here it is a word */
	x->text = word;
	x->classes |= classes;
	if (x->value == 0)
		x->value = row->value;
	if (x->name.n == 0)
		x->name = span_str(row->name);
}

static void
add_row(struct lexicon *l, const struct lexicon_row *row, uint32_t classes)
{
	const char *word = row->words;

	for (;;) {
		size_t n = strcspn(word, " ");

		add_word(l, span_of(word, n), row, classes);
		if (word[n] == '\0')
			return;
		word += n + 1;
	}
}

static void
add_table(struct lexicon *l, const struct lexicon_row *row, uint32_t classes)
{
	for (; row->words != NULL; row++) {
		if ((row->classes & classes) != 0)
			add_row(l, row, row->classes & classes);
	}
}

struct lexicon *
lexicon_open_for(enum language language)
{
	const struct lexicon_row *table = tables[language];
	struct lexicon *l = mem_zero(1, sizeof(*l));

	l->language = language;
	l->stems = stems_open(language_traits[language].stemmer);
	l->vocabulary = vocabulary_open(l);
	l->breaks = language == LANGUAGE_NONE ? breaks_open() : NULL;
	l->has_stops = table != NULL;
	l->n = 1;
	if (table != NULL)
		add_table(l, table, UINT32_MAX);
	l->sharing = language != LANGUAGE_EN;
	if (l->sharing)
		add_table(l, lexicon_en_table, SHARED);
	return l;
}

struct lexicon *
lexicon_open(void)
{
	return lexicon_open_for(LANGUAGE_EN);
}

void
lexicon_close(struct lexicon *l)
{
	if (l == NULL)
		return;
	vocabulary_close(l->vocabulary);
	stems_close(l->stems);
	breaks_close(l->breaks);
	free(l);
}

enum language
lexicon_language(const struct lexicon *l)
{
	return l->language;
}

unsigned
lexicon_writes(const struct lexicon *l)
{
	return language_traits[l->language].writes;
}

bool
lexicon_has_stops(const struct lexicon *l)
{
	return l->has_stops;
}

struct breaks *
lexicon_breaks(const struct lexicon *l)
{
	return l->breaks;
}

struct stems *
lexicon_stems(const struct lexicon *l)
{
	return l->stems;
}

struct vocabulary *
lexicon_vocabulary(const struct lexicon *l)
{
	return l->vocabulary;
}

uint16_t
lexicon_index(const struct lexicon *l, const struct lexeme *x)
{
	return (uint16_t)(x - l->lexemes);
}

const struct lexeme *
lexicon_at(const struct lexicon *l, uint16_t index)
{
	return &l->lexemes[index];
}

const struct lexeme *
lexicon_find(const struct lexicon *l, struct span word, uint32_t hash)
{
	return &l->lexemes[l->slots[slot_of(l, word, hash)].lexeme];
}
