#include <criterion/criterion.h>

#include "common/codings.h"
#include "common/span.h"

static void
finds(enum coding coding, struct span s, size_t at, bool sure)
{
	bool is_sure;
	size_t found = coding_find(coding, s.p, s.n, &is_sure);

	cr_assert_eq(found, at, "found at %zu, not %zu", found, at);
	cr_assert_eq(is_sure, sure);
}

Test(codings, are_known_by_their_first_bytes)
{
	cr_assert_eq(coding_of("\x1F\x8B\x08\x00", 4), CODING_GZIP);
	cr_assert_eq(coding_of("\x28\xB5\x2F\xFD", 4), CODING_ZSTD);
	cr_assert_eq(coding_of("\x5D\x2A\x4D\x18", 4), CODING_ZSTD);
	cr_assert_eq(coding_of("\x04\x22\x4D\x18", 4), CODING_LZ4);
	cr_assert_eq(coding_of("\x04\x22\x4D\x17", 4), CODING_PLAIN);
	cr_assert_eq(coding_of("\x04\x22", 2), CODING_UNKNOWN);
	cr_assert_eq(coding_of("WARC", 4), CODING_PLAIN);
	cr_assert_eq(coding_of("", 0), CODING_UNKNOWN);
}

Test(codings, a_member_is_found_by_more_than_its_magic)
{
	/* reserved flags; another method; then a head */
	finds(CODING_GZIP,
	    SPAN("\x1F\x8B\x08\xE0\0\0\0\0\0\3\x1F\x8B\x07\0\0\0\0\0\0\3"
		 "\x1F\x8B\x08\0\0\0\0\0\0\3"),
	    20, true);
	finds(CODING_GZIP, SPAN("nothing here"), 12, true);
	finds(CODING_GZIP, SPAN("cut \x1F\x8B\x08"), 4, false);
	finds(CODING_ZSTD, SPAN("\x28\x28\xB5\x2F\xFD"), 1, true);
	finds(CODING_LZ4, SPAN("x\x04\x22\x4D\x18"), 1, true);
	finds(CODING_LZ4, SPAN("x\x04\x22"), 1, false);
}
