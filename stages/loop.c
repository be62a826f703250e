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

int
loop_wait(struct loop *loop, zmq_pollitem_t *items, int n, long timeout_ms)
{
	zmq_pollitem_t all[LOOP_ITEMS + 1];
	int r, error;

	memcpy(all, items, (size_t)n * sizeof(*items));
	all[n] = (zmq_pollitem_t){.fd = loop->signals, .events = ZMQ_POLLIN};
	meter_wait(true);
	r = zmq_poll(all, n + 1, timeout_ms);
	error = errno;
	meter_wait(false);
	if (r < 0 && error != EINTR)
		return err_set(ERR_SYS, "cannot wait: %s", zmq_strerror(error));
	memcpy(items, all, (size_t)n * sizeof(*items));
	if (all[n].revents != 0)
		take_signals(loop);
	return 0;
}

zmq_pollitem_t
loop_item(const struct port *port, short events)
{
	return (zmq_pollitem_t){.socket = port->socket, .events = events};
}

zmq_pollitem_t
loop_monitor(const struct port *port)
{
	if (port->monitor == NULL)
		return (zmq_pollitem_t){.fd = -1};
	return (zmq_pollitem_t){.socket = port->monitor, .events = ZMQ_POLLIN};
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
	    port->who, port->endpoint, port->other, header_own_version(), WINNOW_VERSION);
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
tell_refused(const struct port *port)
{
	char why[512];

	if (!port->refused) {
		meter_hold_end(port);
		return;
	}
	snprintf(why, sizeof(why),
	    "%s, at %s, refuses us: it does not list our key, its own is not the one we expect, or "
	    "one of us has none",
	    port->who, port->endpoint);
	meter_hold(port, "refused", why);
	if (is_power_of_two(port->refusals))
		log_line(LOG_WARNING, "%s (%llu times)", why, (unsigned long long)port->refusals);
}

void
loop_watch(struct port *port)
{
	uint64_t refusals = port->refusals;
	bool refused = port->refused;

	port_watch(port);
	if (port->refusals == refusals && port->refused == refused)
		return;
	if (!port->binds) {
		tell_refused(port);
		return;
	}
	meter_add(METER_PEERS_REFUSED, port->refusals - refusals);
	if (port->refusals != refusals && is_power_of_two(port->refusals))
		log_line(LOG_WARNING,
		    "%s: refused who has no key, none that is listed, or does not speak to us "
		    "(%llu connections)",
		    port->endpoint, (unsigned long long)port->refusals);
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
