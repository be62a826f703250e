#ifndef WINNOW_SANITIZED

#	include "common/jail_verdict.h"

#	include "jail_rig.h"

Test(jail_verdict, each_death_has_its_end_and_its_words)
{
	static const struct {
		const char *request;
		enum jail_end end;
		const char *detail;
		uint32_t item;
	} cases[] = {
	    {"crash", JAIL_CRASHED, "Segmentation fault", 2},
	    {"divide", JAIL_CRASHED, "Floating point exception", 2},
	    {"abort", JAIL_CRASHED, "it aborted", 2},
	    {"free twice", JAIL_CRASHED, "it aborted", 2},
	    {"complain", JAIL_CRASHED, "it aborted", 2},
	    {"exit", JAIL_CRASHED, "it ended with status 7", 2},
	    {"give up", JAIL_CRASHED, "it gave up", 2},
	    {"eat", JAIL_MEMORY, "it wanted more memory than it may have", 2},
	    {"too much", JAIL_MEMORY, "it wanted more memory than it may have", 2},
	    {"hang", JAIL_HUNG, "no end after 100 ms of processor time", 2},
	    {"open", JAIL_BREACH, "it tried a system call that the jail forbids: openat", 2},
	    {"past the end", JAIL_CRASHED, "Segmentation fault", RIG_ITEMS},
	};
	struct buf out = {0};
	struct jail j;

	rig_open(&j, RIG_AREA, 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int again = 0; again < 2; again++) {
			struct jail_answer a = rig_ask(&j, cases[i].request, &out);

			cr_assert_eq(a.end, cases[i].end, "%s: %s", cases[i].request, a.detail);
			cr_assert_str_eq(a.detail, cases[i].detail);
			cr_assert_eq(a.item, cases[i].item);
			cr_assert_eq(out.n, 0);
		}
	rig_echo(&j);
	jail_close(&j);
	buf_done(&out);
}

Test(jail_verdict, who_is_killed_by_somebody_else_is_not_at_fault)
{
	static const int signals[] = {SIGKILL, SIGUSR1};
	struct buf out = {0};
	struct jail j;

	rig_open(&j, RIG_AREA, UINT64_MAX);
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(jail_ask(&j, SPAN("hang"), 1), 0);
		kill(j.pid, signals[i]);
		cr_assert_eq(rig_wait(&j, &out).end, JAIL_KILLED);
	}
	rig_echo(&j);
	jail_close(&j);
}

Test(jail_verdict, a_detail_that_is_too_long_is_cut)
{
	struct jail_answer a = {0};
	char words[500];

	memset(words, 'x', sizeof(words));
	words[sizeof(words) - 1] = '\0';
	jail_tell(&a, JAIL_HUNG, "%s", words);
	cr_assert_eq(strlen(a.detail), JAIL_DETAIL_BYTES - 1);
	cr_assert_eq(a.end, JAIL_HUNG);
}

Test(jail_verdict, processor_time_grows_and_nobody_has_none)
{
	uint64_t before = jail_processor_ms(getpid());

	while (jail_processor_ms(getpid()) == before)
		;
	cr_assert_eq(jail_processor_ms(1 << 22), 0);
	cr_assert_not(jail_is_asleep(getpid()));
	cr_assert_not(jail_is_asleep(1 << 22));
}

#endif
