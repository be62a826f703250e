#include "common/background.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

enum { DEADLINE_MS = 20000 };

static struct background *b;
static int gate[2];

static void
open_test(void)
{
	cr_assert_eq(pipe(gate), 0);
	cr_assert_eq(background_open(&b), 0);
}

static void
close_test(void)
{
	background_close(b);
}

TestSuite(background, .init = open_test, .fini = close_test);

static int
count_up(void *argument)
{
	++*(int *)argument;
	return 0;
}

static int
fail(void *argument)
{
	return err_set(ERR_HOLD, "no room for %s", (const char *)argument);
}

/* Goes on when a byte comes through the gate. */
static int
wait_at_gate(void *argument)
{
	char c;

	return read(gate[0], &c, 1) == 1 ? count_up(argument) : ERR_SYS;
}

static bool
is_awake(int timeout_ms)
{
	struct pollfd p = {.fd = background_wake(b), .events = POLLIN};

	return poll(&p, 1, timeout_ms) == 1;
}

static void
open_gate(void)
{
	cr_assert_eq(write(gate[1], "x", 1), 1);
}

Test(background, does_a_job_and_says_so)
{
	int n = 0, result = 7;

	cr_assert(!background_busy(b));
	cr_assert(!is_awake(0));
	cr_assert_eq(background_start(b, count_up, &n), 0);
	cr_assert(background_busy(b), "until its result is taken");
	cr_assert(is_awake(DEADLINE_MS));
	cr_assert(background_result(b, &result));
	cr_assert_eq(result, 0);
	cr_assert_eq(n, 1);
	cr_assert(!is_awake(0), "the result is taken");
	cr_assert(!background_busy(b));
	cr_assert(!background_result(b, &result), "once");
}

Test(background, the_starter_goes_on_meanwhile)
{
	int n = 0, result = 7;

	cr_assert_eq(background_start(b, wait_at_gate, &n), 0);
	cr_assert(!background_result(b, &result), "it is under way");
	cr_assert(!is_awake(0));
	cr_assert_eq(result, 7, "untouched");
	open_gate();
	background_wait(b, &result);
	cr_assert_eq(result, 0);
	cr_assert_eq(n, 1);
}

Test(background, does_one_job_after_another)
{
	int n = 0, result;

	for (int i = 0; i < 1000; i++) {
		cr_assert_eq(background_start(b, count_up, &n), 0);
		background_wait(b, &result);
	}
	cr_assert_eq(n, 1000);
}

Test(background, the_words_of_a_failure_come_over)
{
	int result = 0;

	err_set(ERR_SYS, "something older");
	cr_assert_eq(background_start(b, fail, (void *)"gulls"), 0);
	cr_assert(is_awake(DEADLINE_MS));
	cr_assert_str_eq(err_text(), "something older", "not before they are asked for");
	cr_assert(background_result(b, &result));
	cr_assert_eq(result, ERR_HOLD);
	cr_assert_str_eq(err_text(), "no room for gulls");
}

Test(background, closing_waits_for_the_job)
{
	int n = 0;

	cr_assert_eq(background_start(b, wait_at_gate, &n), 0);
	open_gate();
	background_close(b);
	b = NULL;
	cr_assert_eq(n, 1);
}

Test(background, closing_nothing_is_nothing)
{
	background_close(NULL);
}

static int
signals_are_blocked(void *argument)
{
	sigset_t set;

	(void)argument;
	pthread_sigmask(SIG_SETMASK, NULL, &set);
	return sigismember(&set, SIGTERM) == 1 && sigismember(&set, SIGCHLD) == 1 ? 0 : ERR_SYS;
}

Test(background, signals_are_not_for_the_thread)
{
	int result = 1;

	cr_assert_eq(background_start(b, signals_are_blocked, NULL), 0);
	background_wait(b, &result);
	cr_assert_eq(result, 0);
	cr_assert_neq(signals_are_blocked(NULL), 0, "and for its starter as before");
}
