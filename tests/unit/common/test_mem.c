#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

/* A sanitizer reports a malloc that cannot succeed as a fault. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
enum { SANITIZED = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) };
#else
enum { SANITIZED = 0 };
#endif

Test(mem, no_bytes_are_a_pointer_too)
{
	void *p = mem_alloc(0), *q = mem_zero(0, 8), *r = mem_zero(8, 0), *s = mem_grow(NULL, 0);

	cr_assert(p != NULL && q != NULL && r != NULL && s != NULL);
	free(p);
	free(q);
	free(r);
	free(s);
}

Test(mem, zero_is_cleared)
{
	for (int i = 0; i < 3; i++) {
		char *p = mem_zero(125, 8);

		for (size_t k = 0; k < 1000; k++)
			cr_assert_eq(p[k], 0);
		memset(p, 'x', 1000);
		free(p);
	}
}

Test(mem, grow_keeps_what_was_there)
{
	char *p = mem_grow(NULL, 5);

	memcpy(p, "rain", 5);
	p = mem_grow(p, 1000000);
	cr_assert_str_eq(p, "rain");
	p = mem_grow(p, 5);
	cr_assert_str_eq(p, "rain");
	free(p);
}

Test(mem, a_string_ends_with_nul)
{
	char *p = mem_string("rain over", 4), *empty = mem_string(NULL, 0);

	cr_assert_str_eq(p, "rain");
	cr_assert_str_eq(empty, "");
	free(p);
	free(empty);
}

Test(mem, too_much_ends_the_program, .exit_code = 111, .disabled = SANITIZED)
{
	volatile size_t many = SIZE_MAX / 2;

	free(mem_alloc(many));
}

Test(mem, growing_too_much_ends_the_program, .exit_code = 111, .disabled = SANITIZED)
{
	volatile size_t many = SIZE_MAX / 2;

	free(mem_grow(mem_alloc(10), many));
}

Test(mem, a_product_that_overflows_ends_the_program, .exit_code = 111, .disabled = SANITIZED)
{
	volatile size_t many = SIZE_MAX / 2;

	free(mem_zero(many, 3));
}

Test(mem, tuned_memory_works)
{
	mem_tune();
	for (int i = 0; i < 100; i++)
		free(memset(mem_alloc(300000), 'x', 300000));
}

Test(mem, what_others_could_not_allocate_ends_the_process, .exit_code = 111)
{
	mem_exhausted();
}
