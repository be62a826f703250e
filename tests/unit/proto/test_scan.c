#include "proto/scan.h"

#include <float.h>

#include "samples.h"

/* Scan one value that takes all of the bytes. */
static struct value
value_of(struct span s)
{
	struct scan at = scan_of(s);
	struct value v = {0};

	cr_assert_eq(scan_value(&at, &v), 0);
	cr_assert_eq(scan_left(&at), 0);
	return v;
}

/* n arrays in each other, the innermost with one number in it. */
static struct span
nested(char *p, size_t n)
{
	memset(p, 0x91, n);
	p[n] = 0x05;
	return span_of(p, n + 1);
}

Test(scan, reads_each_form_of_the_specification)
{
	cr_assert_eq(value_of(SPAN("\xC0")).type, VALUE_NIL);
	cr_assert_eq(value_of(SPAN("\xC2")).boolean, false);
	cr_assert_eq(value_of(SPAN("\xC3")).boolean, true);
	cr_assert_eq(value_of(SPAN("\x7F")).uint, 127);
	cr_assert_eq(value_of(SPAN("\xE0")).sint, -32);
	cr_assert_eq(value_of(SPAN("\xFF")).sint, -1);
	cr_assert_eq(value_of(SPAN("\xCC\x80")).uint, 0x80);
	cr_assert_eq(value_of(SPAN("\xCD\x12\x34")).uint, 0x1234);
	cr_assert_eq(value_of(SPAN("\xCE\x12\x34\x56\x78")).uint, 0x12345678);
	cr_assert_eq(value_of(SPAN("\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")).uint, UINT64_MAX);
	cr_assert_eq(value_of(SPAN("\xD0\x80")).sint, -128);
	cr_assert_eq(value_of(SPAN("\xD1\x80\x00")).sint, -32768);
	cr_assert_eq(value_of(SPAN("\xD2\x80\x00\x00\x00")).sint, INT32_MIN);
	cr_assert_eq(value_of(SPAN("\xD3\x80\0\0\0\0\0\0\0")).sint, INT64_MIN);
	cr_assert_eq(value_of(SPAN("\xCA\x3F\xC0\x00\x00")).number, 1.5);
	cr_assert_eq(value_of(SPAN("\xCB\x3F\xF8\0\0\0\0\0\0")).number, 1.5);
	cr_assert(span_equal(value_of(SPAN("\xD9\x02hi")).bytes, SPAN("hi")));
	cr_assert(span_equal(value_of(SPAN("\xDA\x00\x02hi")).bytes, SPAN("hi")));
	cr_assert(span_equal(value_of(SPAN("\xDB\x00\x00\x00\x02hi")).bytes, SPAN("hi")));
	cr_assert(span_equal(value_of(SPAN("\xC4\x01\xFF")).bytes, SPAN("\xFF")));
	cr_assert(span_equal(value_of(SPAN("\xC5\x00\x01\xFF")).bytes, SPAN("\xFF")));
	cr_assert(span_equal(value_of(SPAN("\xC6\x00\x00\x00\x01\xFF")).bytes, SPAN("\xFF")));
	cr_assert_eq(value_of(SPAN("\xC6\x00\x00\x00\x01\xFF")).type, VALUE_BIN);
	cr_assert_eq(value_of(SPAN("\xDC\x00\x00")).type, VALUE_ARRAY);
	cr_assert_eq(value_of(SPAN("\xDF\x00\x00\x00\x00")).type, VALUE_MAP);
}

Test(scan, reads_extensions_with_their_type)
{
	static const struct span forms[] = {SPAN("\xD4\xFE"
						 "1"),
	    SPAN("\xD5\xFE"
		 "12"),
	    SPAN("\xD6\xFE"
		 "1234"),
	    SPAN("\xD7\xFE"
		 "12345678"),
	    SPAN("\xD8\xFE"
		 "1234567890123456"),
	    SPAN("\xC7\x03\xFE"
		 "123"),
	    SPAN("\xC8\x00\x03\xFE"
		 "123"),
	    SPAN("\xC9\x00\x00\x00\x03\xFE"
		 "123")};
	static const size_t sizes[] = {1, 2, 4, 8, 16, 3, 3, 3};

	for (size_t i = 0; i < 8; i++) {
		struct value v = value_of(forms[i]);
		cr_assert_eq(v.type, VALUE_EXT);
		cr_assert_eq(v.ext, -2);
		cr_assert(span_equal(v.bytes, span_of("1234567890123456", sizes[i])));
	}
}

