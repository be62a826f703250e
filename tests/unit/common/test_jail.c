#ifndef WINNOW_SANITIZED

#	include "common/jail.h"

#	include "jail_rig.h"

Test(jail, what_is_asked_is_answered)
{
	struct buf out = {0};
	struct jail j;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	for (int i = 0; i < 1000; i++) {
		char request[32];

		snprintf(request, sizeof(request), "echo %d", i);
		cr_assert_eq(rig_ask(&j, request, &out).end, JAIL_DONE);
		cr_assert(span_equal(buf_view(&out), span_str(request)));
	}
	jail_close(&j);
	buf_done(&out);
}

Test(jail, an_empty_request_has_an_answer_too)
{
	struct buf out = {0};
	struct jail j;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	cr_assert_eq(rig_ask(&j, "", &out).end, JAIL_DONE);
	cr_assert_eq(out.n, 0);
	jail_close(&j);
}

Test(jail, large_messages_go_through_and_their_memory_is_given_back)
{
	enum { LARGE = 20 << 20 };
	struct buf request = {0}, out = {0};
	struct stat st;
	struct jail j;

	rig_open(&j, 64 << 20, UINT64_MAX);
	buf_str(&request, "echo");
	memset(buf_room(&request, LARGE), 'x', LARGE);
	request.n += LARGE;
	for (int i = 0; i < 2; i++) {
		out.n = 0;
		cr_assert_eq(jail_ask(&j, buf_view(&request), 1), 0);
		cr_assert_eq(rig_wait(&j, &out).end, JAIL_DONE);
		cr_assert(span_equal(buf_view(&out), buf_view(&request)));
		cr_assert_eq(fstat(j.memory, &st), 0);
		cr_assert_lt(
		    st.st_blocks * 512, 4 << 20, "%ld blocks are held", (long)st.st_blocks);
	}
	rig_echo(&j);
	jail_close(&j);
	buf_done(&request);
	buf_done(&out);
}

Test(jail, a_request_that_does_not_fit_is_refused)
{
	static char large[RIG_AREA + 1];
	struct jail j;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	cr_assert_eq(jail_ask(&j, span_of(large, sizeof(large)), 1), ERR_RECORD);
	rig_echo(&j);
	jail_close(&j);
}

Test(jail, a_child_that_died_idle_is_seen_and_replaced)
{
	struct jail j;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	for (int i = 0; i < 3; i++) {
		struct pollfd p = {.fd = jail_fd(&j), .events = POLLIN};

		cr_assert_eq(poll(&p, 1, 0), 0);
		kill(j.pid, SIGKILL);
		cr_assert_eq(poll(&p, 1, RIG_PATIENCE_MS), 1);
		rig_echo(&j);
	}
	jail_close(&j);
}

Test(jail, a_fresh_child_is_the_next_of_its_kind)
{
	struct buf out = {0};
	struct jail j;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	for (char n = '1'; n <= '3'; n++) {
		cr_assert_eq(rig_ask(&j, "generation", &out).end, JAIL_DONE);
		cr_assert(span_equal(buf_view(&out), span_of(&n, 1)));
		cr_assert_eq(jail_renew(&j), 0);
	}
	jail_close(&j);
	buf_done(&out);
}

Test(jail, nobody_is_left_behind)
{
	struct jail j;
	pid_t pid;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	pid = j.pid;
	cr_assert_eq(kill(pid, 0), 0);
	jail_close(&j);
	cr_assert_neq(kill(pid, 0), 0);
	jail_close(&j); /* twice is once */
}

Test(jail, a_child_that_refuses_is_a_fault_of_configuration)
{
	struct jail j;

	cr_assert_eq(
	    jail_open(&j, RIG_AREA, UINT64_MAX, (char *[]){"child", "refuse", NULL}), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "the test wants no child"));
	jail_close(&j);
}

Test(jail, children_that_only_die_are_a_fault_of_the_moment)
{
	struct jail j;

	cr_assert_eq(
	    jail_open(&j, RIG_AREA, UINT64_MAX, (char *[]){"child", "silent", NULL}), ERR_SYS);
	cr_assert_not_null(strstr(err_text(), "does not start"));
	jail_close(&j);
}

Test(jail, a_child_that_is_stopped_does_not_hang)
{
	enum { LOOKS = 40 }; /* each an eighth of the limit */
	struct buf out = {0};
	struct pollfd p = {.events = POLLIN};
	struct jail j;

	rig_open(&j, RIG_AREA, 80);
	kill(j.pid, SIGSTOP);
	cr_assert_eq(jail_ask(&j, SPAN("echo"), RIG_ITEMS), 0);
	p.fd = jail_fd(&j);
	for (int i = 0; i < LOOKS; i++) {
		cr_assert_eq(poll(&p, 1, jail_patience_ms(&j)), 0);
		jail_look(&j);
	}
	kill(j.pid, SIGCONT);
	cr_assert_eq(rig_wait(&j, &out).end, JAIL_DONE);
	jail_close(&j);
	buf_done(&out);
}

Test(jail, sleeping_with_work_in_hand_and_counting_for_ever_are_hangs)
{
	struct buf out = {0};
	struct jail j;

	rig_open(&j, RIG_AREA, 80);
	cr_assert_eq(rig_ask(&j, "read for ever", &out).end, JAIL_HUNG);
	cr_assert_eq(rig_ask(&j, "count for ever", &out).end, JAIL_HUNG);
	rig_echo(&j);
	jail_close(&j);
}

Test(jail, without_a_limit_nobody_looks)
{
	struct jail j;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	cr_assert_eq(jail_patience_ms(&j), -1);
	jail_close(&j);
	rig_open(&j, RIG_AREA, 30000);
	cr_assert_eq(jail_patience_ms(&j), 1000);
	jail_close(&j);
}

#endif
