#include "proto/checkpoint.h"

#include "common/hash.h"
#include "proto/json_in.h"
#include "tests/unit/scratch.h"

static struct checkpoint c, got;
static struct buf bytes;

static void
open_test(void)
{
	scratch_open();
	c = (struct checkpoint){
	    .run = 0x0123456789abcdef,
	    .next = UINT64_MAX - 1,
	    .index = 0xfedcba9876543210,
	    .token = {.input = 3, .offset = 1ULL << 40, .state = SPAN("J\0\xff")},
	    .finished = true,
	    .fingerprint = SPAN("min-chars=25\nlang=\"auto\"\n"),
	    .output = SPAN("arle.jsonl.gz"),
	    .dead_letters = SPAN("arle.dead"),
	    .output_bytes = 1ULL << 33,
	    .part = SPAN("in/arle.jsonl"),
	    .dead_bytes = 77,
	    .counts = {.in = 5, .documents = 5, .records = 4, .refused = 1, .bytes_out = 1},
	};
	tally_add(&c.by[BY_SOURCE], SPAN("a.jsonl"), 5);
	tally_add(&c.by[BY_SITE], SPAN("quay.example"), 2);
	tally_add(&c.by[BY_LANGUAGE], SPAN("nb"), 3);
	tally_add(&c.by[BY_REASON], SPAN("bad-json"), 1);
	got = (struct checkpoint){.next = 42};
	checkpoint_print(&bytes, &c);
}

static void
close_test(void)
{
	checkpoint_done(&c);
	checkpoint_done(&got);
	buf_done(&bytes);
	scratch_close();
}

TestSuite(checkpoint, .init = open_test, .fini = close_test);

static void
same_tally(const struct tally *a, const struct tally *b)
{
	struct buf x = {0}, y = {0};

	tally_json(&x, a);
	tally_json(&y, b);
	cr_assert(span_equal(buf_view(&x), buf_view(&y)), "%.*s", (int)x.n, x.p);
	buf_done(&x);
	buf_done(&y);
}

static void
same_as_printed(void)
{
	cr_assert_eq(got.run, c.run);
	cr_assert_eq(got.next, c.next);
	cr_assert_eq(got.index, c.index);
	cr_assert_eq(got.token.input, c.token.input);
	cr_assert_eq(got.token.offset, c.token.offset);
	cr_assert(span_equal(got.token.state, c.token.state));
	cr_assert_eq(got.finished, c.finished);
	cr_assert(span_equal(got.fingerprint, c.fingerprint));
	cr_assert(span_equal(got.output, c.output));
	cr_assert(span_equal(got.dead_letters, c.dead_letters));
	cr_assert_eq(got.output_bytes, c.output_bytes);
	cr_assert(span_equal(got.part, c.part));
	cr_assert_eq(got.dead_bytes, c.dead_bytes);
	cr_assert_eq(memcmp(&got.counts, &c.counts, sizeof(c.counts)), 0);
	for (size_t i = 0; i < TALLIES; i++)
		same_tally(&got.by[i], &c.by[i]);
}

Test(checkpoint, comes_back_as_it_was)
{
	cr_assert_eq(checkpoint_parse(&got, buf_view(&bytes)), 0, "%s", err_text());
	same_as_printed();
}

Test(checkpoint, comes_back_when_nothing_is_in_it)
{
	checkpoint_done(&c);
	c.run = 1;
	bytes.n = 0;
	checkpoint_print(&bytes, &c);
	cr_assert_eq(checkpoint_parse(&got, buf_view(&bytes)), 0, "%s", err_text());
	same_as_printed();
}

Test(checkpoint, is_json_for_people)
{
	struct buf packed = {0};
	struct arena a = {0};

	buf_byte(&bytes, '\0');
	cr_assert(strstr(bytes.p, "\n \"run\": \"0123456789abcdef\",\n") != NULL, "%s", bytes.p);
	cr_assert(strstr(bytes.p, "\n \"output\": \"arle.jsonl.gz\",\n") != NULL);
	cr_assert(strstr(bytes.p, "\"state\": \"4a00ff\"}") != NULL);
	cr_assert_eq(json_in(&packed, &a, span_of(bytes.p, bytes.n - 1)), 0, "%s", err_text());
	buf_done(&packed);
	arena_done(&a);
}

Test(checkpoint, its_counts_are_json_alone)
{
	struct buf b = {0};

	checkpoint_counts_json(&b, &c);
	buf_byte(&b, '\0');
	cr_assert(span_starts(buf_view(&b), SPAN("{\"totals\": {\"in\": 5, ")), "%s", b.p);
	cr_assert(strstr(b.p, "\"by_reason\": {\"bad-json\": 1},\n \"by_filter\": {}") != NULL,
	    "%s", b.p);
	buf_done(&b);
}

static void
is_refused(struct span s, const char *what, size_t at)
{
	cr_assert_eq(checkpoint_parse(&got, s), ERR_RECORD, "%s at %zu", what, at);
	cr_assert_eq(got.next, 42, "untouched");
}

Test(checkpoint, cut_anywhere_is_refused)
{
	for (size_t n = 0; n < bytes.n; n++)
		is_refused(span_of(bytes.p, n), "cut", n);
}

