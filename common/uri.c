#include "common/uri.h"

#include <ctype.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/secret.h"

static const struct span mark = SPAN("://");

/* The bytes before the mark that follows a name of a scheme, or 0. */
static size_t
scheme_length(struct span s)
{
	size_t n = 0;

	while (n < s.n && (isalnum((unsigned char)s.p[n]) || strchr("+-.", s.p[n]) != NULL))
		n++;
	return n > 0 && span_starts(span_cut(s, n, s.n), mark) ? n : 0;
}

bool
uri_is(const char *text)
{
	return scheme_length(span_str(text)) > 0;
}

/* Cut off what stands before the first byte c; false: there is none, and all is before it. */
static bool
cut_at(struct span *rest, char c, struct span *ret_before)
{
	const char *at = rest->n == 0 ? NULL : memchr(rest->p, c, rest->n);
	size_t n = at == NULL ? rest->n : (size_t)(at - rest->p);

	*ret_before = span_cut(*rest, 0, n);
	*rest = span_cut(*rest, n + (at != NULL), rest->n);
	return at != NULL;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode into the memory of the URI at *io_p, which has room: what is decoded is never longer. */
static int
decode(char **io_p, struct span s, struct span *ret)
{
	char *start = *io_p, *p = start;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			*p++ = s.p[i];
			continue;
		}
		if (s.n - i < 3 || hex_digit(s.p[i + 1]) < 0 || hex_digit(s.p[i + 2]) < 0)
			return err_set(ERR_USAGE, "a %% in a URI is written %%25");
		*p++ = (char)(hex_digit(s.p[i + 1]) << 4 | hex_digit(s.p[i + 2]));
		i += 2;
	}
	*io_p = p;
	*ret = span_of(start, (size_t)(p - start));
	return 0;
}

static int
parse_port(struct uri *u, struct span digits)
{
	unsigned port = 0;

	for (size_t i = 0; i < digits.n && port <= 65535; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			port = 65536;
		port = 10 * port + (unsigned)(digits.p[i] - '0');
	}
	if (digits.n == 0 || port == 0 || port > 65535)
		return err_set(ERR_USAGE, "'%.*s' has no port between 1 and 65535",
		    (int)u->authority.n, u->authority.p);
	u->port = port;
	return 0;
}

/* host, host:port, [::1]:port; a list stays as it is. */
static int
parse_authority(struct uri *u)
{
	struct span rest = u->authority, host;
	bool colon;

	if (rest.n > 0 && memchr(rest.p, ',', rest.n) != NULL)
		return 0;
	if (rest.n > 0 && rest.p[0] == '[') {
		rest = span_cut(rest, 1, rest.n);
		if (!cut_at(&rest, ']', &u->host) || (rest.n > 0 && rest.p[0] != ':'))
			return err_set(
			    ERR_USAGE, "'%.*s' is no host", (int)u->authority.n, u->authority.p);
		return rest.n > 0 ? parse_port(u, span_cut(rest, 1, rest.n)) : 0;
	}
	colon = cut_at(&rest, ':', &host);
	u->host = host;
	return colon ? parse_port(u, rest) : 0;
}

static int
parse_pairs(struct uri *u, char **io_p, struct span query)
{
	struct span pair, key;

	while (query.n > 0) {
		struct uri_pair *p = &u->pairs[u->n_pairs];

		cut_at(&query, '&', &pair);
		if (pair.n == 0)
			continue;
		cut_at(&pair, '=', &key);
		if (u->n_pairs == URI_PAIRS)
			return err_set(ERR_USAGE, "a URI has at most %d keys", URI_PAIRS);
		TRY(decode(io_p, key, &p->key));
		TRY(decode(io_p, pair, &p->value));
		for (size_t i = 0; i < u->n_pairs; i++)
			if (span_equal(u->pairs[i].key, p->key))
				return err_set(ERR_USAGE, "the key '%.*s' of a URI comes twice",
				    (int)p->key.n, p->key.p);
		u->n_pairs++;
	}
	return 0;
}

static int
parse_parts(struct uri *u, struct span rest)
{
	struct span before, query;
	char *p = u->memory;

	cut_at(&rest, '#', &before); /* nothing of ours has fragments */
	rest = before;
	cut_at(&rest, '?', &before);
	query = rest;
	rest = before;
	cut_at(&rest, '/', &u->authority);
	if (u->authority.n > 0 && memchr(u->authority.p, '@', u->authority.n) != NULL) {
		cut_at(&u->authority, '@', &before);
		TRY(decode(&p, before, &u->user));
	}
	TRY(decode(&p, rest, &u->path));
	TRY(parse_authority(u));
	return parse_pairs(u, &p, query);
}

int
uri_parse(struct uri *ret_uri, const char *text)
{
	struct uri u = {.text = span_str(text)};
	size_t n = scheme_length(u.text);
	int r;

	if (n == 0)
		return err_set(ERR_USAGE, "'%s' is no URI, such as redis://host:6379/0", text);
	if (secret_is_in(u.text))
		return err_set(ERR_USAGE,
		    "a URI holds a password, which logs and `ps` would show: put it into "
		    "WINNOW_REDIS_PASSWORD or WINNOW_KAFKA_PASSWORD, or name a file that holds it "
		    "by ?password-file=PATH");
	u.scheme = span_cut(u.text, 0, n);
	u.memory = mem_alloc(u.text.n + 1);
	r = parse_parts(&u, span_cut(u.text, n + mark.n, u.text.n));
	if (r < 0) {
		uri_done(&u);
		return r;
	}
	*ret_uri = u;
	return 0;
}

void
uri_done(struct uri *u)
{
	free(u->memory);
	*u = (struct uri){0};
}

struct span
uri_take(struct uri *u, const char *key)
{
	for (size_t i = 0; i < u->n_pairs; i++)
		if (span_equal(u->pairs[i].key, span_str(key))) {
			u->pairs[i].taken = true;
			return u->pairs[i].value;
		}
	return span_of(NULL, 0);
}

int
uri_need(struct uri *u, const char *key, struct span *ret_value)
{
	struct span value = uri_take(u, key);

	if (value.n == 0)
		return err_set(
		    ERR_USAGE, "%.*s://: the URI lacks %s=", (int)u->scheme.n, u->scheme.p, key);
	*ret_value = value;
	return 0;
}

int
uri_check(const struct uri *u)
{
	for (size_t i = 0; i < u->n_pairs; i++)
		if (!u->pairs[i].taken)
			return err_set(ERR_USAGE, "%.*s:// knows no key '%.*s'", (int)u->scheme.n,
			    u->scheme.p, (int)u->pairs[i].key.n, u->pairs[i].key.p);
	return 0;
}

void
uri_name(struct buf *out, const struct uri *u)
{
	buf_span(out, u->scheme);
	buf_span(out, mark);
	buf_span(out, u->authority);
	if (u->path.n > 0) {
		buf_byte(out, '/');
		buf_span(out, u->path);
	}
}