Test(scan, a_small_integer_in_a_signed_form_is_unsigned)
{
	cr_assert_eq(value_of(SPAN("\xD0\x05")).type, VALUE_UINT);
	cr_assert_eq(value_of(SPAN("\xD3\0\0\0\0\0\0\0\x05")).uint, 5);
	cr_assert_eq(value_of(SPAN("\xD0\xFB")).type, VALUE_INT);
}

Test(scan, the_byte_that_is_never_used_is_refused)
{
	struct scan s = scan_of(SPAN("\xC1"));
	struct value v;
	size_t n;

	cr_assert_eq(scan_value(&s, &v), ERR_RECORD);
	cr_assert_eq(scan_one(SPAN("\xC1"), &n), ERR_RECORD);
	cr_assert_eq(scan_one(SPAN("\x92\x01\xC1"), &n), ERR_RECORD);
}

Test(scan, nothing_is_no_value)
{
	struct scan s = scan_of(span_of(NULL, 0));
	struct value v;
	struct span text;
	size_t n;

	cr_assert_eq(scan_value(&s, &v), ERR_RECORD);
	cr_assert_eq(scan_str(&s, &text), ERR_RECORD);
	cr_assert_eq(scan_skip(&s, NULL), ERR_RECORD);
	cr_assert_eq(scan_one(span_of(NULL, 0), &n), ERR_STOP);
}

Test(scan, refuses_a_count_above_the_bytes_left)
{
	static const struct span hostile[] = {SPAN("\x93\x01\xC3\xDD\xFF\xFF\xFF\xFF"),
	    SPAN("\xDD\xFF\xFF\xFF\xFF"), SPAN("\xDF\xFF\xFF\xFF\xFF"),
	    SPAN("\xDD\x00\x00\x00\x02\x01"), SPAN("\xDF\x80\x00\x00\x00\x01\x01"),
	    SPAN("\xDC\xFF\xFF\x01"), SPAN("\xDE\x00\x02\x01\x01\x01"), SPAN("\x9F\x01"),
	    SPAN("\x81\x01"), SPAN("\xDB\xFF\xFF\xFF\xFFx"), SPAN("\xC6\xFF\xFF\xFF\xFFx"),
	    SPAN("\xC9\xFF\xFF\xFF\xFF\x01x"), SPAN("\xBFx")};

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct span bytes = tight(hostile[i]);
		struct scan s = scan_of(bytes);
		size_t n = 77;

		cr_assert_eq(scan_skip(&s, NULL), ERR_RECORD, "%zu", i);
		cr_assert_eq(scan_one(bytes, &n), ERR_STOP, "%zu", i);
		cr_assert_eq(n, 77);
		tight_done(bytes);
	}
}

/* The heads alone: whoever allocates by a count has not looked at the elements yet. */
Test(scan, a_head_never_counts_more_than_the_bytes_left)
{
	static const struct span heads[] = {SPAN("\xDD\xFF\xFF\xFF\xFF"),
	    SPAN("\xDD\0\0\0\x03\x01\x01"), SPAN("\xDC\x00\x03\x01\x01"), SPAN("\x93\x01\x01"),
	    SPAN("\xDF\xFF\xFF\xFF\xFF"), SPAN("\xDF\0\0\0\x02\x01\x01\x01"),
	    SPAN("\xDE\x00\x02\x01\x01\x01"), SPAN("\x82\x01\x01\x01")};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct scan s = scan_of(heads[i]), t = s;
		struct value v;
		uint32_t n = 7;

		cr_assert_eq(scan_value(&s, &v), ERR_RECORD, "%zu", i);
		cr_assert_eq(i < 4 ? scan_array(&t, &n) : scan_map(&t, &n), ERR_RECORD, "%zu", i);
		cr_assert_eq(n, 7, "a failure wrote its result");
	}
}

Test(scan, a_count_that_just_fits_is_taken)
{
	struct scan s = scan_of(SPAN("\xDD\x00\x00\x00\x02\x01\x02"));
	uint32_t n = 0;

	cr_assert_eq(scan_array(&s, &n), 0);
	cr_assert_eq(n, 2);
	s = scan_of(SPAN("\xDF\x00\x00\x00\x01\x01\x02"));
	cr_assert_eq(scan_map(&s, &n), 0);
	cr_assert_eq(n, 1);
}

