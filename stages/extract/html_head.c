#include "stages/extract/html_head.h"

#include "common/utf8.h"
#include "stages/extract/html_entities.h"
#include "stages/extract/html_ld.h"

enum { LANG_BYTES = 35, DATE_BYTES = 40, URL_BYTES = 2048, TITLE_BYTES = 1024 };

static void
say(struct html_head *head, enum html_place place, struct span text)
{
	if (head->places[place].n == 0)
		head->places[place] = text;
}

/* What a name of a meta element says, in lower case; properties and microdata have names, too. */
static const struct {
	const char *name;
	enum html_place place;
} names[] = {
    {"og:title", PLACE_TITLE_OG},
    {"twitter:title", PLACE_TITLE_TWITTER},
    {"dc.title", PLACE_TITLE_TWITTER},
    {"og:url", PLACE_URL_OG},
    {"og:locale", PLACE_LANG_OG},
    {"language", PLACE_LANG_META},
    {"content-language", PLACE_LANG_META},
    {"dc.language", PLACE_LANG_META},
    {"article:published_time", PLACE_DATE_ARTICLE},
    {"og:article:published_time", PLACE_DATE_ARTICLE},
    {"og:published_time", PLACE_DATE_ARTICLE},
    {"article:published", PLACE_DATE_ARTICLE},
    {"datepublished", PLACE_DATE_ITEM},
    {"date", PLACE_DATE_META},
    {"pubdate", PLACE_DATE_META},
    {"publishdate", PLACE_DATE_META},
    {"publish-date", PLACE_DATE_META},
    {"publish_date", PLACE_DATE_META},
    {"publication_date", PLACE_DATE_META},
    {"citation_publication_date", PLACE_DATE_META},
    {"citation_date", PLACE_DATE_META},
    {"parsely-pub-date", PLACE_DATE_META},
    {"sailthru.date", PLACE_DATE_META},
    {"dc.date", PLACE_DATE_META},
    {"dc.date.issued", PLACE_DATE_META},
    {"dcterms.date", PLACE_DATE_META},
    {"dcterms.issued", PLACE_DATE_META},
    {"dcterms.created", PLACE_DATE_META},
};

static void
take_meta(struct html_head *head, const struct html_token *t)
{
	static const enum html_attribute attributes[] = {
	    ATTR_PROPERTY, ATTR_NAME, ATTR_ITEMPROP, ATTR_HTTP_EQUIV};

	for (size_t a = 0; a < sizeof(attributes) / sizeof(attributes[0]); a++) {
		if (!html_has(t, attributes[a]) || !html_has(t, ATTR_CONTENT))
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (html_word_is(t->attributes[attributes[a]], names[i].name))
				say(head, names[i].place, t->attributes[ATTR_CONTENT]);
	}
}

static void
take_time(struct html_head *head, const struct html_token *t)
{
	bool published = html_has(t, ATTR_ITEMPROP) &&
			 html_word_is(t->attributes[ATTR_ITEMPROP], "datepublished");

	if (html_has(t, ATTR_DATETIME))
		say(head, published ? PLACE_DATE_ITEM : PLACE_DATE_TIME,
		    t->attributes[ATTR_DATETIME]);
}

void
html_head_take(struct html_head *head, const struct html_token *t)
{
	switch (t->tag) {
	case TAG_TITLE: say(head, PLACE_TITLE, t->text); break;
	case TAG_HTML:
		if (html_has(t, ATTR_LANG))
			say(head, PLACE_LANG, t->attributes[ATTR_LANG]);
		break;
	case TAG_LINK:
		if (html_has(t, ATTR_REL) && html_has(t, ATTR_HREF) &&
		    html_word_is(t->attributes[ATTR_REL], "canonical"))
			say(head, PLACE_URL_CANONICAL, t->attributes[ATTR_HREF]);
		break;
	case TAG_META: take_meta(head, t); break;
	case TAG_TIME: take_time(head, t); break;
	default: break;
	}
}

void
html_head_take_ld(struct html_head *head, struct span json)
{
	if (head->n_ld < HTML_LD_MAX)
		head->ld[head->n_ld++] = json;
}

/* weighing */

/* The words of an attribute or a title: references resolved, white space collapsed. */
static struct span
words_of(struct arena *a, struct span s, size_t most)
{
	struct span text = html_unescape(a, s.n > most ? span_of(NULL, 0) : s);
	char *p = arena_alloc(a, text.n + 1);
	size_t n = 0;
	bool space = false;

	for (size_t at = 0; at < text.n;) {
		size_t from = at;
		uint32_t c = utf8_next(text, &at, NULL);

		if (utf8_is_space(c) || c < ' ') {
			space = n > 0;
			continue;
		}
		if (space)
			p[n++] = ' ';
		space = false;
		memcpy(p + n, text.p + from, at - from);
		n += at - from;
	}
	return span_of(p, n);
}

static bool
is_date(struct span s)
{
	unsigned digits = 0;

	for (size_t i = 0; i < s.n && digits < 4; i++)
		digits = s.p[i] >= '0' && s.p[i] <= '9' ? digits + 1 : 0;
	return digits == 4 && s.n <= DATE_BYTES;
}

static bool
is_url(struct span s)
{
	return (span_starts(s, SPAN("http://")) || span_starts(s, SPAN("https://"))) &&
	       memchr(s.p, ' ', s.n) == NULL;
}

/* A language tag, RFC 5646, by its look; Open Graph writes en_US. */
static bool
is_lang(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') &&
		    c != '-' && c != '_')
			return false;
	}
	return s.n >= 2;
}

static bool
is_title(struct span s)
{
	return s.n > 0;
}

/* The first of the places [from, to] where something fit is said. */
static struct span
first_fit(struct html_head *head, struct arena *a, enum html_place from, enum html_place to,
    size_t most, bool (*fits)(struct span))
{
	for (unsigned place = from; place <= to; place++) {
		struct span s = head->places[place];

		if (s.n == 0)
			continue;
		s = words_of(a, s, most);
		if (fits(s))
			return s;
	}
	return span_of(NULL, 0);
}

static struct span
with_hyphens(struct arena *a, struct span lang)
{
	struct span copy = arena_copy(a, lang);

	for (size_t i = 0; i < copy.n; i++)
		if (copy.p[i] == '_')
			((char *)copy.p)[i] = '-';
	return copy;
}

struct html_facts
html_head_facts(struct html_head *head, struct arena *a)
{
	for (size_t i = 0; i < head->n_ld; i++) {
		struct html_ld ld = html_ld_read(a, head->ld[i]);

		say(head, PLACE_TITLE_LD, ld.headline);
		say(head, PLACE_DATE_LD, ld.published);
	}
	return (struct html_facts){
	    .title = first_fit(head, a, PLACE_TITLE_OG, PLACE_TITLE, TITLE_BYTES, is_title),
	    .lang =
		with_hyphens(a, first_fit(head, a, PLACE_LANG, PLACE_LANG_OG, LANG_BYTES, is_lang)),
	    .url = first_fit(head, a, PLACE_URL_CANONICAL, PLACE_URL_OG, URL_BYTES, is_url),
	    .published = first_fit(head, a, PLACE_DATE_LD, PLACE_DATE_TIME, DATE_BYTES, is_date),
	};
}
