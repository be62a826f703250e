#include "stages/extract/paragraphs.h"

#include <unicode/uchar.h>

#include "common/utf8.h"

enum {
	HEADING_CHARS = 120,
	HEADING_WORDS = 16,
	HEADING_DENSE = 40, /* characters, in a script without spaces between words */
	LIST_DIGITS = 3,    /* "1987. " is a year */
};

/* Where the next line begins, and the next line ends, so that no byte is searched twice. */
struct cursor {
	struct span text;
	size_t at, lf, cr;
};

static size_t
find(struct span s, size_t from, char c)
{
	const char *p = from < s.n ? memchr(s.p + from, c, s.n - from) : NULL;

	return p == NULL ? s.n : (size_t)(p - s.p);
}

static struct cursor
cursor_of(struct span text)
{
	return (struct cursor){text, 0, find(text, 0, '\n'), find(text, 0, '\r')};
}

/* The next line, without its end and white space at both ends; false after the last. */
static bool
next_line(struct cursor *c, struct span *ret)
{
	size_t from = c->at, to;

	if (from >= c->text.n)
		return false;
	to = c->lf < c->cr ? c->lf : c->cr;
	c->at = to + 1 + (to == c->cr && c->lf == to + 1);
	if (c->lf < c->at)
		c->lf = find(c->text, c->at, '\n');
	if (c->cr < c->at)
		c->cr = find(c->text, c->at, '\r');
	*ret = utf8_trim(span_cut(c->text, from, to));
	return true;
}

/* The next paragraph, with the line breaks in it, and its number of lines. */
static bool
next_paragraph(struct cursor *c, bool blank, struct span *ret, size_t *ret_lines)
{
	struct span line = {0}, all = {0};
	size_t lines = 0;

	while (next_line(c, &line)) {
		if (line.n == 0 && lines > 0)
			break;
		if (line.n == 0)
			continue;
		all.p = lines == 0 ? line.p : all.p;
		all.n = (size_t)(line.p + line.n - all.p);
		lines++;
		if (!blank)
			break;
	}
	*ret = all;
	*ret_lines = lines;
	return lines > 0;
}

static bool
has_blank_line(struct span text)
{
	struct cursor c = cursor_of(utf8_trim(text));
	struct span line;

	while (next_line(&c, &line)) {
		if (line.n == 0)
			return true;
	}
	return false;
}

/* The lines of a paragraph, joined by spaces. */
static struct span
unwrap(struct arena *a, struct span s)
{
	struct cursor c = cursor_of(s);
	struct span line;
	char *p = arena_alloc(a, s.n);
	size_t n = 0;

	while (next_line(&c, &line)) {
		if (n > 0)
			p[n++] = ' ';
		memcpy(p + n, line.p, line.n);
		n += line.n;
	}
	return span_of(p, n);
}

static bool
is_bullet(uint32_t c)
{
	switch (c) {
	case '*':
	case '+':
	case '-':
	case 0x00B7: /* middle dot */
	case 0x2022: /* bullet */
	case 0x2023: /* triangular bullet */
	case 0x2043: /* hyphen bullet */
	case 0x25A0: /* black square */
	case 0x25AA: /* black small square */
	case 0x25CB: /* white circle */
	case 0x25CF: /* black circle */
	case 0x25E6: /* white bullet */ return true;
	default: return false;
	}
}

/* The bytes of what stands before an item: a bullet, "1." "1)" or "a)"; 0 if nothing does. */
static size_t
marker(struct span s)
{
	size_t at = 0, digits = 0;
	uint32_t c = utf8_next(s, &at, NULL);

	if (is_bullet(c))
		return at;
	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	if (digits > LIST_DIGITS || digits == s.n)
		return 0;
	if (digits > 0)
		return s.p[digits] == '.' || s.p[digits] == ')' ? digits + 1 : 0;
	return at < s.n && s.p[at] == ')' && u_isalpha((UChar32)c) ? at + 1 : 0;
}

