/* The unpackers: hostile bodies are refused; what is taken is packed and read again as the same. */
#include "proto/ack.h"
#include "proto/batch.h"
#include "proto/record_json.h"
#include "tests/fuzz/target.h"

static void
read_reports(struct span body)
{
	struct report report;
	struct ask ask;

	if (report_unpack(&report, body) == 0) {
		struct buf b = {0};
		report_pack(&b, &report);
		MUST(report_unpack(&report, buf_view(&b)) == 0);
		buf_done(&b);
	}
	if (ask_unpack(&ask, body) == 0) {
		struct buf b = {0};
		ask_pack(&b, &ask);
		MUST(ask_unpack(&ask, buf_view(&b)) == 0);
		buf_done(&b);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct span body = span_of((const char *)bytes, n);
	struct batch first = {0}, second = {0};
	struct buf once = {0}, twice = {0}, json = {0};

	read_reports(body);
	if (batch_unpack(&first, body) == 0) {
		batch_pack(&once, &first);
		MUST(batch_unpack(&second, buf_view(&once)) == 0);
		MUST(second.n_documents == first.n_documents);
		batch_pack(&twice, &second);
		MUST(span_equal(buf_view(&once), buf_view(&twice)));
		for (size_t i = 0; i < first.n_documents; i++)
			record_json(&json, &first.documents[i]);
	}
	batch_done(&first);
	batch_done(&second);
	buf_done(&once);
	buf_done(&twice);
	buf_done(&json);
	return 0;
}
