#include "stages/loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"
#include "stages/meter.h"

enum { ATTENDED = 2 };

/* Sockets of a queue or a sink of this process; NULL: free. */
static struct watch *attended[ATTENDED];

static void
take_signals(struct loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signals, &info, sizeof(info)) == sizeof(info)) {
		if (loop->stopping && loop_now() - loop->stopped_at > SAME_SIGNAL_MS)
			_exit(EXIT_TEMPORARY);
		if (!loop->stopping)
			loop->stopped_at = loop_now();
		loop->stopping = true;
		meter_set(METER_STOPPING, 1);
	}
}

/* The items of what is attended. */
static void
add_attended(zmq_pollitem_t ret[ATTENDED])
{
	static const struct watch none;

	for (int i = 0; i < ATTENDED; i++)
		ret[i] = loop_monitor(attended[i] != NULL ? attended[i] : &none);
}

static void
take_attended(const zmq_pollitem_t items[ATTENDED])
{
	for (int i = 0; i < ATTENDED; i++)
		if (items[i].revents != 0)
			loop_watch(attended[i]);
}

int
loop_wait(struct loop *loop, zmq_pollitem_t *items, int n, long timeout_ms)
{
	zmq_pollitem_t all[LOOP_ITEMS + 1 + ATTENDED];
	int r, error;

	memcpy(all, items, (size_t)n * sizeof(*items));
	all[n] = (zmq_pollitem_t){.fd = loop->signals, .events = ZMQ_POLLIN};
	add_attended(all + n + 1);
	meter_wait(true);
	r = zmq_poll(all, n + 1 + ATTENDED, timeout_ms);
	error = errno;
	meter_wait(false);
	if (r < 0 && error != EINTR)
		return err_set(ERR_SYS, "cannot wait: %s", zmq_strerror(error));
	memcpy(items, all, (size_t)n * sizeof(*items));
	if (all[n].revents != 0)
		take_signals(loop);
	take_attended(all + n + 1);
	return 0;
}

zmq_pollitem_t
loop_item(const struct port *port, short events)
{
	return (zmq_pollitem_t){.socket = port->socket, .events = events};
}

zmq_pollitem_t
loop_monitor(const struct watch *w)
{
	if (w->monitor == NULL)
		return (zmq_pollitem_t){.fd = -1};
	return (zmq_pollitem_t){.socket = w->monitor, .events = ZMQ_POLLIN};
}

static bool
is_power_of_two(uint64_t n)
{
	return (n & (n - 1)) == 0;
}

/* A peer that is ours, but of another time. */
static void
tell_version(const struct port *port)
{
	char words[512];

	snprintf(words, sizeof(words),
	    "%s, at %s, speaks version %u of the protocol, this is version %u (winnow %s); to do: "
	    "bring all programs of the chain to one version",
	    port->watch.who, port->endpoint, port->other, header_own_version(), WINNOW_VERSION);
	meter_mismatch(words);
}

void
loop_stranger(const struct port *port)
{
	meter_add(METER_STRANGERS, 1);
	if (port->other != 0)
		tell_version(port);
	if (is_power_of_two(port->strangers))
		log_line(LOG_WARNING, "%s: ignored %s (%llu such messages)", port->endpoint,
		    err_text(), (unsigned long long)port->strangers);
}

/* What refuses us is waited for; it may learn our key at any time. */
static void
tell_refused(const struct watch *w)
{
	char why[512];

	if (!w->refused) {
		meter_hold_end(w);
		return;
	}
	snprintf(why, sizeof(why),
	    "%s, at %s, refuses us: it does not list our key, its own is not the one we expect, or "
	    "one of us has none",
	    w->who, w->endpoint);
	meter_hold(w, "refused", why);
	if (is_power_of_two(w->refusals))
		log_line(LOG_WARNING, "%s (%llu times)", why, (unsigned long long)w->refusals);
}

void
loop_watch(struct watch *w)
{
	uint64_t refusals = w->refusals;
	bool refused = w->refused;

	watch_take(w);
	if (w->refusals == refusals && w->refused == refused)
		return;
	if (!w->binds) {
		tell_refused(w);
		return;
	}
	meter_add(METER_PEERS_REFUSED, w->refusals - refusals);
	if (w->refusals != refusals && is_power_of_two(w->refusals))
		log_line(LOG_WARNING,
		    "%s: refused who has no key, none that is listed, or does not speak to us "
		    "(%llu connections)",
		    w->endpoint, (unsigned long long)w->refusals);
}

int
loop_attend(struct watch *w, void *context, void *socket)
{
	size_t i = 0;

	TRY(watch_open(w, context, socket, false));
	while (i < ATTENDED && attended[i] != NULL)
		i++;
	if (i == ATTENDED)
		return err_set(ERR_SYS, "more than %d sockets to attend to", ATTENDED);
	attended[i] = w;
	return 0;
}

void
loop_leave(struct watch *w)
{
	for (size_t i = 0; i < ATTENDED; i++)
		if (attended[i] == w)
			attended[i] = NULL;
	meter_hold_end(w);
	watch_close(w);
}

static double
seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

uint64_t
loop_now(void)
{
	return (uint64_t)(seconds(CLOCK_MONOTONIC) * 1e3);
}

uint64_t
loop_now_us(void)
{
	return (uint64_t)(seconds(CLOCK_MONOTONIC) * 1e6);
}

double
loop_processor(void)
{
	return seconds(CLOCK_THREAD_CPUTIME_ID);
}

uint64_t
loop_random(void)
{
	uint64_t v = 0;

	while (v == 0)
		if (getrandom(&v, sizeof(v), 0) != sizeof(v))
			abort();
	return v;
}
