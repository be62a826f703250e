#include "proto/filter.h"

#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/mem.h"
#include "proto/http_head.h"

enum { URL_BYTES = 8 << 10 }; /* more of a URL is not looked at */

enum name { NAME_STATUS, NAME_MIME, NAME_URL, NAME_LANG, NAME_LENGTH, NAMES };

struct term {
	enum name name;
	bool not ;
	struct span values;
	regex_t pattern; /* of NAME_URL */
};

struct filter {
	char *text;
	struct term *terms;
	size_t n;
	bool has[NAMES];
};

static const struct span names[NAMES] = {
    SPAN("status"), SPAN("mime"), SPAN("url"), SPAN("lang"), SPAN("length")};

/* Cut the first value off a list with this mark between; false at its end. */
static bool
next_value(struct span *list, char mark, struct span *ret)
{
	const char *end = list->n == 0 ? NULL : memchr(list->p, mark, list->n);
	size_t n = end == NULL ? list->n : (size_t)(end - list->p);

	if (list->n == 0)
		return false;
	*ret = span_cut(*list, 0, n);
	*list = span_cut(*list, end == NULL ? n : n + 1, list->n);
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "200", "2xx" */
static bool
is_status(struct span v)
{
	return v.n == 3 && is_digit(v.p[0]) &&
	       ((is_digit(v.p[1]) && is_digit(v.p[2])) ||
		   span_equal(span_cut(v, 1, 3), SPAN("xx")));
}

static bool
is_number(struct span v)
{
	for (size_t i = 0; i < v.n; i++)
		if (!is_digit(v.p[i]))
			return false;
	return v.n > 0 && v.n < 16;
}

static int
check_values(const struct term *t)
{
	struct span list = t->values, v;

	while (next_value(&list, ',', &v))
		if ((t->name == NAME_STATUS && !is_status(v)) ||
		    (t->name == NAME_LENGTH && !is_number(v)))
			return err_set(ERR_USAGE, "--filter: %.*s=%.*s: %s", (int)names[t->name].n,
			    names[t->name].p, (int)v.n, v.p,
			    t->name == NAME_STATUS ? "a status is 200 or 2xx" : "no number");
	return 0;
}

static int
compile(struct term *t)
{
	char *text = mem_string(t->values.p, t->values.n), words[128];
	int r = regcomp(&t->pattern, text, REG_EXTENDED | REG_NOSUB);

	if (r != 0) {
		regerror(r, &t->pattern, words, sizeof(words));
		err_set(ERR_USAGE, "--filter: url=%s: %s", text, words);
	}
	free(text);
	return r == 0 ? 0 : ERR_USAGE;
}

static int
read_term(struct filter *f, struct span text)
{
	struct term t = {.name = NAMES};
	const char *equals;

	while (text.n > 0 && text.p[0] == ' ')
		text = span_cut(text, 1, text.n);
	if (text.n == 0)
		return 0;
	equals = memchr(text.p, '=', text.n);
	if (equals != NULL) {
		struct span name = span_of(text.p, (size_t)(equals - text.p));

		t.values = span_cut(text, name.n + 1, text.n);
		t.not = span_ends(name, SPAN("!"));
		name.n -= t.not ;
		for (int i = 0; i < NAMES; i++)
			if (span_equal(name, names[i]))
				t.name = (enum name)i;
	}
	if (t.name == NAMES || t.values.n == 0)
		return err_set(ERR_USAGE,
		    "--filter: '%.*s': a term is status=, mime=, url=, lang= or length= and its "
		    "values",
		    (int)text.n, text.p);
	TRY(t.name == NAME_URL ? compile(&t) : check_values(&t));
	f->terms = mem_grow(f->terms, (f->n + 1) * sizeof(*f->terms));
	f->terms[f->n++] = t;
	f->has[t.name] = true;
	return 0;
}

int
filter_open(struct filter **ret, const char *text)
{
	struct filter *f = mem_zero(1, sizeof(*f));
	struct span rest, term;

	f->text = mem_string(text != NULL ? text : "", text != NULL ? strlen(text) : 0);
	rest = span_str(f->text);
	while (next_value(&rest, ';', &term))
		if (read_term(f, term) < 0) {
			filter_close(f);
			return ERR_USAGE;
		}
	*ret = f;
	return 0;
}

static bool
status_meets(struct span v, uint32_t status)
{
	return v.p[1] == 'x'
		   ? status / 100 == (uint32_t)(v.p[0] - '0')
		   : status ==
			 (uint32_t)((v.p[0] - '0') * 100 + (v.p[1] - '0') * 10 + v.p[2] - '0');
}

/* "text/html" is met by itself, "text/" and a star by all of them; languages by their first part.
 */
static bool
name_meets(struct span v, struct span name, char part)
{
	if (v.n > 0 && v.p[v.n - 1] == '*')
		return name.n >= v.n - 1 &&
		       span_like(span_cut(v, 0, v.n - 1), span_cut(name, 0, v.n - 1));
	return span_like(v, name) || (part != '\0' && name.n > v.n && name.p[v.n] == part &&
					 span_like(v, span_cut(name, 0, v.n)));
}

static bool
meets(const struct term *t, uint32_t status, struct span name, uint64_t chars)
{
	struct span list = t->values, v;
	bool met = false;

	while (!met && next_value(&list, ',', &v))
		switch (t->name) {
		case NAME_STATUS: met = status_meets(v, status); break;
		case NAME_LENGTH: met = chars >= strtoull(v.p, NULL, 10); break;
		default: met = name_meets(v, name, t->name == NAME_LANG ? '-' : '\0');
		}
	return met != t->not ;
}

static bool
url_meets(const struct term *t, struct span url)
{
	char text[URL_BYTES + 1];
	size_t n = url.n < URL_BYTES ? url.n : URL_BYTES;

	if (n > 0)
		memcpy(text, url.p, n);
	text[n] = '\0';
	return (regexec(&t->pattern, text, 0, NULL, 0) == 0) != t->not ;
}

/* What extract can make a text of. */
static bool
is_readable(struct span mime)
{
	return span_like(mime, SPAN("application/xhtml+xml")) ||
	       (mime.n > 5 && span_like(span_cut(mime, 0, 5), SPAN("text/")));
}

static bool
is_default(struct span mime)
{
	return span_like(mime, SPAN("text/html")) ||
	       span_like(mime, SPAN("application/xhtml+xml")) ||
	       span_like(mime, SPAN("text/plain"));
}

static bool
is_wanted(
    const struct filter *f, enum name name, uint32_t status, struct span value, uint64_t chars)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->terms[i].name == name &&
		    !(name == NAME_URL ? url_meets(&f->terms[i], value)
				       : meets(&f->terms[i], status, value, chars)))
			return false;
	return true;
}

struct span
filter_record(const struct filter *f, uint32_t status, struct span mime, struct span url)
{
	if (status != 0 &&
	    (f->has[NAME_STATUS] ? !is_wanted(f, NAME_STATUS, status, mime, 0) : status / 100 != 2))
		return SPAN("status");
	if (mime.n > 0 &&
	    (!is_readable(mime) || (f->has[NAME_MIME] ? !is_wanted(f, NAME_MIME, status, mime, 0)
						      : !is_default(mime))))
		return SPAN("mime");
	return is_wanted(f, NAME_URL, 0, url, 0) ? span_of(NULL, 0) : SPAN("url");
}

struct span
filter_text(const struct filter *f, struct span url, struct span lang, uint64_t chars)
{
	if (!is_wanted(f, NAME_URL, 0, url, 0))
		return SPAN("url");
	if (!is_wanted(f, NAME_LANG, 0, lang, 0))
		return SPAN("lang");
	return is_wanted(f, NAME_LENGTH, 0, lang, chars) ? span_of(NULL, 0) : SPAN("length");
}

void
filter_close(struct filter *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++)
		if (f->terms[i].name == NAME_URL)
			regfree(&f->terms[i].pattern);
	free(f->terms);
	free(f->text);
	free(f);
}
