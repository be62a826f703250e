#include "stages/write/carrier.h"

#include <stdlib.h>

#include "common/mem.h"

static const struct carrier_kind *const kinds[] = {
    &redis_carrier, &redis_unix_carrier, &kafka_carrier, &zmq_push_carrier, &zmq_pub_carrier};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static int
find_kind(const struct carrier_kind **ret_kind, struct span scheme)
{
	for (size_t i = 0; i < KINDS; i++)
		if (span_equal(scheme, span_str(kinds[i]->scheme))) {
			*ret_kind = kinds[i];
			return 0;
		}
	if (span_equal(scheme, SPAN("link")))
		return err_set(ERR_USAGE,
		    "link:// is a sink of its own, in place of write: winnow run knows it; else "
		    "give "
		    "its endpoints to summarize as --out and to read as --ask-write");
	return err_set(ERR_USAGE,
	    "'%.*s' is no sink; there are redis, redis+unix, kafka, zmq+push, zmq+pub, link, and "
	    "files",
	    (int)scheme.n, scheme.p);
}

static int
check_options(const struct carrier_kind *kind, const struct settings *s)
{
	if (s->format == FORMAT_PRETTY)
		return err_set(ERR_USAGE,
		    "--format pretty is for people, not for %s://; jsonl and "
		    "msgpack can be read back",
		    kind->scheme);
	if (kind->at_most_once && !s->allow_loss)
		return err_set(ERR_USAGE,
		    "%s:// brings a record at most once: what is on its way when somebody dies is "
		    "lost, also for the queue that it came from; --allow-loss says that this is "
		    "right",
		    kind->scheme);
	return 0;
}

static int
open_kind(struct carrier *c, struct uri *uri, const struct settings *s)
{
	struct buf name = {0};
	int r;

	TRY(find_kind(&c->kind, uri->scheme));
	TRY(check_options(c->kind, s));
	buf_print(&name, "%s ", c->kind->scheme);
	r = c->kind->open(&c->state, &name, uri, s);
	if (r == 0)
		r = uri_check(uri);
	c->name = mem_string(name.p, name.n);
	buf_done(&name);
	return r;
}

int
carrier_open(struct carrier **ret_carrier, const struct settings *s)
{
	struct carrier *c;
	struct uri uri;
	int r;

	*ret_carrier = NULL;
	if (s->output == NULL || !uri_is(s->output))
		return 0;
	TRY(uri_parse(&uri, s->output));
	c = mem_zero(1, sizeof(*c));
	c->max_record = UINT64_MAX;
	r = open_kind(c, &uri, s);
	uri_done(&uri);
	if (r < 0)
		carrier_close(c);
	else
		*ret_carrier = c;
	return r;
}

int
carrier_ready(struct carrier *c)
{
	return c->kind->ready == NULL ? 0 : c->kind->ready(c->state, &c->max_record);
}

void
carrier_close(struct carrier *c)
{
	if (c == NULL)
		return;
	if (c->kind != NULL)
		c->kind->close(c->state);
	free(c->name);
	free(c);
}
