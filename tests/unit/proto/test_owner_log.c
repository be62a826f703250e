#include "proto/owner_log.h"

#include "tests/unit/proto/told.h"

enum { ID = 0x1D, GROUPS = 3 };

/* Three groups, and where each ends. */
struct log {
	struct buf bytes;
	size_t ends[GROUPS + 1];
};

static const char *const told_by_group[GROUPS] = {
    "R11 D1/1001:first O1>1/7 C11.0=70 ",
    "D2/1002: O2>2/7 C11.1=71 D3/1003:CDORS O3>3/7 C11.2=72 ",
    "D4/1004:last O4>4/7 C11.3=73 T11 ",
};

static void
add_group(struct log *log, struct buf *group)
{
	owner_log_sync(group, ID);
	buf_span(&log->bytes, buf_view(group));
	buf_done(group);
}

static void
make(struct log *log)
{
	struct buf b = {0};

	*log = (struct log){.bytes = {0}};
	owner_log_run(&b, 11);
	told_note(&b, 1, 1, "first");
	owner_log_batch(&b, 11, 0, 70);
	add_group(log, &b);
	log->ends[1] = log->bytes.n;
	told_note(&b, 2, 2, "");
	owner_log_batch(&b, 11, 1, 71);
	told_note(&b, 3, 3, "CDORS");
	owner_log_batch(&b, 11, 2, 72);
	add_group(log, &b);
	log->ends[2] = log->bytes.n;
	told_note(&b, 4, 4, "last");
	owner_log_batch(&b, 11, 3, 73);
	owner_log_take_back(&b, 11);
	add_group(log, &b);
	log->ends[3] = log->bytes.n;
}

/* Read; what it returned, with what it told and its end. */
static int
try_read(struct span bytes, struct told *t, size_t *ret_end, uint64_t *ret_groups)
{
	const struct index_reader reader = told_reader(t);

	t->text.n = 0;
	*ret_groups = 0;
	return owner_log_read(bytes, 0, ID, &reader, ret_end, ret_groups);
}

/* The first n groups are told, and all behind is a torn end. */
static void
tells(struct span bytes, int n, const struct log *log)
{
	struct told t = {.refuse = NULL};
	struct buf expected = {0};
	uint64_t groups;
	size_t end;

	for (int i = 0; i < n; i++)
		buf_str(&expected, told_by_group[i]);
	buf_byte(&expected, '\0');
	cr_assert_eq(try_read(bytes, &t, &end, &groups), 0);
	told_is(&t, expected.p);
	cr_assert_eq(end, log->ends[n]);
	cr_assert_eq(groups, (uint64_t)n);
	buf_done(&expected);
	buf_done(&t.text);
}

static void
is_damaged(struct span bytes, size_t at)
{
	struct told t = {.refuse = NULL};
	uint64_t groups;
	size_t end;

	cr_assert_eq(try_read(bytes, &t, &end, &groups), ERR_RECORD);
	cr_assert_eq(end, at);
	buf_done(&t.text);
}

Test(owner_log, tells_what_was_noted_in_its_order)
{
	struct log log;

	make(&log);
	tells(buf_view(&log.bytes), GROUPS, &log);
	tells(span_of(NULL, 0), 0, &log);
	buf_done(&log.bytes);
}

Test(owner_log, lies_in_the_file_as_its_header_says)
{
	static const char expected[] =
	    "R\x0B\0\0\0\0\0\0\0"
	    "D\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xEE\xE9\x03\0\0\0\0\0\0\x05\0\0\0"
	    "first"
	    "O\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xEE\x01\0\0\0\x07\0\0\0"
	    "C\x0B\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x46\0\0\0\0\0\0\0"
	    "S\x6E\0\0\0\0\0\0\0";
	enum { N = sizeof(expected) - 1 };
	char id[8] = {ID};
	struct log log;
	uint64_t sum;

	make(&log);
	cr_assert_eq(log.ends[1], N + 8);
	cr_assert_eq(log.ends[1], 0x6E);
	cr_assert_eq(memcmp(log.bytes.p, expected, N), 0);
	sum = hash64_pair(span_of(id, 8), span_of(expected, N));
	cr_assert_eq(index_get64(log.bytes.p + N), sum);
	cr_assert_eq(log.bytes.p[log.ends[3] - 17 - 9], 'T');
	buf_done(&log.bytes);
}

Test(owner_log, torn_at_any_byte_it_ends_behind_its_last_group)
{
	struct log log;

	make(&log);
	for (int k = 0; k < GROUPS; k++)
		for (size_t n = log.ends[k]; n < log.ends[k + 1]; n++)
			tells(span_of(log.bytes.p, n), k, &log);
	buf_done(&log.bytes);
}

Test(owner_log, a_torn_end_may_hold_anything)
{
	static const struct span tails[] = {SPAN("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
	    SPAN("SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS"), SPAN("garbage"),
	    SPAN("D0123456789abcdefYYYYYYYY\xFF\xFF\xFF\xFF"), SPAN("S\x11\0\0\0\0\0\0\0........")};
	struct log log;

	make(&log);
	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		log.bytes.n = log.ends[3];
		buf_span(&log.bytes, tails[i]);
		tells(buf_view(&log.bytes), GROUPS, &log);
	}
	buf_done(&log.bytes);
}

