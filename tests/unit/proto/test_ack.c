#include "proto/ack.h"

#include "samples.h"

static const struct ask whole_ask = {
    .hello = true, .base = 70, .last = 1ULL << 33, .drain = true, .index = 0xfedcba9876543210};

static const struct report whole_report = {
    .run = 0x0123456789abcdef,
    .incarnation = UINT64_MAX,
    .next = 7,
    .have = 0x8000000000000005,
    .losses = 1,
    .sources = 300,
    .index = 0x8877665544332211,
    .finished = true,
    .token = {.input = 2, .offset = 1ULL << 35, .state = SPAN("J")},
    .hold = SPAN("the disk of arle.jsonl is full"),
    .counts = {.in = 11,
	.documents = 1,
	.records = 2,
	.refused = 3,
	.failed = 4,
	.skipped = 5,
	.filtered = 13,
	.earlier = 6,
	.paragraphs = 1ULL << 40,
	.kept = 8,
	.exact = 9,
	.near = 10,
	.bytes_in = 70000,
	.bytes_out = 12},
};

static int
read_ask(struct span body)
{
	struct span only = tight(body);
	struct ask a = {.base = 77};
	int r = ask_unpack(&a, only);

	cr_assert(r == 0 || a.base == 77, "a failure wrote its result");
	tight_done(only);
	return r;
}

static int
read_report(struct span body)
{
	struct span only = tight(body);
	struct report report = {.next = 77};
	int r = report_unpack(&report, only);

	cr_assert(r == 0 || report.next == 77, "a failure wrote its result");
	tight_done(only);
	return r;
}

static void
same_report(const struct report *x, const struct report *y)
{
	cr_assert_eq(x->run, y->run);
	cr_assert_eq(x->incarnation, y->incarnation);
	cr_assert_eq(x->next, y->next);
	cr_assert_eq(x->have, y->have);
	cr_assert_eq(x->losses, y->losses);
	cr_assert_eq(x->sources, y->sources);
	cr_assert_eq(x->index, y->index);
	cr_assert_eq(x->finished, y->finished);
	cr_assert_eq(x->token.input, y->token.input);
	cr_assert_eq(x->token.offset, y->token.offset);
	cr_assert(span_equal(x->token.state, y->token.state));
	cr_assert(span_equal(x->hold, y->hold));
	cr_assert_eq(memcmp(&x->counts, &y->counts, sizeof(x->counts)), 0);
}

/* A body behind its header, compared with a golden file; the body as it is there. */
static struct span
golden_body(const char *name, enum frame_kind kind, struct span body, struct buf *file)
{
	struct header h = {.kind = kind, .run = whole_report.run}, back;
	unsigned char frame[HEADER_BYTES];
	struct buf message = {0};
	struct span all;

	header_pack(frame, &h, body);
	buf_put(&message, frame, sizeof(frame));
	buf_span(&message, body);
	all = golden(name, buf_view(&message), file);
	buf_done(&message);
	body = span_cut(all, HEADER_BYTES, all.n);
	cr_assert_eq(header_unpack(&back, span_cut(all, 0, HEADER_BYTES), body), 0);
	cr_assert_eq(back.kind, kind);
	return body;
}

Test(ack, an_ask_is_as_in_the_golden_file_both_ways)
{
	struct buf b = {0}, file = {0};
	struct ask back;

	ask_pack(&b, &whole_ask);
	cr_assert_eq(
	    ask_unpack(&back, golden_body("golden_ask.bin", FRAME_ASK, buf_view(&b), &file)), 0);
	cr_assert_eq(back.hello, true);
	cr_assert_eq(back.base, whole_ask.base);
	cr_assert_eq(back.last, whole_ask.last);
	buf_done(&b);
	buf_done(&file);
}

Test(ack, a_report_is_as_in_the_golden_file_both_ways)
{
	struct buf b = {0}, file = {0};
	struct report back;

	report_pack(&b, &whole_report);
	cr_assert_eq(report_unpack(&back,
			 golden_body("golden_report.bin", FRAME_REPORT, buf_view(&b), &file)),
	    0);
	same_report(&whole_report, &back);
	buf_done(&b);
	buf_done(&file);
}

Test(ack, asks_read_back)
{
	static const struct ask asks[] = {{false, 0, 0, false, 0},
	    {true, UINT64_MAX, UINT64_MAX, false, UINT64_MAX}, {false, 1, 2, true, 3}};

	for (size_t i = 0; i < 3; i++) {
		struct buf b = {0};
		struct ask back;

		ask_pack(&b, &asks[i]);
		cr_assert_eq(ask_unpack(&back, buf_view(&b)), 0);
		cr_assert_eq(back.hello, asks[i].hello);
		cr_assert_eq(back.base, asks[i].base);
		cr_assert_eq(back.last, asks[i].last);
		cr_assert_eq(back.drain, asks[i].drain);
		cr_assert_eq(back.index, asks[i].index);
		buf_done(&b);
	}
}

