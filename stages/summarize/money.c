#include "stages/summarize/money.h"

static const struct {
	uint32_t mark;
	const char *code; /* ISO 4217 */
} currencies[] = {
    {'$', "USD"},
    {0xA3, "GBP"},
    {0xA5, "JPY"},
    {0x20AC, "EUR"},
    {0x20B9, "INR"},
    {0x20BD, "RUB"},
    {0x20A9, "KRW"},
    {0x20AA, "ILS"},
    {0x20B4, "UAH"},
    {0x20BA, "TRY"},
    {0x20A6, "NGN"},
    {0x20B1, "PHP"},
    {0x20AB, "VND"},
    {0xFF04, "USD"},
    {0xFFE1, "GBP"},
    {0xFFE5, "JPY"},
};

/* Letters before "$" and the names of peoples before "dollars". */
static const struct {
	const char *letters, *people, *code;
} dollars[] = {
    {"us", "american", "USD"},
    {"a", "australian", "AUD"},
    {"c", "canadian", "CAD"},
    {"hk", "hong", "HKD"},
    {"s", "singapore", "SGD"},
    {"nz", "zealand", "NZD"},
    {"nt", "taiwan", "TWD"},
    {"r", "brazilian", "BRL"},
};

enum { N_DOLLARS = sizeof(dollars) / sizeof(*dollars) };

/* The currency whose mark is at `at`, or the empty span. */
static struct span
currency_mark(const struct pieces *p, size_t at)
{
	if (at >= p->n || p->piece[at].kind != PIECE_MARK)
		return span_of(NULL, 0);
	for (size_t i = 0; i < sizeof(currencies) / sizeof(*currencies); i++) {
		if (p->piece[at].id == currencies[i].mark)
			return span_str(currencies[i].code);
	}
	return span_of(NULL, 0);
}

/* A dollar of a certain country: "US$" (letters at `at`) or "Canadian dollars" (people). */
static struct span
dollar_of(const struct pieces *p, size_t at, bool letters)
{
	for (size_t i = 0; i < N_DOLLARS; i++) {
		if (piece_says(p, at, letters ? dollars[i].letters : dollars[i].people))
			return span_str(dollars[i].code);
	}
	return span_of(NULL, 0);
}

size_t
money_before(const struct pieces *p, size_t at, struct span *ret_code)
{
	struct span code = currency_mark(p, at);

	if (code.n > 0) {
		*ret_code = code;
		return at + 1;
	}
	if (piece_is_mark(p, at + 1, '$') && piece_has(p, at + 1, PIECE_JOINED) &&
	    piece_has(p, at, PIECE_CAPITAL)) {
		code = dollar_of(p, at, true);
		if (code.n > 0) {
			*ret_code = code;
			return at + 2;
		}
	}
	if (piece_is(p, at, LEX_CURRENCY) && piece_has(p, at, PIECE_CAPITAL) &&
	    p->piece[at].lex->text.n <= 3) {
		*ret_code = p->piece[at].lex->name;
		return at + 1;
	}
	return at;
}

size_t
money_behind(const struct pieces *p, size_t at, bool scaled, struct span *ret_code)
{
	struct span code = currency_mark(p, at), dollar = dollar_of(p, at, false);
	size_t word = dollar.n > 0 || piece_says(p, at, "us") ? at + 1 : at;

	if (code.n > 0 && !piece_is_number(p, at + 1)) {
		*ret_code = code;
		return at + 1;
	}
	if (piece_says(p, word, "dollars") && dollar.n > 0) {
		*ret_code = dollar;
		return word + 1;
	}
	if (!piece_is(p, word, LEX_CURRENCY))
		return at;
	if (span_equal(p->piece[word].lex->name, SPAN("GBP")) && !scaled &&
	    !piece_says(p, word + 1, "sterling"))
		return at; /* it may be a weight */
	*ret_code = p->piece[word].lex->name;
	return word + 1 + piece_says(p, word + 1, "sterling");
}
