#include "stages/hold.h"

#include <stdio.h>

#include "common/log.h"
#include "stages/loop.h"
#include "stages/meter.h"

enum { SAY_AGAIN_MS = 300000 };

int
hold_look(struct hold *h, uint64_t limit_ms)
{
	uint64_t now = loop_now();

	if (h->said_at == 0 || now - h->said_at >= SAY_AGAIN_MS) {
		log_line(LOG_WARNING, "waiting: %s", h->why);
		h->said_at = now;
	}
	if (limit_ms != UINT64_MAX && now - h->since > limit_ms)
		return err_set(ERR_GAVE_UP, "gave up after %llu s: %s",
		    (unsigned long long)(now - h->since) / 1000, h->why);
	return 0;
}

int
hold_on(struct hold *h, uint64_t limit_ms)
{
	uint64_t now = loop_now();

	if (!hold_is_on(h))
		*h = (struct hold){.since = now};
	snprintf(h->why, sizeof(h->why), "%s", err_text());
	meter_hold(h, err_reason(), h->why);
	h->retry_at = now + HOLD_RETRY_MS;
	return hold_look(h, limit_ms);
}

void
hold_end(struct hold *h)
{
	if (!hold_is_on(h))
		return;
	log_line(
	    LOG_INFO, "going on after %llu s", (unsigned long long)(loop_now() - h->since) / 1000);
	h->why[0] = '\0';
	meter_hold_end(h);
}

bool
hold_is_on(const struct hold *h)
{
	return h->why[0] != '\0';
}

bool
hold_rests(const struct hold *h)
{
	return hold_is_on(h) && loop_now() < h->retry_at;
}
