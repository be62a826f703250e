#include "stages/extract/html_tokens.h"

#include <string.h>

static inline bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

static inline bool
is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

bool
html_word_is(struct span text, const char *word)
{
	size_t i = 0;

	for (; i < text.n && word[i] != '\0'; i++) {
		char c = text.p[i];

		if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != word[i])
			return false;
	}
	return i == text.n && word[i] == '\0';
}

/* Behind the next `c`, or the end. */
static const char *
behind(const char *p, const char *end, char c)
{
	const char *found = p < end ? memchr(p, c, (size_t)(end - p)) : NULL;

	return found != NULL ? found + 1 : end;
}

/* Behind a comment, of which p is the place after "<!--"; "<!-->" and "<!--->" are comments, too.
 */
static const char *
behind_comment(const char *p, const char *end)
{
	const char *from = p;

	if (p < end && *p == '>')
		return p + 1;
	if (end - p >= 2 && p[0] == '-' && p[1] == '>')
		return p + 2;
	while ((p = p < end ? memchr(p, '>', (size_t)(end - p)) : NULL) != NULL) {
		if (p - from >= 2 && p[-1] == '-' && p[-2] == '-')
			return p + 1;
		if (p - from >= 3 && p[-1] == '!' && p[-2] == '-' && p[-3] == '-')
			return p + 1;
		p++;
	}
	return end;
}

/* Whether a tag, a comment or a declaration begins at p, a '<'. */
static inline bool
is_markup(const char *p, const char *end)
{
	if (end - p < 2)
		return false;
	return is_letter(p[1]) || p[1] == '/' || p[1] == '!' || p[1] == '?';
}

static bool
take_text(struct html_tokens *t, struct html_token *ret)
{
	const char *from = t->at, *p = from;

	while ((p = p < t->end ? memchr(p, '<', (size_t)(t->end - p)) : NULL) != NULL) {
		if (is_markup(p, t->end))
			break;
		p++;
	}
	t->at = p != NULL ? p : t->end;
	ret->kind = HTML_TEXT;
	ret->raw = false;
	ret->text = span_of(from, (size_t)(t->at - from));
	return ret->text.n > 0;
}

static bool
is_end_of(struct span name, const char *p, const char *end)
{
	if ((size_t)(end - p) < name.n + 2 || p[1] != '/')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if ((p[2 + i] | 0x20) != (name.p[i] | 0x20))
			return false;
	p += name.n + 2;
	return p == end || is_space(*p) || *p == '/' || *p == '>';
}

/* The content of a script or the like, up to its end tag. */
static void
take_raw(struct html_tokens *t, struct html_token *ret)
{
	const char *from = t->at, *p = from;

	while ((p = p < t->end ? memchr(p, '<', (size_t)(t->end - p)) : NULL) != NULL) {
		if (is_end_of(t->raw, p, t->end))
			break;
		p++;
	}
	t->at = p != NULL ? p : t->end;
	ret->kind = HTML_TEXT;
	ret->raw = true;
	ret->tag = t->raw_tag;
	ret->text = span_of(from, (size_t)(t->at - from));
	t->raw = span_of(NULL, 0);
}

