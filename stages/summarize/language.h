/*
 * language - the languages whose words this stage knows.
 */
#ifndef WINNOW_LANGUAGE_H
#define WINNOW_LANGUAGE_H

#include "common/span.h"

enum language {
	LANGUAGE_NONE, /* any other */
	LANGUAGE_EN,
	LANGUAGE_FR,
	LANGUAGE_DE,
	LANGUAGE_NO,
	LANGUAGE_DA,
	LANGUAGE_SV,
	LANGUAGE_NL,
	LANGUAGE_ES,
	LANGUAGE_IT,
	LANGUAGE_PT,
	LANGUAGE_RU,
	LANGUAGE_BG,
	LANGUAGE_UK,
	LANGUAGE_KK,
	LANGUAGE_PL,
	LANGUAGE_FI,
	LANGUAGE_UR,
	LANGUAGE_AR,
	LANGUAGE_TR,
	LANGUAGE_HU,
	LANGUAGE_RO,
	LANGUAGE_CA,
	LANGUAGE_EL,
	LANGUAGE_HI,
	LANGUAGE_ID,
	LANGUAGE_LT,
	LANGUAGE_SR,
	LANGUAGE_HY,
	LANGUAGE_COUNT
};

/* How a language writes. */
enum {
	LANGUAGE_ORDINAL_STOPS = 1 << 0, /* "12. Juni" */
	LANGUAGE_CAPITAL_NOUNS = 1 << 1, /* a capital need not begin a sentence */
	LANGUAGE_PLURAL_S = 1 << 2,      /* "barils" is the plural of "baril" */
	LANGUAGE_DECIMAL_COMMA = 1 << 3, /* "1.000,5" */
	LANGUAGE_ELIDES = 1 << 4,        /* "l'eau" is two words */
};

struct language_traits {
	const char *code;    /* ISO 639-1 */
	const char *stemmer; /* Snowball's name of it, or NULL */
	unsigned writes;     /* LANGUAGE_ORDINAL_STOPS ... */
};

extern const struct language_traits language_traits[LANGUAGE_COUNT];

/* The language of a BCP 47 tag in any case, as "en", "nb-NO", "pt_BR", or of an ISO 639-2 code. */
enum language language_of(struct span tag);

#endif
