#include <criterion/criterion.h>
#include <stdint.h>

#include "common/arena.h"

/* A sanitizer reports a malloc that cannot succeed as a fault. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
enum { SANITIZED = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) };
#else
enum { SANITIZED = 0 };
#endif

static struct arena a;

static void
done(void)
{
	arena_done(&a);
}

TestSuite(arena, .fini = done);

Test(arena, pieces_are_aligned_and_apart)
{
	char *last = NULL;

	for (size_t n = 1; n < 100; n++) {
		char *p = arena_alloc(&a, n);

		cr_assert_not_null(p);
		cr_assert_eq((uintptr_t)p % 16, 0);
		cr_assert_neq(p, last);
		memset(p, (int)n, n);
		for (size_t i = 0; last != NULL && i + 1 < n; i++)
			cr_assert_eq(last[i], (char)(n - 1));
		last = p;
	}
}

Test(arena, no_piece_touches_another)
{
	enum { PIECES = 30, BYTES = 100001 };
	char *pieces[PIECES];

	for (int i = 0; i < PIECES; i++)
		pieces[i] = memset(arena_alloc(&a, BYTES), i % 127, BYTES);
	for (int i = 0; i < PIECES; i++) {
		for (size_t k = 0; k < BYTES; k++)
			cr_assert_eq(pieces[i][k], i % 127);
	}
}

Test(arena, pieces_of_any_size_have_room)
{
	static const size_t sizes[] = {1 << 18, (1 << 18) + 1, 1 << 24, 1, 0, 1 << 18};
	enum { N = sizeof(sizes) / sizeof(*sizes) };
	const char *pieces[N];

	for (size_t i = 0; i < N; i++)
		pieces[i] = memset(arena_alloc(&a, sizes[i]), 'a' + (int)i, sizes[i]);
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			cr_assert_eq(pieces[i][k], 'a' + (int)i);
}

Test(arena, zero_clears_memory_that_was_used)
{
	memset(arena_alloc(&a, 4096), 'x', 4096);
	arena_reset(&a);
	for (int i = 0; i < 2; i++) {
		const char *p = arena_zero(&a, 32, 64);

		for (size_t k = 0; k < 2048; k++)
			cr_assert_eq(p[k], 0);
	}
}

Test(arena, a_product_that_overflows_ends_the_program, .exit_code = 111, .disabled = SANITIZED)
{
	volatile size_t many = SIZE_MAX / 2;

	arena_zero(&a, many, 4);
}

Test(arena, a_copy_lies_elsewhere)
{
	char text[] = "rain\0fog";
	struct span copy = arena_copy(&a, span_of(text, 8));

	text[0] = 'R';
	cr_assert(span_equal(copy, SPAN("rain\0fog")));
}

Test(arena, a_copy_of_nothing_is_empty)
{
	cr_assert_eq(arena_copy(&a, span_of(NULL, 0)).n, 0);
}

Test(arena, print_gives_a_string_without_its_nul)
{
	struct span s = arena_print(&a, "%s %d", "rain", 17);

	cr_assert(span_equal(s, SPAN("rain 17")));
	cr_assert_eq(s.p[s.n], '\0');
	cr_assert_eq(arena_print(&a, "%s", "").n, 0);
	cr_assert_eq(arena_print(&a, "%100000d", 1).n, 100000);
}

Test(arena, reset_makes_it_empty_again)
{
	for (int i = 0; i < 100; i++) {
		memset(arena_alloc(&a, 100000), 'x', 100000);
		memset(arena_alloc(&a, 10000000), 'x', 10000000);
		arena_reset(&a);
		cr_assert_eq(a.used, 0);
	}
	memset(arena_alloc(&a, 100), 'x', 100);
}

Test(arena, done_twice_is_allowed)
{
	arena_alloc(&a, 100);
	arena_done(&a);
	arena_done(&a);
	cr_assert_null(a.chunk);
	arena_reset(&a);
}