/* The attribute of that name, or ATTR_COUNT. */
static enum html_attribute
attribute_of(struct span name)
{
	static const struct {
		const char *name;
		enum html_attribute attribute;
	} known[] = {
	    {"class", ATTR_CLASS},
	    {"id", ATTR_ID},
	    {"style", ATTR_STYLE},
	    {"content", ATTR_CONTENT},
	    {"name", ATTR_NAME},
	    {"property", ATTR_PROPERTY},
	    {"type", ATTR_TYPE},
	    {"role", ATTR_ROLE},
	    {"href", ATTR_HREF},
	    {"rel", ATTR_REL},
	    {"hidden", ATTR_HIDDEN},
	    {"itemprop", ATTR_ITEMPROP},
	    {"lang", ATTR_LANG},
	    {"xml:lang", ATTR_LANG},
	    {"datetime", ATTR_DATETIME},
	    {"aria-hidden", ATTR_ARIA_HIDDEN},
	    {"charset", ATTR_CHARSET},
	    {"http-equiv", ATTR_HTTP_EQUIV},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((name.p[0] | 0x20) == known[i].name[0] && html_word_is(name, known[i].name))
			return known[i].attribute;
	return ATTR_COUNT;
}

/* The value at p, behind a '='. The place behind it; where its quote does not end, the end. */
static const char *
take_value(const char *p, const char *end, struct span *ret_value)
{
	const char *from;

	while (p < end && is_space(*p))
		p++;
	if (p < end && (*p == '"' || *p == '\'')) {
		const char *quote = memchr(p + 1, *p, (size_t)(end - p - 1));

		*ret_value = span_of(p + 1, quote != NULL ? (size_t)(quote - p - 1) : 0);
		return quote != NULL ? quote + 1 : end;
	}
	for (from = p; p < end && !is_space(*p) && *p != '>';)
		p++;
	*ret_value = span_of(from, (size_t)(p - from));
	return p;
}

static inline bool
ends_name(char c)
{
	return c == '=' || c == '>' || c == '/' || is_space(c);
}

/* The attributes of a tag, up to its '>'; those that are wanted are kept, the first of a name. */
static void
take_attributes(struct html_tokens *t, struct html_token *ret, bool wanted)
{
	const char *p = t->at, *end = t->end;

	for (;;) {
		struct span name, value = {NULL, 0};
		enum html_attribute a;

		for (ret->closes = false; p < end && (is_space(*p) || *p == '/'); p++)
			ret->closes = *p == '/';
		if (p == end || *p == '>')
			break;
		name.p = p++; /* also a '=' */
		while (p < end && !ends_name(*p))
			p++;
		name.n = (size_t)(p - name.p);
		while (p < end && is_space(*p))
			p++;
		if (p < end && *p == '=')
			p = take_value(p + 1, end, &value);
		a = wanted ? attribute_of(name) : ATTR_COUNT;
		if (a != ATTR_COUNT && !html_has(ret, a)) {
			ret->has |= 1U << a;
			ret->attributes[a] = value;
		}
	}
	t->at = p < end ? p + 1 : end;
}

/* A tag, whose name begins at p. */
static void
take_tag(struct html_tokens *t, const char *p, enum html_token_kind kind, struct html_token *ret)
{
	struct span name = {p, 0};

	while (p < t->end && !is_space(*p) && *p != '/' && *p != '>')
		p++;
	name.n = (size_t)(p - name.p);
	t->at = p;
	ret->kind = kind;
	ret->tag = html_tag_of(name);
	ret->has = 0;
	take_attributes(
	    t, ret, kind == HTML_OPEN && (html_traits[ret->tag] & (TRAIT_HINTS | TRAIT_HEAD)) != 0);
	if (kind == HTML_OPEN && html_is(ret->tag, TRAIT_RAW) &&
	    !(ret->closes && ret->tag != TAG_SCRIPT)) { /* as in SVG */
		t->raw = name;
		t->raw_tag = ret->tag;
	}
}

bool
html_tokens_next(struct html_tokens *t, struct html_token *ret)
{
	if (t->raw.n > 0) {
		take_raw(t, ret);
		return true;
	}
	while (t->at < t->end) {
		const char *p = t->at;

		if (*p != '<' || !is_markup(p, t->end))
			return take_text(t, ret);
		if (is_letter(p[1])) {
			take_tag(t, p + 1, HTML_OPEN, ret);
			return true;
		}
		if (p[1] == '/' && t->end - p > 2 && is_letter(p[2])) {
			take_tag(t, p + 2, HTML_CLOSE, ret);
			return true;
		}
		if (t->end - p >= 4 && memcmp(p, "<!--", 4) == 0)
			t->at = behind_comment(p + 4, t->end);
		else
			t->at = behind(p, t->end, '>');
	}
	return false;
}
