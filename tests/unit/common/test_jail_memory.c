#ifndef WINNOW_SANITIZED

#	include <criterion/criterion.h>
#	include <stdint.h>
#	include <stdlib.h>
#	include <string.h>

/* In a jail: jail_verdict/each_death_has_its_end_and_its_words. */

Test(jail_memory, outside_a_jail_it_is_the_allocator_of_the_c_library)
{
	volatile size_t too_much = SIZE_MAX / 2;
	void *volatile none;
	char *p = malloc(10), *more;

	memcpy(p, "something", 10);
	p = realloc(p, 1 << 20);
	cr_assert_str_eq(p, "something");
	more = calloc(3, 5);
	for (int i = 0; i < 15; i++)
		cr_assert_eq(more[i], 0);
	none = malloc(too_much); /* volatile: else a compiler may suppose that it is there */
	cr_assert_null(none);
	none = calloc(too_much, 4);
	cr_assert_null(none);
	none = realloc(NULL, too_much);
	cr_assert_null(none);
	free(p);
	free(more);
}

#endif
