/*
 * watch - what becomes of the connections of a socket: those that break, and those that come to
 * nothing for want of keys, or because who connects speaks something else.
 */
#ifndef WINNOW_WATCH_H
#define WINNOW_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

/* Starts as {0} with endpoint, who and binds, whose owner is the caller. */
struct watch {
	const char *endpoint; /* as zmq_bind and zmq_connect take it */
	const char *who;      /* for people: who is at the other end */
	bool binds;
	void *socket, *monitor; /* the one that is watched, and its events; NULL: it is not */
	uint64_t losses;        /* connections that broke */
	uint64_t refusals;      /* connections that were refused, by us or by the peer */
	bool refused;           /* the newest connection was, and none has been made since */
	bool refused_just;      /* and what comes next is its end */
};

/*
 * Watch a socket of this context, before it binds or connects. Connections that break are counted
 * only `with_losses`; without, a socket that is not of tcp has nothing to be watched for. Returns
 * 0, ERR_SYS; watch_close is right after a failure.
 */
int watch_open(struct watch *w, void *context, void *socket, bool with_losses) WARN_UNUSED;

/* Before the socket is closed; the counts stay. */
void watch_close(struct watch *w);

/* Take the events that have come: into losses, refusals and refused. */
void watch_take(struct watch *w);

#endif