static bool
is_list(struct span s)
{
	size_t at = marker(s);

	return at > 0 && at < s.n && utf8_is_space(utf8_next(s, &at, NULL));
}

/* Whether c is of a script that does not part its words by spaces: a line of it holds more. */
static bool
is_dense(uint32_t c)
{
	return (c >= 0x0E00 && c <= 0x0EFF) || /* Thai, Lao */
	       (c >= 0x1000 && c <= 0x109F) || /* Myanmar */
	       (c >= 0x1780 && c <= 0x17FF) || /* Khmer */
	       (c >= 0x3040 && c <= 0x30FF) || /* Hiragana, Katakana */
	       (c >= 0x3400 && c <= 0x9FFF) || /* Han */
	       (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

static bool
is_short(struct span s)
{
	size_t chars = 0, words = 0, at = 0;
	bool dense = false, space = true;

	while (at < s.n && chars <= HEADING_CHARS) {
		uint32_t c = utf8_next(s, &at, NULL);
		bool before = space;

		space = utf8_is_space(c);
		words += before && !space;
		dense = dense || is_dense(c);
		chars++;
	}
	return chars <= (dense ? HEADING_DENSE : HEADING_CHARS) && words <= HEADING_WORDS;
}

static bool
has_letter(struct span s)
{
	for (size_t at = 0; at < s.n;) {
		if (u_isalpha((UChar32)utf8_next(s, &at, NULL)))
			return true;
	}
	return false;
}

/*
 * Whether c may stand behind the mark that ends a clause: a quote, a bracket, an emoji with what
 * shapes it, a mark of direction. Some marks are emoji too, "!!" in one character: not symbols.
 */
static bool
may_follow_end(uint32_t c)
{
	const uint32_t kinds =
	    U_GC_PE_MASK | U_GC_PF_MASK | U_GC_PI_MASK | U_GC_SO_MASK | U_GC_SK_MASK | U_GC_CF_MASK;

	return c == '"' || c == '\'' || utf8_is_space(c) ||
	       (U_GET_GC_MASK((UChar32)c) & kinds) != 0 ||
	       u_hasBinaryProperty((UChar32)c, UCHAR_VARIATION_SELECTOR);
}

/* Whether s ends with a mark such as . ! ? : ; , of any script, with or without a quote behind. */
static bool
ends_clause(struct span s)
{
	uint32_t c = '"';

	while (s.n > 0 && may_follow_end(c))
		c = utf8_previous(s, &s.n);
	return c == 0x2026 || u_hasBinaryProperty((UChar32)c, UCHAR_TERMINAL_PUNCTUATION);
}

enum kind
paragraph_kind(struct span s)
{
	if (s.n > 0 && is_list(s))
		return KIND_LIST;
	if (!ends_clause(s) && is_short(s) && has_letter(s))
		return KIND_HEADING;
	return KIND_TEXT;
}

int
paragraphs_split(struct arena *a, struct span text, enum paragraphs_mode mode,
    struct paragraph **ret, size_t *ret_n)
{
	const struct cursor start = cursor_of(text);
	struct cursor c = start;
	struct paragraph *paragraphs;
	struct span all;
	size_t n = 0, lines;
	bool blank = mode == PARAGRAPHS_BLANK ||
		     (mode == PARAGRAPHS_AUTO && text.n > 0 && has_blank_line(text));

	while (next_paragraph(&c, blank, &all, &lines)) {
		if (++n > PARAGRAPHS_MAX)
			return err_set(ERR_RECORD, "more than %d paragraphs", PARAGRAPHS_MAX);
	}
	paragraphs = arena_zero(a, n, sizeof(*paragraphs));
	c = start;
	for (uint32_t i = 0; next_paragraph(&c, blank, &all, &lines); i++) {
		paragraphs[i].text = lines > 1 ? unwrap(a, all) : all;
		paragraphs[i].n = i;
		paragraphs[i].kind = paragraph_kind(paragraphs[i].text);
	}
	*ret = paragraphs;
	*ret_n = n;
	return 0;
}