Test(scan, each_reader_refuses_the_other_types)
{
	static const struct span values[] = {SPAN("\xC0"), SPAN("\xC3"), SPAN("\x05"), SPAN("\xFB"),
	    SPAN("\xCB\0\0\0\0\0\0\0\0"), SPAN("\xA1x"), SPAN("\xC4\x01x"), SPAN("\xD4\x01x"),
	    SPAN("\x91\x01"), SPAN("\x81\x01\x01")};

	for (unsigned i = VALUE_NIL; i <= VALUE_MAP; i++) {
		struct scan s[8];
		struct span text;
		uint64_t u64;
		uint32_t u32;
		int64_t i64;
		bool is;

		for (size_t k = 0; k < 8; k++)
			s[k] = scan_of(values[i]);
		cr_assert_eq(scan_bool(&s[0], &is) == 0, i == VALUE_BOOL, "%u", i);
		cr_assert_eq(scan_uint64(&s[1], &u64) == 0, i == VALUE_UINT, "%u", i);
		cr_assert_eq(scan_uint32(&s[2], &u32) == 0, i == VALUE_UINT, "%u", i);
		cr_assert_eq(
		    scan_int64(&s[3], &i64) == 0, i == VALUE_INT || i == VALUE_UINT, "%u", i);
		cr_assert_eq(scan_str(&s[4], &text) == 0, i == VALUE_STR, "%u", i);
		cr_assert_eq(scan_bin(&s[5], &text) == 0, i == VALUE_BIN, "%u", i);
		cr_assert_eq(scan_array(&s[6], &u32) == 0, i == VALUE_ARRAY, "%u", i);
		cr_assert_eq(scan_map(&s[7], &u32) == 0, i == VALUE_MAP, "%u", i);
	}
}

Test(scan, integers_that_do_not_fit_are_refused)
{
	struct scan s = scan_of(SPAN("\xCF\0\0\0\x01\0\0\0\0"));
	uint32_t u32 = 7;
	int32_t i32 = 7;
	int64_t i64 = 7;

	cr_assert_eq(scan_uint32(&s, &u32), ERR_RECORD);
	s = scan_of(SPAN("\xCE\x80\x00\x00\x00"));
	cr_assert_eq(scan_int32(&s, &i32), ERR_RECORD);
	s = scan_of(SPAN("\xD3\xFF\xFF\xFF\xFF\x7F\xFF\xFF\xFF"));
	cr_assert_eq(scan_int32(&s, &i32), ERR_RECORD);
	s = scan_of(SPAN("\xCF\x80\0\0\0\0\0\0\0"));
	cr_assert_eq(scan_int64(&s, &i64), ERR_RECORD);
	cr_assert(u32 == 7 && i32 == 7 && i64 == 7, "a failure wrote its result");
}

Test(scan, the_outermost_integers_fit)
{
	struct scan s = scan_of(SPAN("\xCE\xFF\xFF\xFF\xFF"));
	uint32_t u32;
	int32_t i32;
	int64_t i64;

	cr_assert_eq(scan_uint32(&s, &u32), 0);
	cr_assert_eq(u32, UINT32_MAX);
	s = scan_of(SPAN("\xD2\x80\x00\x00\x00"));
	cr_assert_eq(scan_int32(&s, &i32), 0);
	cr_assert_eq(i32, INT32_MIN);
	s = scan_of(SPAN("\xCE\x7F\xFF\xFF\xFF"));
	cr_assert_eq(scan_int32(&s, &i32), 0);
	cr_assert_eq(i32, INT32_MAX);
	s = scan_of(SPAN("\xCF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"));
	cr_assert_eq(scan_int64(&s, &i64), 0);
	cr_assert_eq(i64, INT64_MAX);
	s = scan_of(SPAN("\xD3\x80\0\0\0\0\0\0\0"));
	cr_assert_eq(scan_int64(&s, &i64), 0);
	cr_assert_eq(i64, INT64_MIN);
}

Test(scan, a_short_string_that_is_cut_is_refused)
{
	struct span bytes = tight(SPAN("\xA5"
				       "four"));
	struct scan s = scan_of(bytes);
	struct span text;

	cr_assert_eq(scan_str(&s, &text), ERR_RECORD);
	tight_done(bytes);
}

/* Most values are passed over by a table: it must say of each head what a closer look says. */
Test(scan, skip_passes_over_what_a_value_takes)
{
	char bytes[70000];

	memset(bytes, 1, sizeof(bytes));
	for (int head = 0; head < 256; head++)
		for (size_t n = 1; n <= sizeof(bytes); n = n < 600 ? n + 1 : 60 * n) {
			struct scan look = scan_of(span_of(bytes, n)), skip = look;
			struct value v;
			int r;

			bytes[0] = (char)head;
			r = scan_value(&look, &v);
			if (r == 0 && (v.type == VALUE_ARRAY || v.type == VALUE_MAP))
				continue;
			cr_assert_eq(scan_skip(&skip, NULL), r, "%02x of %zu", head, n);
			cr_assert(r < 0 || skip.p == look.p, "%02x of %zu", head, n);
		}
}

