/* The checkpoint: with any content under a right checksum, what is read prints back the same. */
#include <stdio.h>

#include "common/hash.h"
#include "proto/checkpoint.h"
#include "tests/fuzz/target.h"

static void
check(const struct checkpoint *c)
{
	struct buf first = {0}, second = {0};
	struct checkpoint again = {0};

	checkpoint_print(&first, c);
	MUST(checkpoint_parse(&again, buf_view(&first)) == 0);
	checkpoint_print(&second, &again);
	MUST(span_equal(buf_view(&first), buf_view(&second)));
	checkpoint_done(&again);
	buf_done(&first);
	buf_done(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span content = span_of((const char *)bytes, n);
	struct checkpoint c = {0};
	struct buf whole = {0};

	if (checkpoint_parse(&c, content) == 0)
		check(&c);
	checkpoint_done(&c);
	buf_print(&whole, "{\"checksum\": \"%016llx\"", (unsigned long long)hash64(content));
	buf_span(&whole, content);
	if (checkpoint_parse(&c, buf_view(&whole)) == 0)
		check(&c);
	checkpoint_done(&c);
	buf_done(&whole);
	return 0;
}
