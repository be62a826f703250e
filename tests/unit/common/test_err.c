#include <errno.h>

#include <criterion/criterion.h>

#include "common/err.h"

static int
passes(int r)
{
	TRY(r);
	return 7;
}

Test(err, set_returns_the_code_and_keeps_the_words)
{
	cr_assert_eq(err_set(ERR_USAGE, "%s: line %d", "rain.txt", 17), ERR_USAGE);
	cr_assert_str_eq(err_text(), "rain.txt: line 17");
}

Test(err, there_are_no_words_at_first)
{
	cr_assert_str_eq(err_text(), "");
}

Test(err, the_newest_words_count)
{
	cr_assert_eq(err_set(ERR_SYS, "a long first message"), ERR_SYS);
	cr_assert_eq(err_set(ERR_HOLD, "second"), ERR_HOLD);
	cr_assert_str_eq(err_text(), "second");
}

Test(err, the_old_words_may_be_part_of_the_new)
{
	err_set(ERR_SYS, "disk full");
	err_set(ERR_SYS, "out.jsonl: %s, try again", err_text());
	cr_assert_str_eq(err_text(), "out.jsonl: disk full, try again");
}

Test(err, long_words_are_cut)
{
	err_set(ERR_RECORD, "%5000d", 1);
	cr_assert_eq(strlen(err_text()), 1023);
}

Test(err, exit_statuses_tell_whether_a_restart_can_help)
{
	cr_assert_eq(err_exit(0), 0);
	cr_assert_eq(err_exit(ERR_STOP), 0);
	cr_assert_eq(err_exit(ERR_RECORD), EXIT_DEAD_LETTERS);
	cr_assert_eq(err_exit(ERR_USAGE), 100);
	cr_assert_eq(err_exit(ERR_SYS), 111);
	cr_assert_eq(err_exit(ERR_HOLD), 111);
	cr_assert_eq(err_exit(ERR_GAVE_UP), 112);
	cr_assert_eq(err_exit(-77), 111);
}

Test(err, try_returns_what_is_negative_only)
{
	cr_assert_eq(passes(0), 7);
	cr_assert_eq(passes(5), 7);
	cr_assert_eq(passes(ERR_STOP), ERR_STOP);
	cr_assert_eq(passes(ERR_SYS), ERR_SYS);
}

Test(err, tells_a_full_disk_from_a_broken_one)
{
	static const int full[] = {ENOSPC, EDQUOT, EROFS, EFBIG, EAGAIN, EMFILE, ENFILE, ENOMEM};
	static const int broken[] = {0, EIO, EBADF, EACCES, ENOENT};

	for (size_t i = 0; i < sizeof(full) / sizeof(full[0]); i++)
		cr_assert(err_passes(full[i]));
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		cr_assert(!err_passes(broken[i]));
}