Test(scan, skip_gives_the_bytes_of_the_value_and_stands_behind_them)
{
	struct scan s = scan_of(SPAN("\x82\xA1"
				     "a\x92\x01\x80\xA1"
				     "b\xC0\x07"));
	struct span bytes;
	uint64_t next;

	cr_assert_eq(scan_skip(&s, &bytes), 0);
	cr_assert(span_equal(bytes, SPAN("\x82\xA1"
					 "a\x92\x01\x80\xA1"
					 "b\xC0")));
	cr_assert_eq(scan_uint64(&s, &next), 0);
	cr_assert_eq(next, 7);
}

Test(scan, one_is_the_first_of_several_values)
{
	size_t n = 0;

	cr_assert_eq(scan_one(SPAN("\x91\x90\x05\x05"), &n), 0);
	cr_assert_eq(n, 2);
	cr_assert_eq(scan_one(SPAN("\x90\xC1"), &n), 0);
	cr_assert_eq(n, 1);
}

Test(scan, one_tells_cut_short_from_broken)
{
	struct span whole = SPAN("\x83\xA1"
				 "a\xCB\0\0\0\0\0\0\0\0\xD9\x22"
				 "a string of more than 31 "
				 "bytes ...\x92\xC4\x03"
				 "abc\xC7\x02\x01xy\xC0\xDC\x00\x01\xD1\x80\x00");
	size_t n = 0;

	cr_assert_eq(scan_one(whole, &n), 0);
	cr_assert_eq(n, whole.n);
	for (size_t cut_at = 0; cut_at < whole.n; cut_at++) {
		struct span part = tight(span_cut(whole, 0, cut_at));
		struct scan s = scan_of(part);

		cr_assert_eq(scan_one(part, &n), ERR_STOP, "cut at %zu", cut_at);
		cr_assert_eq(scan_skip(&s, NULL), ERR_RECORD, "cut at %zu", cut_at);
		tight_done(part);
	}
}

Test(scan, containers_nest_as_deep_as_msgpack_c_can_read_and_no_deeper)
{
	char bytes[SCAN_DEPTH + 8];

	for (size_t depth = 1; depth <= SCAN_DEPTH + 4; depth++) {
		struct span s = nested(bytes, depth);
		msgpack_unpacked peer;
		size_t n;

		cr_assert_eq(
		    scan_one(s, &n), depth <= SCAN_DEPTH ? 0 : ERR_RECORD, "depth %zu", depth);
		cr_assert_eq(peer_reads(&peer, s), depth <= SCAN_DEPTH, "depth %zu", depth);
		msgpack_unpacked_destroy(&peer);
	}
}

Test(scan, a_million_open_brackets_are_refused_in_no_time)
{
	size_t n, size = 1 << 20;
	char *bytes = mem_alloc(size);

	memset(bytes, 0x91, size);
	cr_assert_eq(scan_one(span_of(bytes, size), &n), ERR_RECORD);
	memset(bytes, 0x81, size);
	cr_assert_eq(scan_one(span_of(bytes, size), &n), ERR_RECORD);
	free(bytes);
}

/* Pack something of any type; containers nest a little. */
static void
pack_any(struct dice *d, msgpack_packer *p, int depth)
{
	struct span s = roll_span(d, 70000);
	uint64_t n = roll_below(d, 40);

	switch (roll_below(d, depth > 0 ? 12 : 10)) {
	case 0: msgpack_pack_nil(p); return;
	case 1: msgpack_pack_true(p); return;
	case 2: msgpack_pack_false(p); return;
	case 3: msgpack_pack_uint64(p, roll_uint(d)); return;
	case 4: msgpack_pack_int64(p, -(int64_t)(roll_uint(d) >> 1) - 1); return;
	case 5: msgpack_pack_float(p, (float)roll_int32(d) / 3); return;
	case 6: msgpack_pack_double(p, (double)roll_int32(d) / 3); return;
	case 7: msgpack_pack_str_with_body(p, s.p, s.n); return;
	case 8: msgpack_pack_bin_with_body(p, s.p, s.n); return;
	case 9: msgpack_pack_ext_with_body(p, s.p, s.n, (int8_t)roll(d)); return;
	case 10:
		msgpack_pack_array(p, n);
		for (; n > 0; n--)
			pack_any(d, p, depth - 1);
		return;
	default:
		msgpack_pack_map(p, n);
		for (n *= 2; n > 0; n--)
			pack_any(d, p, depth - 1);
	}
}