Test(ack, reports_read_back)
{
	struct dice d = {6, NULL};
	struct buf b = {0};

	for (int i = 0; i < 1000; i++) {
		struct report r = {roll_uint(&d), roll_uint(&d), roll_uint(&d), roll_uint(&d),
		    roll_uint(&d), roll_uint(&d), roll_uint(&d), i % 2 == 0,
		    {roll_uint(&d), roll_uint(&d), span_cut(whole_report.hold, 0, i % 30)},
		    span_cut(whole_report.hold, 0, roll_below(&d, 31)),
		    {roll_uint(&d), roll_uint(&d), roll_uint(&d), roll_uint(&d), roll_uint(&d),
			roll_uint(&d), roll_uint(&d), roll_uint(&d), roll_uint(&d), roll_uint(&d),
			roll_uint(&d), roll_uint(&d), roll_uint(&d), roll_uint(&d)}};
		struct report back;

		b.n = 0;
		report_pack(&b, &r);
		cr_assert_eq(report_unpack(&back, buf_view(&b)), 0);
		same_report(&r, &back);
	}
	buf_done(&b);
}

Test(ack, msgpack_c_reads_an_ask_and_a_report)
{
	struct buf b = {0};
	msgpack_unpacked peer;
	const msgpack_object *counts;

	ask_pack(&b, &whole_ask);
	cr_assert(peer_reads(&peer, buf_view(&b)));
	cr_assert(peer_get(&peer.data, "hello")->via.boolean);
	peer_has_number(&peer.data, "base", 70);
	peer_has_number(&peer.data, "last", 1LL << 33);
	cr_assert(peer_get(&peer.data, "drain")->via.boolean);
	cr_assert_eq(peer_get(&peer.data, "index")->via.u64, whole_ask.index);
	msgpack_unpacked_destroy(&peer);
	b.n = 0;
	report_pack(&b, &whole_report);
	cr_assert(peer_reads(&peer, buf_view(&b)));
	peer_has_number(&peer.data, "next", 7);
	peer_has_number(&peer.data, "losses", 1);
	peer_has_number(&peer.data, "sources", 300);
	cr_assert_eq(peer_get(&peer.data, "index")->via.u64, whole_report.index);
	cr_assert(peer_get(&peer.data, "finished")->via.boolean);
	peer_has_number(peer_get(&peer.data, "token"), "input", 2);
	peer_has_text(&peer.data, "hold", whole_report.hold);
	cr_assert_eq(peer_get(&peer.data, "have")->via.u64, whole_report.have);
	cr_assert_eq(peer_get(&peer.data, "incarnation")->via.u64, UINT64_MAX);
	counts = peer_get(&peer.data, "counts");
	cr_assert_eq(counts->via.map.size, 14);
	peer_has_number(counts, "in", 11);
	peer_has_number(counts, "documents", 1);
	peer_has_number(counts, "earlier", 6);
	peer_has_number(counts, "near", 10);
	peer_has_number(counts, "bytes_in", 70000);
	peer_has_number(counts, "bytes_out", 12);
	msgpack_unpacked_destroy(&peer);
	buf_done(&b);
}

Test(ack, an_ask_that_does_not_say_the_last_batch_does_not_know_it)
{
	struct ask a;

	cr_assert_eq(ask_unpack(&a, SPAN("\x81\xA4"
					 "base\x05")),
	    0);
	cr_assert_eq(a.base, 5);
	cr_assert_eq(a.last, UINT64_MAX);
	cr_assert_eq(a.hello, false);
}

Test(ack, unknown_keys_are_passed_over)
{
	struct ask a;
	struct report r;

	cr_assert_eq(ask_unpack(&a, SPAN("\x82\xA3new\x82\x01\x90\x02\xC0\xA4"
					 "base\x05")),
	    0);
	cr_assert_eq(a.base, 5);
	cr_assert_eq(report_unpack(&r, SPAN("\x83\xA3new\x91\x80\xA4next\x06\xA6"
					    "counts\x82\xA3new\xC3"
					    "\xA4near\x07")),
	    0);
	cr_assert_eq(r.next, 6);
	cr_assert_eq(r.counts.near, 7);
}

