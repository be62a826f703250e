#include "common/memory_limit.h"

#include "tests/unit/folder.h"

Test(memory_limit, is_read_as_cgroups_write_it)
{
	struct folder f;

	folder_open(&f);
	cr_assert_eq(memory_limit_in(folder_text(&f, "a", "1073741824\n")), 1 << 30);
	cr_assert_eq(memory_limit_in(folder_text(&f, "b", "max\n")), UINT64_MAX);
	cr_assert_eq(memory_limit_in(folder_text(&f, "c", "")), UINT64_MAX);
	cr_assert_eq(memory_limit_in(folder_path(&f, "none")), UINT64_MAX);
	folder_done(&f);
}

Test(memory_limit, leaves_room_for_others)
{
	uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	cr_assert_gt(memory_limit(), 1 << 20);
	cr_assert_leq(memory_limit(), all / 10 * 6);
}
