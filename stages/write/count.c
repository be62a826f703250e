#include "stages/write/count.h"

/* s up to the first of these characters, or to a NUL. */
static struct span
up_to(struct span s, const char *ends)
{
	size_t n = 0;

	while (n < s.n && strchr(ends, s.p[n]) == NULL)
		n++;
	return span_cut(s, 0, n);
}

/* The host of a URL, or n == 0. */
static struct span
site_of(struct span url)
{
	const char *p = url.n == 0 ? NULL : memmem(url.p, url.n, "://", 3);
	struct span host;

	if (p == NULL)
		return span_of(NULL, 0);
	host = up_to(span_cut(url, (size_t)(p + 3 - url.p), url.n), "/?#");
	p = memrchr(host.p, '@', host.n); /* a user and a password stay out */
	if (p != NULL)
		host = span_cut(host, (size_t)(p + 1 - host.p), host.n);
	if (host.n > 0 && host.p[0] == '[') { /* an IPv6 address has colons of its own */
		struct span inside = up_to(host, "]");
		return inside.n < host.n ? span_cut(host, 0, inside.n + 1) : host;
	}
	return up_to(host, ":");
}

/* How many paragraphs are there and not marked as repeats. Both lists are in order of n. */
static uint64_t
count_kept(const struct document *d)
{
	uint64_t kept = 0;
	size_t k = 0;

	for (size_t i = 0; i < d->n_paragraphs; i++) {
		uint32_t n = d->paragraphs[i].n;

		while (k < d->n_dropped && d->dropped[k].n < n)
			k++;
		kept += k == d->n_dropped || d->dropped[k].n != n;
	}
	return kept;
}

static void
count_paragraphs(struct counts *c, const struct document *d)
{
	c->paragraphs += d->stats.paragraphs;
	c->kept += count_kept(d);
	for (size_t i = 0; i < d->n_dropped; i++)
		*(d->dropped[i].why == WHY_NEAR ? &c->near : &c->exact) += 1;
}

void
count_batch(struct counts *c, const struct batch *b)
{
	c->in += b->n_read;
	c->documents += b->n_documents;
	c->bytes_in += b->read_bytes;
	c->earlier += b->n_earlier;
}

void
count_record(struct counts *c, struct tallies *t, const struct document *d, bool skipped)
{
	struct span site = site_of(d->url);

	count_paragraphs(c, d);
	*(skipped ? &c->skipped : &c->records) += 1;
	tally_add(&t->by[BY_SOURCE], d->source.path, 1);
	if (d->error.stage.n > 0) {
		c->failed++;
		tally_add(&t->by[BY_REASON], d->error.reason, 1);
	}
	if (site.n > 0)
		tally_add(&t->by[BY_SITE], site, 1);
	if (d->lang.n > 0)
		tally_add(&t->by[BY_LANGUAGE], d->lang, 1);
}

void
count_filtered(struct counts *c, struct tallies *t, const struct document *d)
{
	struct span site = site_of(d->url);

	c->filtered++;
	tally_add(&t->by[BY_FILTER], d->filtered, 1);
	tally_add(&t->by[BY_FILTERED_TYPE], d->warc.mime.n > 0 ? d->warc.mime : SPAN("(none)"), 1);
	if (site.n > 0)
		tally_add(&t->by[BY_FILTERED_SITE], site, 1);
}

void
count_refused(struct counts *c, struct tallies *t, const struct document *d)
{
	c->refused++;
	tally_add(&t->by[BY_REASON], d->refused.reason, 1);
	tally_add(&t->dead, d->refused.reason, 1);
	tally_add(&t->by[BY_SOURCE], d->source.path, 1);
}

void
tallies_move(struct tallies *to, struct tallies *from)
{
	for (int i = 0; i < TALLIES; i++)
		tally_move(&to->by[i], &from->by[i]);
	tally_move(&to->dead, &from->dead);
}

void
tallies_done(struct tallies *t)
{
	for (int i = 0; i < TALLIES; i++)
		tally_done(&t->by[i]);
	tally_done(&t->dead);
}
