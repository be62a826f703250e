/* The header walk: it never reads outside, and what it takes for a value has the length it says. */
#include "proto/record_json.h"
#include "proto/scan.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span s = span_of((const char *)bytes, n);
	struct scan skip = scan_of(s), print = scan_of(s);
	struct buf json = {0};
	size_t length;
	int r = scan_one(s, &length);

	MUST(r == 0 || r == ERR_STOP || r == ERR_RECORD);
	if (r == 0) {
		MUST(length > 0 && length <= n);
		MUST(scan_skip(&skip, NULL) == 0 && scan_left(&skip) == n - length);
		MUST(value_json(&json, &print) == 0 && scan_left(&print) == n - length);
	} else
		MUST(scan_skip(&skip, NULL) == ERR_RECORD);
	buf_done(&json);
	return 0;
}