Test(owner_log, of_a_group_of_several_batches_all_is_told_or_nothing)
{
	struct log log;

	make(&log);
	log.bytes.p[log.ends[2] - 40] ^= 1; /* in its second batch */
	tells(span_of(log.bytes.p, log.ends[2]), 1, &log);
	buf_done(&log.bytes);
}

Test(owner_log, damaged_before_its_last_group_is_told_with_its_place)
{
	struct log log;

	make(&log);
	for (size_t at = 0; at < log.ends[2]; at++)
		for (int bit = 0; bit < 8; bit++) {
			log.bytes.p[at] ^= (char)(1 << bit);
			is_damaged(buf_view(&log.bytes), at < log.ends[1] ? 0 : log.ends[1]);
			log.bytes.p[at] ^= (char)(1 << bit);
		}
	buf_done(&log.bytes);
}

Test(owner_log, damaged_in_its_last_group_it_is_as_if_torn)
{
	struct log log;

	make(&log);
	for (size_t at = log.ends[2]; at < log.ends[3]; at++) {
		log.bytes.p[at] ^= 0x40;
		tells(buf_view(&log.bytes), 2, &log);
		log.bytes.p[at] ^= 0x40;
	}
	buf_done(&log.bytes);
}

Test(owner_log, of_another_index_nothing_is_whole)
{
	struct told t = {.refuse = NULL};
	const struct index_reader reader = told_reader(&t);
	uint64_t groups = 0;
	struct log log;
	size_t end = 9;

	make(&log);
	cr_assert_eq(owner_log_read(buf_view(&log.bytes), 0, ID + 1, &reader, &end, &groups), 0);
	cr_assert_eq(end, 0);
	cr_assert_eq(t.text.n, 0);
	buf_done(&log.bytes);
}

/* Whoever writes an id cannot write the end of a group: he does not know the id of the index. */
Test(owner_log, what_an_id_holds_is_never_taken_for_a_group)
{
	struct buf b = {0}, forged = {0};
	struct log log;

	make(&log);
	owner_log_run(&forged, 12);
	owner_log_sync(&forged, 0);
	owner_log_document(&b, &(struct hash){{0}}, 1, buf_view(&forged));
	log.bytes.n = log.ends[3];
	buf_span(&log.bytes, buf_view(&b));
	tells(buf_view(&log.bytes), GROUPS, &log);
	buf_done(&log.bytes);
	buf_done(&b);
	buf_done(&forged);
}

Test(owner_log, what_the_reader_does_not_accept_is_damage)
{
	static const char *const words[] = {"O3>", "R11", "C11.2"};
	struct log log;

	make(&log);
	for (int i = 0; i < 3; i++) {
		struct told t = {.refuse = words[i]};
		uint64_t groups;
		size_t end;

		cr_assert_eq(try_read(buf_view(&log.bytes), &t, &end, &groups), ERR_RECORD);
		cr_assert_eq(log.bytes.p[end], words[i][0]);
		buf_done(&t.text);
	}
	buf_done(&log.bytes);
}

Test(owner_log, what_is_kept_for_near_paragraphs_comes_back)
{
	struct near_owner o = {.sketch = {.lanes = {200}}, .document = 1, .paragraph = 7};
	struct near_drop d = {told_hash(5), 2, 7, 1, 8, 4000};
	struct told t = {.refuse = NULL};
	struct buf b = {0};
	uint64_t groups;
	size_t end;

	owner_log_near_owner(&b, &o);
	cr_assert_eq(b.n, 1 + NEAR_OWNER_BYTES);
	owner_log_near_drop(&b, &d);
	cr_assert_eq(b.n, 2 + NEAR_OWNER_BYTES + NEAR_DROP_BYTES);
	owner_log_sync(&b, ID);
	cr_assert_eq(try_read(buf_view(&b), &t, &end, &groups), 0);
	told_is(&t, "K1/7:200 L5>2/7:1/8*4000 ");
	cr_assert_eq(end, b.n);
	buf_done(&t.text);
	buf_done(&b);
}

Test(owner_log, a_reader_may_pass_over_what_is_kept_for_near_paragraphs)
{
	struct near_owner o = {.document = 1};
	struct near_drop d = {.document = 1};
	struct told t = {.refuse = NULL};
	struct index_reader reader = told_reader(&t);
	struct buf b = {0};
	uint64_t groups = 0;
	size_t end;

	reader.near_owner = NULL;
	reader.near_drop = NULL;
	owner_log_near_owner(&b, &o);
	owner_log_near_drop(&b, &d);
	owner_log_sync(&b, ID);
	cr_assert_eq(owner_log_read(buf_view(&b), 0, ID, &reader, &end, &groups), 0);
	cr_assert_eq(groups, 1);
	cr_assert_eq(t.text.n, 0);
	buf_done(&b);
}
