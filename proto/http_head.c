#include "proto/http_head.h"

#include <strings.h>

bool
span_like(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span
trim(struct span s)
{
	size_t from = 0, to = s.n;

	while (from < to && is_blank(s.p[from]))
		from++;
	while (to > from && is_blank(s.p[to - 1]))
		to--;
	return span_cut(s, from, to);
}

bool
header_line(struct span *s, struct span *ret_line)
{
	const char *end = s->n == 0 ? NULL : memchr(s->p, '\n', s->n);
	size_t n = end == NULL ? s->n : (size_t)(end - s->p), to = n;

	while (to > 0 && is_blank(s->p[to - 1]))
		to--;
	*ret_line = span_cut(*s, 0, to);
	*s = span_cut(*s, end == NULL ? n : n + 1, s->n);
	return end != NULL;
}

struct span
header_value(struct span line, struct span name)
{
	size_t at = name.n;

	if (line.n <= at || !span_like(span_cut(line, 0, at), name))
		return span_of(NULL, 0);
	while (at < line.n && is_blank(line.p[at])) /* "Name : value" */
		at++;
	if (at == line.n || line.p[at] != ':')
		return span_of(NULL, 0);
	return trim(span_cut(line, at + 1, line.n));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK": the three digits behind the first blank. */
static bool
read_status(struct span line, uint32_t *ret_status)
{
	const char *p, *end = line.p + line.n;

	if (line.n < 5 || strncasecmp(line.p, "HTTP/", 5) != 0)
		return false;
	p = memchr(line.p, ' ', line.n);
	while (p != NULL && p < end && *p == ' ')
		p++;
	*ret_status =
	    p == NULL || end - p < 3 || !is_digit(p[0]) || !is_digit(p[1]) || !is_digit(p[2])
		? 0
		: (uint32_t)((p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0');
	return true;
}

bool
http_head_read(struct http_head *ret, struct span s)
{
	struct http_head h = {0};
	struct span rest = s, line;
	bool ended = header_line(&rest, &line);

	if (!read_status(line, &h.status))
		return false;
	while (ended && !h.whole) {
		struct span v;

		ended = header_line(&rest, &line);
		h.whole = ended && line.n == 0;
		if ((v = header_value(line, SPAN("content-type"))).p != NULL)
			h.type = v;
		else if ((v = header_value(line, SPAN("content-encoding"))).p != NULL)
			h.encoding = v;
		else if ((v = header_value(line, SPAN("transfer-encoding"))).p != NULL)
			h.transfer = v;
		else if ((v = header_value(line, SPAN("content-length"))).p != NULL)
			h.length = v;
	}
	h.n = s.n - rest.n;
	*ret = h;
	return true;
}

struct span
media_type(struct span content_type)
{
	size_t n = 0;

	while (n < content_type.n && content_type.p[n] != ';' && content_type.p[n] != ',')
		n++;
	return trim(span_cut(content_type, 0, n));
}

struct span
media_charset(struct span content_type)
{
	static const struct span key = SPAN("charset");
	struct span s = content_type;

	for (size_t at = 0; at + key.n < s.n; at++) {
		size_t from = at + key.n, to;

		if ((at > 0 && s.p[at - 1] != ';' && !is_blank(s.p[at - 1])) ||
		    !span_like(span_cut(s, at, at + key.n), key))
			continue;
		while (from < s.n && is_blank(s.p[from]))
			from++;
		if (from == s.n || s.p[from] != '=')
			continue;
		for (from++; from < s.n && (is_blank(s.p[from]) || strchr("\"'", s.p[from]));)
			from++;
		for (to = from; to < s.n && strchr(" \t\r\"',;", s.p[to]) == NULL;)
			to++;
		return span_cut(s, from, to);
	}
	return span_of(NULL, 0);
}
