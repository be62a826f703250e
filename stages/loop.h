/*
 * loop - what the loops of all roles share: sockets' context, signals, waiting, telling.
 */
#ifndef WINNOW_LOOP_H
#define WINNOW_LOOP_H

#include <zmq.h>

#include "proto/link.h"
#include "stages/stage.h"

enum {
	LOOP_ITEMS = 8,
	SAME_SIGNAL_MS =
	    200, /* one signal may come by two ways: from the parent and to the group */
};

struct loop {
	const struct stage *stage;
	const struct settings *settings;
	const struct options *options; /* as parsed */
	char **argv;                   /* NULL-terminated, for a child of the same program */
	void *state;
	void *context;        /* of ZeroMQ */
	int signals;          /* a signalfd of SIGTERM and SIGINT */
	bool stopping;        /* one of them came */
	uint64_t stopped_at;  /* ms: when it came */
	uint64_t max_message; /* bytes */
	double work_s;        /* processor time in the stage's own functions */
};

/* Run until ERR_STOP or a fault. The ports are opened and closed inside. */
int loop_source(struct loop *loop);
int loop_worker(struct loop *loop);
int loop_ordered(struct loop *loop); /* ROLE_ORDERED and ROLE_SINK */

/*
 * Wait until a socket is ready, a signal comes or timeout_ms have passed (-1: no limit). The first
 * signal sets loop->stopping, a second one ends the process at once.
 */
int loop_wait(struct loop *loop, zmq_pollitem_t *items, int n, long timeout_ms) WARN_UNUSED;

/* An item for loop_wait. */
zmq_pollitem_t loop_item(const struct port *port, short events);

/* An item for loop_wait that wakes when something becomes of a connection: loop_watch takes it. */
zmq_pollitem_t loop_monitor(const struct watch *w);

/*
 * watch_take, and say what it saw: connections that were refused, the first one and each time their
 * number doubles. While a peer refuses us, that is a hold.
 */
void loop_watch(struct watch *w);

/*
 * Watch a socket of the stage's own, of a queue or a sink, before it binds or connects: loop_wait
 * does what the loops do for their ports. Returns 0, ERR_SYS; loop_leave is right after a failure.
 */
int loop_attend(struct watch *w, void *context, void *socket) WARN_UNUSED;

/* Before the socket is closed. Of one that is not attended: nothing. */
void loop_leave(struct watch *w);

/* Say that a message was not ours: the first one, then each time their number doubles. */
void loop_stranger(const struct port *port);

/* Milliseconds of a clock that nobody sets. */
uint64_t loop_now(void);
uint64_t loop_now_us(void); /* the same clock */

/* Processor seconds of this thread; the difference of two calls is added to loop->work_s. */
double loop_processor(void);

/* Fill random 64 bits, never 0. */
uint64_t loop_random(void);

#endif