Test(checkpoint, any_changed_byte_is_refused)
{
	for (size_t i = 0; i < bytes.n; i++)
		for (int bit = 0; bit < 8; bit++) {
			bytes.p[i] ^= (char)(1 << bit);
			is_refused(buf_view(&bytes), "changed", i);
			bytes.p[i] ^= (char)(1 << bit);
		}
}

Test(checkpoint, more_behind_it_is_refused)
{
	buf_byte(&bytes, '\n');
	is_refused(buf_view(&bytes), "longer", bytes.n);
}

/* A content with a right checksum: somebody means it. */
static struct span
signed_text(const char *content)
{
	bytes.n = 0;
	buf_print(
	    &bytes, "{\"checksum\": \"%016llx\"", (unsigned long long)hash64(span_str(content)));
	buf_str(&bytes, content);
	return buf_view(&bytes);
}

Test(checkpoint, fields_that_are_wrong_are_refused_though_the_checksum_is_right)
{
	static const char *const contents[] = {
	    "",
	    "}",
	    ", \"version\": 1}",
	    ", \"version\": 1, \"run\": \"00000000000000000\"}",
	    ", \"version\": 1, \"run\": \"000000000000000g\"}",
	    ", \"version\": 1, \"run\": \"0000000000000000\"}",
	    ", \"version\": 1, \"run\": 7}",
	    ", \"version\": 1, \"run\": \"0000000000000007\", \"next\": -1}",
	    ", \"version\": 1, \"run\": \"0000000000000007\", \"next\": 1.5}",
	    ", \"version\": 1, \"run\": \"0000000000000007\", \"token\": {\"state\": \"abc\"}}",
	    ", \"version\": 1, \"run\": \"0000000000000007\", \"token\": {\"state\": \"zz\"}}",
	    ", \"version\": 1, \"run\": \"0000000000000007\", \"by_site\": {\"a\": \"b\"}}",
	    ", \"version\": 1, \"run\": \"0000000000000007\", \"by_site\": []}",
	    ", \"version\": 1, \"run\": \"0000000000000007\", \"output\": \"\xff\"}",
	    ", \"version\": 1, \"run\": \"0000000000000007\"} {}",
	};

	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
		is_refused(signed_text(contents[i]), contents[i], i);
	cr_assert_eq(checkpoint_parse(&got, signed_text(", \"version\": 1, \"new\": [1], "
							"\"run\": \"00000000000000a7\"}")),
	    0, "%s", err_text());
	cr_assert_eq(got.run, 0xa7);
}

Test(checkpoint, of_another_version_is_refused_by_name)
{
	is_refused(signed_text(", \"version\": 2, \"run\": 7}"), "version", 2);
	cr_assert(strstr(err_text(), "version 2") != NULL, "%s", err_text());
}

/* the file */

static int
folder(void)
{
	int fd = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	cr_assert_geq(fd, 0);
	return fd;
}

Test(checkpoint, is_replaced_and_loaded)
{
	bool found = false;
	int fd = folder();

	scratch_put("checkpoint.new", SPAN("left by one that was killed"));
	cr_assert_eq(checkpoint_replace(fd, SPAN("older")), 0);
	cr_assert_eq(checkpoint_replace(fd, buf_view(&bytes)), 0);
	close(fd);
	cr_assert(!scratch_has("checkpoint.new"));
	cr_assert_eq(checkpoint_load(&got, scratch, &found), 0, "%s", err_text());
	cr_assert(found);
	same_as_printed();
}

Test(checkpoint, that_is_not_there_is_not_found)
{
	bool found = true;

	cr_assert_eq(checkpoint_load(&got, scratch, &found), 0);
	cr_assert(!found);
	found = true;
	cr_assert_eq(checkpoint_load(&got, scratch_path("none"), &found), 0);
	cr_assert(!found);
}

Test(checkpoint, that_is_damaged_is_refused_with_its_name)
{
	bool found = false;

	scratch_put("checkpoint", span_of(bytes.p, bytes.n / 2));
	cr_assert_eq(checkpoint_load(&got, scratch, &found), ERR_USAGE);
	cr_assert(strstr(err_text(), scratch) != NULL, "%s", err_text());
	cr_assert(strstr(err_text(), "--restart") != NULL, "%s", err_text());
	cr_assert(!found);
	scratch_put("checkpoint", SPAN(""));
	cr_assert_eq(checkpoint_load(&got, scratch, &found), ERR_USAGE, "an empty file is damage");
}

Test(checkpoint, that_cannot_be_read_is_a_fault)
{
	bool found;

	cr_assert_eq(mkdir(scratch_path("checkpoint"), 0700), 0);
	cr_assert_eq(checkpoint_load(&got, scratch, &found), ERR_SYS);
}

Test(checkpoint, that_cannot_be_replaced_stays)
{
	int fd = folder();

	cr_assert_eq(checkpoint_replace(fd, buf_view(&bytes)), 0);
	cr_assert_eq(mkdir(scratch_path("checkpoint.new"), 0700), 0);
	cr_assert_eq(checkpoint_replace(fd, SPAN("newer")), -1);
	close(fd);
	scratch_holds("checkpoint", (buf_byte(&bytes, '\0'), bytes.p));
}