Test(ack, what_is_cut_short_anywhere_is_refused)
{
	struct buf b = {0};

	ask_pack(&b, &whole_ask);
	cr_assert_eq(read_ask(buf_view(&b)), 0);
	for (size_t n = 0; n < b.n; n++)
		cr_assert_eq(read_ask(span_of(b.p, n)), ERR_RECORD, "cut at %zu", n);
	b.n = 0;
	report_pack(&b, &whole_report);
	cr_assert_eq(read_report(buf_view(&b)), 0);
	for (size_t n = 0; n < b.n; n++)
		cr_assert_eq(read_report(span_of(b.p, n)), ERR_RECORD, "cut at %zu", n);
	buf_done(&b);
}

Test(ack, with_bytes_behind_it_is_refused)
{
	struct buf b = {0};

	ask_pack(&b, &whole_ask);
	buf_byte(&b, (char)0xC0);
	cr_assert_eq(read_ask(buf_view(&b)), ERR_RECORD);
	b.n = 0;
	report_pack(&b, &whole_report);
	buf_byte(&b, '\0');
	cr_assert_eq(read_report(buf_view(&b)), ERR_RECORD);
	buf_done(&b);
}

Test(ack, what_is_none_is_refused)
{
	static const struct span bad[] = {SPAN(""), SPAN("\xC0"), SPAN("\x90"),
	    SPAN("\x81\x01\x01"), SPAN("\x93\x01\xC3\xDD\xFF\xFF\xFF\xFF"),
	    SPAN("\xDF\xFF\xFF\xFF\xFF\xA4"
		 "base\x05")};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(read_ask(bad[i]), ERR_RECORD, "%zu", i);
		cr_assert_eq(read_report(bad[i]), ERR_RECORD, "%zu", i);
	}
}

Test(ack, values_of_a_wrong_type_are_refused)
{
	cr_assert_eq(read_ask(SPAN("\x81\xA5hello\x01")), ERR_RECORD);
	cr_assert_eq(read_ask(SPAN("\x81\xA4"
				   "base\xFF")),
	    ERR_RECORD);
	cr_assert_eq(read_ask(SPAN("\x81\xA4last\xC0")), ERR_RECORD);
	cr_assert_eq(read_report(SPAN("\x81\xA4next\xFF")), ERR_RECORD);
	cr_assert_eq(read_report(SPAN("\x81\xA3run\xA1"
				      "1")),
	    ERR_RECORD);
	cr_assert_eq(read_report(SPAN("\x81\xA4hold\xC4\x01x")), ERR_RECORD);
	cr_assert_eq(read_report(SPAN("\x81\xA6"
				      "counts\x90")),
	    ERR_RECORD);
	cr_assert_eq(read_report(SPAN("\x81\xA6"
				      "counts\x81\xA4near\xCB\0\0\0\0\0\0\0\0")),
	    ERR_RECORD);
}

Test(ack, counts_add_up_field_by_field)
{
	struct counts sum = whole_report.counts;

	counts_add(&sum, &whole_report.counts);
	cr_assert_eq(sum.in, 22);
	cr_assert_eq(sum.documents, 2);
	cr_assert_eq(sum.records, 4);
	cr_assert_eq(sum.refused, 6);
	cr_assert_eq(sum.failed, 8);
	cr_assert_eq(sum.skipped, 10);
	cr_assert_eq(sum.earlier, 12);
	cr_assert_eq(sum.paragraphs, 1ULL << 41);
	cr_assert_eq(sum.kept, 16);
	cr_assert_eq(sum.exact, 18);
	cr_assert_eq(sum.near, 20);
	cr_assert_eq(sum.bytes_in, 140000);
	cr_assert_eq(sum.bytes_out, 24);
}

Test(ack, counts_are_read_from_a_map)
{
	struct counts c = {.near = 5};
	struct scan s = scan_of(SPAN("\x83\xA2in\x07\xA3new\x90\xA7records\xCD\x01\x00"));

	cr_assert_eq(counts_unpack(&c, &s), 0);
	cr_assert_eq(c.in, 7);
	cr_assert_eq(c.records, 256);
	cr_assert_eq(c.near, 5, "what is not there stays");
	s = scan_of(SPAN("\x81\xA2in\xC3"));
	cr_assert_eq(counts_unpack(&c, &s), ERR_RECORD);
}

Test(ack, counts_print_as_one_object)
{
	struct buf b = {0};

	counts_json(&b, &whole_report.counts);
	cr_assert(span_equal(buf_view(&b),
	    SPAN("{\"in\": 11, \"documents\": 1, \"records\": 2, \"refused\": 3, \"failed\": 4, "
		 "\"skipped\": 5, \"filtered\": 13, "
		 "\"earlier\": 6, \"paragraphs\": 1099511627776, \"kept\": 8, \"exact\": 9, "
		 "\"near\": 10, \"bytes_in\": 70000, \"bytes_out\": 12}")));
	buf_done(&b);
}
