/*
 * jail_rig - a jail whose child is this test program again; test_jail_child.c says what it does
 * with a request.
 */
#ifndef WINNOW_JAIL_RIG_H
#define WINNOW_JAIL_RIG_H

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/jail.h"

enum { RIG_AREA = 1 << 16, RIG_PATIENCE_MS = 30000, RIG_ITEMS = 8 };

static inline void
rig_open(struct jail *j, size_t area, uint64_t timeout_ms)
{
	static char *args[] = {"child", "serve", NULL};

	cr_assert_eq(jail_open(j, area, timeout_ms, args), 0, "%s", err_text());
}

/* Wait for the answer to what was asked, as a worker does. */
static inline struct jail_answer
rig_wait(struct jail *j, struct buf *out)
{
	struct pollfd p = {.fd = jail_fd(j), .events = POLLIN};
	struct jail_answer a;
	int waited = 0, patience = jail_patience_ms(j);

	while (poll(&p, 1, patience < 0 ? RIG_PATIENCE_MS : patience) == 0) {
		waited += patience;
		cr_assert(patience > 0 && waited < RIG_PATIENCE_MS, "no answer");
		jail_look(j);
	}
	jail_take(j, &a, out);
	return a;
}

static inline struct jail_answer
rig_ask(struct jail *j, const char *request, struct buf *out)
{
	out->n = 0;
	cr_assert_eq(jail_ask(j, span_str(request), RIG_ITEMS), 0, "%s", err_text());
	return rig_wait(j, out);
}

/* It still serves. */
static inline void
rig_echo(struct jail *j)
{
	struct buf out = {0};
	struct jail_answer a = rig_ask(j, "echo: are you there?", &out);

	cr_assert_eq(a.end, JAIL_DONE, "%s", a.detail);
	cr_assert(span_equal(buf_view(&out), SPAN("echo: are you there?")));
	buf_done(&out);
}

#endif