/* Whether the value under s is what msgpack-c read there. */
static bool
agrees(struct scan *s, const msgpack_object *o)
{
	struct value v;

	if (scan_value(s, &v) < 0)
		return false;
	switch (o->type) {
	case MSGPACK_OBJECT_NIL: return v.type == VALUE_NIL;
	case MSGPACK_OBJECT_BOOLEAN: return v.type == VALUE_BOOL && v.boolean == o->via.boolean;
	case MSGPACK_OBJECT_POSITIVE_INTEGER: return v.type == VALUE_UINT && v.uint == o->via.u64;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER: return v.type == VALUE_INT && v.sint == o->via.i64;
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64: return v.type == VALUE_FLOAT && v.number == o->via.f64;
	case MSGPACK_OBJECT_STR:
		return v.type == VALUE_STR &&
		       span_equal(v.bytes, span_of(o->via.str.ptr, o->via.str.size));
	case MSGPACK_OBJECT_BIN:
		return v.type == VALUE_BIN &&
		       span_equal(v.bytes, span_of(o->via.bin.ptr, o->via.bin.size));
	case MSGPACK_OBJECT_EXT:
		return v.type == VALUE_EXT && v.ext == o->via.ext.type &&
		       span_equal(v.bytes, span_of(o->via.ext.ptr, o->via.ext.size));
	case MSGPACK_OBJECT_ARRAY:
		if (v.type != VALUE_ARRAY || v.count != o->via.array.size)
			return false;
		for (uint32_t i = 0; i < v.count; i++)
			if (!agrees(s, &o->via.array.ptr[i]))
				return false;
		return true;
	case MSGPACK_OBJECT_MAP:
		if (v.type != VALUE_MAP || v.count != o->via.map.size)
			return false;
		for (uint32_t i = 0; i < v.count; i++)
			if (!agrees(s, &o->via.map.ptr[i].key) ||
			    !agrees(s, &o->via.map.ptr[i].val))
				return false;
		return true;
	}
	return false;
}

Test(scan, reads_what_msgpack_c_packs)
{
	struct arena a = {0};
	struct dice d = {1, &a};

	for (int i = 0; i < 2000; i++) {
		msgpack_sbuffer b;
		msgpack_packer p;
		msgpack_unpacked peer;
		struct span s;
		struct scan at;
		size_t n;

		msgpack_sbuffer_init(&b);
		msgpack_packer_init(&p, &b, msgpack_sbuffer_write);
		pack_any(&d, &p, 3);
		s = span_of(b.data, b.size);
		at = scan_of(s);
		cr_assert(peer_reads(&peer, s));
		cr_assert(agrees(&at, &peer.data), "value %d", i);
		cr_assert_eq(scan_left(&at), 0);
		cr_assert_eq(scan_one(s, &n), 0);
		cr_assert_eq(n, s.n);
		msgpack_unpacked_destroy(&peer);
		msgpack_sbuffer_destroy(&b);
		arena_reset(&a);
	}
	arena_done(&a);
}

Test(scan, takes_the_same_random_bytes_for_values_as_msgpack_c)
{
	struct dice d = {2, NULL};
	unsigned values = 0;

	for (int i = 0; i < 200000; i++) {
		char bytes[12];
		size_t n = 1 + roll_below(&d, sizeof(bytes)), ours = 0, theirs = 0;
		msgpack_unpacked peer;
		bool good;

		for (size_t k = 0; k < n; k++) {
			/* containers and strings more often; no counts for which it would take
			 * gigabytes */
			bytes[k] = (char)(roll_below(&d, 3) ? 0x80 + roll(&d) % 0x60 : roll(&d));
			if ((unsigned char)bytes[k] == 0xDD || (unsigned char)bytes[k] == 0xDF)
				bytes[k] = (char)0x92;
		}
		msgpack_unpacked_init(&peer);
		good = msgpack_unpack_next(&peer, bytes, n, &theirs) == MSGPACK_UNPACK_SUCCESS;
		cr_assert_eq(scan_one(span_of(bytes, n), &ours) == 0, good, "case %d", i);
		cr_assert(!good || ours == theirs, "case %d: %zu bytes, msgpack-c says %zu", i,
		    ours, theirs);
		values += good;
		msgpack_unpacked_destroy(&peer);
	}
	cr_assert(values > 10000, "only %u were values", values);
}
