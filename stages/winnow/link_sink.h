/*
 * link_sink - the protocol of the chain itself as its sink: another program stands in place of
 * write, takes batches and reports them durable, as proto/README.md says.
 */
#ifndef WINNOW_LINK_SINK_H
#define WINNOW_LINK_SINK_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

/* Its two sockets, as endpoints that summarize and read connect to. Starts as {0}: there is none.
 */
struct link_sink {
	char *batches, *control;
};

/*
 * Read link://host:port?control=PORT (the next port by default), or
 * link:///path?control=/path for Unix sockets. Any other output leaves {0}. Returns 0 or ERR_USAGE.
 */
int link_sink_parse(struct link_sink *ret_sink, const char *output) WARN_UNUSED;

static inline bool
link_sink_is(const struct link_sink *l)
{
	return l->batches != NULL;
}

void link_sink_done(struct link_sink *l);

#endif
