#include "proto/record_head.h"

#include "proto/http_head.h"

enum { WARC_LINE_BYTES = 16, DATE_LEAST = 12, DATE_MOST = 18, ARC_WORDS = 8 };

/* WARC */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "WARC/1.0" and nothing else on its line. */
static bool
is_version(struct span line)
{
	size_t n = 5;

	if (!span_starts(line, SPAN("WARC/")) || line.n < 8 || line.n > WARC_LINE_BYTES)
		return false;
	for (; n < line.n; n++)
		if (!is_digit(line.p[n]) && line.p[n] != '.')
			return false;
	return is_digit(line.p[5]);
}

static struct span
without_brackets(struct span s)
{
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return span_cut(s, 1, s.n - 1);
	return s;
}

static enum record_type
type_of(struct span name)
{
	static const struct {
		struct span name;
		enum record_type type;
	} types[] = {
	    {SPAN("response"), RECORD_RESPONSE},
	    {SPAN("resource"), RECORD_RESOURCE},
	    {SPAN("conversion"), RECORD_CONVERSION},
	    {SPAN("revisit"), RECORD_REVISIT},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_like(name, types[i].name))
			return types[i].type;
	return RECORD_OTHER;
}

static void
warc_field(struct record_head *h, struct span line)
{
	const struct {
		struct span name;
		struct span *place;
	} fields[] = {
	    {SPAN("warc-record-id"), &h->id},
	    {SPAN("warc-target-uri"), &h->url},
	    {SPAN("warc-date"), &h->date},
	    {SPAN("warc-payload-digest"), &h->payload_digest},
	    {SPAN("warc-block-digest"), &h->block_digest},
	    {SPAN("content-type"), &h->content_type},
	    {SPAN("warc-refers-to"), &h->refers},
	    {SPAN("warc-truncated"), &h->truncated},
	};
	struct span v;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if ((v = header_value(line, fields[i].name)).p != NULL) {
			if (fields[i].place->n == 0)
				*fields[i].place = without_brackets(v);
			return;
		}
	if ((v = header_value(line, SPAN("content-length"))).p != NULL)
		h->has_length = span_number(v, &h->length);
	else if ((v = header_value(line, SPAN("warc-type"))).p != NULL)
		h->type = type_of(v);
	else if ((v = header_value(line, SPAN("warc-refers-to-target-uri"))).p != NULL &&
		 h->refers.n == 0)
		h->refers = without_brackets(v);
}

/* A line that is neither a header nor the rest of one: the blank line before it is missing. */
static bool
is_block(struct span line)
{
	return line.p[0] != ' ' && line.p[0] != '\t' && memchr(line.p, ':', line.n) == NULL;
}

int
warc_head_read(struct record_head *ret, struct span s)
{
	struct record_head h = {0};
	struct span rest = s, line;
	bool ended = header_line(&rest, &line);

	if (!is_version(line))
		return !ended && s.n < WARC_LINE_BYTES ? ERR_HOLD : ERR_RECORD;
	while (ended) {
		h.n = s.n - rest.n;
		ended = header_line(&rest, &line);
		if (ended && line.n == 0) {
			h.n = s.n - rest.n;
			break;
		}
		if (ended && is_block(line))
			break;
		if (ended)
			warc_field(&h, line);
	}
	if (!ended)
		return s.n < RECORD_HEAD_BYTES ? ERR_HOLD : ERR_RECORD;
	*ret = h;
	return 0;
}

size_t
warc_head_find(struct span s, size_t from, size_t *ret_sure)
{
	for (size_t at = from; at < s.n; at++) {
		const char *p = memmem(s.p + at, s.n - at, "\nWARC/", 6);
		struct span rest, line;

		if (p == NULL) {
			*ret_sure = s.n < 6 ? 0 : s.n - 5;
			if (*ret_sure < from)
				*ret_sure = from;
			return s.n;
		}
		at = (size_t)(p - s.p);
		rest = span_cut(s, at + 1, s.n);
		if (!header_line(&rest, &line) && s.n - at - 1 < WARC_LINE_BYTES) {
			*ret_sure = at;
			return s.n;
		}
		if (is_version(line))
			return at + 1;
	}
	*ret_sure = s.n;
	return s.n;
}

/* ARC */

/* Cut the last word off. */
static bool
last_word(struct span *s, struct span *ret_word)
{
	size_t to = s->n, from;

	while (to > 0 && s->p[to - 1] == ' ')
		to--;
	for (from = to; from > 0 && s->p[from - 1] != ' ';)
		from--;
	*ret_word = span_cut(*s, from, to);
	*s = span_cut(*s, 0, from);
	return to > from;
}

static bool
is_scheme(struct span url)
{
	size_t n = 0;

	while (n < url.n && ((url.p[n] | 0x20) >= 'a' && (url.p[n] | 0x20) <= 'z'))
		n++;
	return n > 0 && n < url.n && url.p[n] == ':';
}

static bool
is_date(struct span s)
{
	uint64_t v;

	return s.n >= DATE_LEAST && s.n <= DATE_MOST && (s.p[0] == '1' || s.p[0] == '2') &&
	       span_number(s, &v);
}

/*
 * "URL IP-address date type length"; a URL may hold spaces, so that it is read from its end. In
 * version 2 there are more words between type and length.
 */
static bool
read_arc_line(struct record_head *h, struct span line)
{
	struct span rest = line, word, type = {0};

	if (!is_scheme(line) || !last_word(&rest, &word) || !span_number(word, &h->length))
		return false;
	for (int words = 0; words < ARC_WORDS; words++) {
		if (!last_word(&rest, &word))
			return false;
		if (words > 0 && is_date(word)) {
			h->content_type = type;
			h->date = word;
			if (!last_word(&rest, &word)) /* the address */
				return false;
			while (rest.n > 0 && rest.p[rest.n - 1] == ' ')
				rest.n--;
			h->url = rest;
			return rest.n > 0;
		}
		type = word;
	}
	return false;
}

int
arc_head_read(struct record_head *ret, struct span s)
{
	struct record_head h = {.type = RECORD_RESPONSE, .has_length = true};
	struct span rest = s, line;
	bool ended = header_line(&rest, &line);

	if (!ended)
		return s.n < ARC_LINE_BYTES ? ERR_HOLD : ERR_RECORD;
	if (line.n > ARC_LINE_BYTES || !read_arc_line(&h, line))
		return ERR_RECORD;
	if (span_starts(line, SPAN("filedesc:")))
		h.type = RECORD_OTHER;
	h.n = s.n - rest.n;
	*ret = h;
	return 0;
}

size_t
arc_head_find(struct span s, size_t from, size_t *ret_sure)
{
	for (size_t at = from; at < s.n;) {
		const char *p = memchr(s.p + at, '\n', s.n - at);
		struct record_head h;
		int r;

		if (p == NULL)
			break;
		at = (size_t)(p - s.p) + 1;
		r = arc_head_read(&h, span_cut(s, at, s.n));
		if (r == 0)
			return at;
		if (r == ERR_HOLD) {
			*ret_sure = at - 1;
			return s.n;
		}
	}
	*ret_sure = s.n > from && s.p[s.n - 1] == '\n' ? s.n - 1 : s.n;
	return s.n;
}
