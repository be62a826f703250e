#include "stages/hold.h"

#include "rig.h"

/* A hold that came as long ago. */
static struct hold
held(uint64_t ms)
{
	struct hold h = {0};

	err_set(ERR_HOLD, "the disk is full");
	cr_assert_eq(hold_on(&h, UINT64_MAX), 0);
	h.since -= ms;
	h.said_at -= ms;
	h.retry_at -= ms;
	return h;
}

Test(hold, is_off_until_something_is_away)
{
	struct hold h = {0};

	cr_assert(!hold_is_on(&h));
	cr_assert(!hold_rests(&h));
	h = held(0);
	cr_assert(hold_is_on(&h));
	cr_assert(hold_rests(&h));
	h = held(HOLD_RETRY_MS);
	cr_assert(!hold_rests(&h), "it may be tried again");
	hold_end(&h);
	cr_assert(!hold_is_on(&h));
}

Test(hold, is_said_once_and_every_five_minutes)
{
	struct heard heard;
	struct hold h;

	hear_begin(&heard);
	h = held(0);
	cr_assert_eq(hold_on(&h, UINT64_MAX), 0);
	cr_assert_eq(hold_look(&h, UINT64_MAX), 0);
	hold_end(&h);
	hold_end(&h);
	cr_assert_str_eq(hear_end(&heard),
	    "winnow: warning: waiting: the disk is full\nwinnow: going on after 0 s\n");
	h = held(300000);
	hear_begin(&heard);
	cr_assert_eq(hold_look(&h, UINT64_MAX), 0);
	cr_assert_str_eq(hear_end(&heard), "winnow: warning: waiting: the disk is full\n");
}

Test(hold, is_given_up_after_its_time)
{
	struct hold h = held(5000);

	cr_assert_eq(hold_look(&h, 5001 + RIG_DEADLINE_MS), 0);
	cr_assert_eq(hold_look(&h, 4999), ERR_GAVE_UP);
	cr_assert_str_eq(err_text(), "gave up after 5 s: the disk is full");
	err_set(ERR_HOLD, "and now the index");
	cr_assert_eq(hold_on(&h, 4999), ERR_GAVE_UP);
	cr_assert_str_eq(err_text(), "gave up after 5 s: and now the index");
}

Test(hold, another_one_begins_anew)
{
	struct hold h = held(5000);

	hold_end(&h);
	err_set(ERR_HOLD, "once more");
	cr_assert_eq(hold_on(&h, 4999), 0);
}
