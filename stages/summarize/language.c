#include "stages/summarize/language.h"

enum { CODE_BYTES = 3 };

#define ORDINAL LANGUAGE_ORDINAL_STOPS
#define NOUNS LANGUAGE_CAPITAL_NOUNS
#define PLURAL LANGUAGE_PLURAL_S
#define COMMA LANGUAGE_DECIMAL_COMMA
#define ELIDES LANGUAGE_ELIDES

const struct language_traits language_traits[LANGUAGE_COUNT] = {
    [LANGUAGE_NONE] = {"", NULL, 0},
    [LANGUAGE_EN] = {"en", "english", PLURAL},
    [LANGUAGE_FR] = {"fr", "french", PLURAL | COMMA | ELIDES},
    [LANGUAGE_DE] = {"de", "german", ORDINAL | NOUNS | COMMA},
    [LANGUAGE_NO] = {"no", "norwegian", ORDINAL | COMMA},
    [LANGUAGE_DA] = {"da", "danish", ORDINAL | COMMA},
    [LANGUAGE_SV] = {"sv", "swedish", COMMA},
    [LANGUAGE_NL] = {"nl", "dutch", COMMA},
    [LANGUAGE_ES] = {"es", "spanish", PLURAL | COMMA},
    [LANGUAGE_IT] = {"it", "italian", COMMA | ELIDES},
    [LANGUAGE_PT] = {"pt", "portuguese", PLURAL | COMMA},
    [LANGUAGE_RU] = {"ru", "russian", COMMA},
    [LANGUAGE_BG] = {"bg", NULL, COMMA},
    [LANGUAGE_UK] = {"uk", NULL, COMMA},
    [LANGUAGE_KK] = {"kk", NULL, COMMA},
    [LANGUAGE_PL] = {"pl", NULL, COMMA},
    [LANGUAGE_FI] = {"fi", "finnish", ORDINAL | COMMA},
    [LANGUAGE_UR] = {"ur", NULL, 0},
    [LANGUAGE_AR] = {"ar", "arabic", 0},
    [LANGUAGE_TR] = {"tr", "turkish", ORDINAL | COMMA},
    [LANGUAGE_HU] = {"hu", "hungarian", ORDINAL | COMMA},
    [LANGUAGE_RO] = {"ro", "romanian", COMMA},
    [LANGUAGE_CA] = {"ca", "catalan", PLURAL | COMMA | ELIDES},
    [LANGUAGE_EL] = {"el", "greek", COMMA},
    [LANGUAGE_HI] = {"hi", "hindi", 0},
    [LANGUAGE_ID] = {"id", "indonesian", COMMA},
    [LANGUAGE_LT] = {"lt", "lithuanian", ORDINAL | COMMA},
    [LANGUAGE_SR] = {"sr", "serbian", ORDINAL | COMMA},
    [LANGUAGE_HY] = {"hy", "armenian", COMMA},
};

/* Other codes in use. */
static const struct {
	const char *code;
	enum language language;
} aliases[] = {
    {"nb", LANGUAGE_NO},
    {"nn", LANGUAGE_NO},
    {"nor", LANGUAGE_NO},
    {"nob", LANGUAGE_NO},
    {"nno", LANGUAGE_NO},
    {"eng", LANGUAGE_EN},
    {"fra", LANGUAGE_FR},
    {"fre", LANGUAGE_FR},
    {"deu", LANGUAGE_DE},
    {"ger", LANGUAGE_DE},
    {"gsw", LANGUAGE_DE},
    {"dan", LANGUAGE_DA},
    {"swe", LANGUAGE_SV},
    {"nld", LANGUAGE_NL},
    {"dut", LANGUAGE_NL},
    {"spa", LANGUAGE_ES},
    {"ita", LANGUAGE_IT},
    {"por", LANGUAGE_PT},
    {"rus", LANGUAGE_RU},
    {"bul", LANGUAGE_BG},
    {"ukr", LANGUAGE_UK},
    {"kaz", LANGUAGE_KK},
    {"pol", LANGUAGE_PL},
    {"fin", LANGUAGE_FI},
    {"urd", LANGUAGE_UR},
    {"ara", LANGUAGE_AR},
    {"tur", LANGUAGE_TR},
    {"hun", LANGUAGE_HU},
    {"ron", LANGUAGE_RO},
    {"rum", LANGUAGE_RO},
    {"cat", LANGUAGE_CA},
    {"ell", LANGUAGE_EL},
    {"gre", LANGUAGE_EL},
    {"hin", LANGUAGE_HI},
    {"ind", LANGUAGE_ID},
    {"lit", LANGUAGE_LT},
    {"srp", LANGUAGE_SR},
    {"hye", LANGUAGE_HY},
    {"arm", LANGUAGE_HY},
};

enum language
language_of(struct span tag)
{
	char code[CODE_BYTES];
	struct span primary;
	size_t n = 0;

	while (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_') {
		if (n == CODE_BYTES)
			return LANGUAGE_NONE;
		code[n] = (char)(tag.p[n] | 0x20);
		n++;
	}
	primary = span_of(code, n);
	for (int i = LANGUAGE_EN; i < LANGUAGE_COUNT; i++) {
		if (span_equal(primary, span_str(language_traits[i].code)))
			return (enum language)i;
	}
	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++) {
		if (span_equal(primary, span_str(aliases[i].code)))
			return aliases[i].language;
	}
	return LANGUAGE_NONE;
}
