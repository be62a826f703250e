#include "stages/write/members.h"

#include "gather.h"

TestSuite(members, .init = gather_open, .fini = gather_close);

static void
gives_back(const char *name)
{
	opened(name);
	batch(0, "one\n", 10);
	batch(1, "two\n", 10);
	cr_assert_eq(flushed(true), 2);
	cr_assert_neq(size_of(name), 8, "it is not compressed");
	scratch_holds(name, "one\ntwo\n");
}

Test(members, gzip_gives_back_what_went_in)
{
	gives_back("x.jsonl.gz");
}

Test(members, zstd_gives_back_what_went_in)
{
	gives_back("x.jsonl.zst");
}

Test(members, without_final_the_last_member_stays_open)
{
	opened("x.gz");
	for (uint64_t i = 0; i < 5; i++)
		batch(i, "a line\n", 10);
	cr_assert_eq(flushed(false), 0, "nothing of it can be read yet");
	cr_assert_eq(size_of("x.gz"), 0);
	cr_assert_eq(flushed(true), 5);
	cr_assert_gt(size_of("x.gz"), 0);
	cr_assert_eq(flushed(true), 5, "asked again there is nothing more");
}

Test(members, nothing_compressed_is_an_empty_file)
{
	opened("x.gz");
	end_batch(0, 100);
	cr_assert_eq(flushed(true), 1);
	cr_assert_eq(size_of("x.gz"), 0);
}

Test(members, a_member_ends_after_a_mebibyte)
{
	opened("x.zst");
	put(noise(MEMBER_BYTES - 1));
	end_batch(0, 1);
	cr_assert_eq(flushed(false), 0, "a byte is lacking");
	batch(1, "x", 1);
	cr_assert_eq(flushed(false), 2);
	cr_assert_eq(scratch_get("x.zst", &got).n, MEMBER_BYTES, "the member can be read alone");
	batch(2, "y", 1);
	cr_assert_eq(flushed(false), 2, "the next one is open");
	cr_assert_eq(flushed(true), 3);
	cr_assert_eq(scratch_get("x.zst", &got).n, MEMBER_BYTES + 1);
}

Test(members, a_member_ends_after_32_batches)
{
	opened("x.gz");
	for (uint64_t i = 0; i < MEMBER_BATCHES - 1; i++)
		batch(i, "x", 1);
	cr_assert_eq(flushed(false), 0);
	batch(MEMBER_BATCHES - 1, "x", 1);
	cr_assert_eq(flushed(false), MEMBER_BATCHES);
	for (uint64_t i = 0; i < MEMBER_BATCHES - 1; i++)
		batch(MEMBER_BATCHES + i, "x", 1);
	cr_assert_eq(flushed(false), MEMBER_BATCHES, "counted anew");
	batch(2 * MEMBER_BATCHES - 1, "x", 1);
	cr_assert_eq(flushed(false), 2 * MEMBER_BATCHES);
}

Test(members, a_member_ends_after_8_mebibytes_of_input)
{
	opened("x.gz");
	batch(0, "x", MEMBER_INPUT_BYTES / 2);
	batch(1, "x", MEMBER_INPUT_BYTES / 2 - 1);
	cr_assert_eq(flushed(false), 0);
	batch(2, "x", 1);
	cr_assert_eq(flushed(false), 3);
	batch(3, "x", MEMBER_INPUT_BYTES - 1);
	cr_assert_eq(flushed(false), 3, "counted anew");
}

static void
write_some(const char *name, uint64_t flush_every)
{
	opened(name);
	for (uint64_t i = 0; i < 100; i++) {
		put(noise(30000 + 11 * i));
		end_batch(i, 250000);
		if (i % flush_every == 0)
			flushed(false);
	}
	cr_assert_eq(flushed(true), 100);
	sink_close(&s);
}

static void
read_raw(const char *name, struct buf *b)
{
	int fd = open(scratch_path(name), O_RDONLY);
	ssize_t n;

	while ((n = read(fd, buf_room(b, 65536), 65536)) > 0)
		b->n += (size_t)n;
	close(fd);
}

Test(members, the_bytes_do_not_depend_on_when_it_is_flushed)
{
	static const char *const kinds[][2] = {{"a.gz", "b.gz"}, {"a.zst", "b.zst"}, {"a", "b"}};
	struct buf other = {0};

	for (size_t i = 0; i < 3; i++) {
		write_some(kinds[i][0], 1);
		write_some(kinds[i][1], 1000);
		got.n = other.n = 0;
		read_raw(kinds[i][0], &got);
		read_raw(kinds[i][1], &other);
		cr_assert_gt(got.n, 1000);
		cr_assert(span_equal(buf_view(&got), buf_view(&other)), "%s", kinds[i][0]);
	}
	buf_done(&other);
}

/* two that end theirs together */

static void
letter(const char *text)
{
	cr_assert_eq(sink_put(&dead, span_str(text)), 0);
}

static void
opened_both(const char *name, const char *dead_name)
{
	opened(name);
	cr_assert_eq(
	    sink_open(&dead, scratch_path(dead_name), compression_of_name(dead_name), false), 0);
}

Test(members, an_open_member_of_dead_letters_holds_back_a_plain_output)
{
	opened_both("x", "d.gz");
	batch(0, "one", 1);
	cr_assert_eq(boundary, 1);
	letter("bad");
	for (uint64_t i = 1; i < MEMBER_BATCHES; i++)
		batch(i, "x", 1);
	cr_assert_eq(boundary, 1);
	batch(MEMBER_BATCHES, "x", 1);
	cr_assert_eq(boundary, MEMBER_BATCHES + 1, "32 since the letter");
	batch(MEMBER_BATCHES + 1, "x", 1);
	cr_assert_eq(boundary, MEMBER_BATCHES + 2, "none is open");
}

Test(members, both_end_when_one_is_full)
{
	opened_both("x.gz", "d.gz");
	letter("bad");
	batch(0, "x", 1);
	cr_assert_eq(boundary, 0);
	put(noise(MEMBER_BYTES));
	end_batch(1, 1);
	cr_assert_eq(boundary, 2);
	cr_assert_eq(sink_member_bytes(&s) + sink_member_bytes(&dead), 0);
	letter("x");
	cr_assert_eq(sink_put(&dead, noise(MEMBER_BYTES)), 0);
	batch(2, "x", 1);
	cr_assert_eq(boundary, 3);
	cr_assert_eq(sink_member_bytes(&s) + sink_member_bytes(&dead), 0);
}

Test(members, batches_without_output_leave_none_open)
{
	opened("x.gz");
	for (uint64_t i = 0; i < 100; i++) {
		end_batch(i, MEMBER_INPUT_BYTES);
		cr_assert_eq(boundary, i + 1);
	}
	batch(100, "x", 1);
	cr_assert_eq(boundary, 100, "counted from there");
}
