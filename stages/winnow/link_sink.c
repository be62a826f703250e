#include "stages/winnow/link_sink.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/options.h"
#include "common/uri.h"

static char *
endpoint(const char *before, struct span s)
{
	char *text = mem_alloc(strlen(before) + s.n + 1);

	memcpy(stpcpy(text, before), s.p, s.n);
	text[strlen(before) + s.n] = '\0';
	return text;
}

static int
over_tcp(struct link_sink *l, const struct uri *u, struct span control)
{
	uint64_t port = u->port + 1;
	char *text;
	int r;

	if (control.p != NULL) {
		text = mem_string(control.p, control.n);
		r = option_count(text, &port);
		free(text);
		TRY(r);
	}
	if (port == 0 || port > 65535)
		return err_set(ERR_USAGE, "%.*s: control is the port of the sink's reports",
		    (int)u->text.n, u->text.p);
	l->batches = endpoint("tcp://", u->authority);
	if (asprintf(&l->control, "tcp://%.*s:%u",
		(int)(u->authority.n - strlen(strrchr(l->batches + 6, ':'))), u->authority.p,
		(unsigned)port) < 0) {
		l->control = NULL;
		return err_set(ERR_SYS, "out of memory");
	}
	return 0;
}

static int
parse(struct link_sink *l, struct uri *u)
{
	struct span control = uri_take(u, "control");

	TRY(uri_check(u));
	if (u->port != 0 && u->path.n == 0)
		return over_tcp(l, u, control);
	if (u->authority.n > 0 || u->path.n == 0 || control.n == 0 || control.p[0] != '/')
		return err_set(ERR_USAGE,
		    "%.*s: a sink is named as link://host:5560, which takes batches there and "
		    "reports at the next port, or at ?control=PORT; or by two paths, as "
		    "link:///run/in?control=/run/control",
		    (int)u->text.n, u->text.p);
	l->batches = endpoint("ipc:///", u->path);
	l->control = endpoint("ipc://", control);
	return 0;
}

int
link_sink_parse(struct link_sink *ret_sink, const char *output)
{
	struct uri u;
	int r = 0;

	*ret_sink = (struct link_sink){0};
	if (output == NULL || !uri_is(output))
		return 0;
	TRY(uri_parse(&u, output));
	if (span_equal(u.scheme, SPAN("link")))
		r = parse(ret_sink, &u);
	uri_done(&u);
	if (r < 0)
		link_sink_done(ret_sink);
	return r;
}

void
link_sink_done(struct link_sink *l)
{
	free(l->batches);
	free(l->control);
	*l = (struct link_sink){0};
}
