/* Members and frames: where they begin, how one goes on there, and what is behind damage. */
#include "common/inflate.h"
#include "tests/unit/packing.h"

static struct buf packed, got, text;
static int fd = -1;

static void
done(void)
{
	buf_done(&packed);
	buf_done(&got);
	buf_done(&text);
	if (fd >= 0)
		close(fd);
}

TestSuite(inflate_members, .fini = done);

static struct inflate *
open_packed(void)
{
	struct inflate *z;

	fd = fd_of(buf_view(&packed));
	cr_assert_eq(inflate_open(&z, fd), 0);
	return z;
}

/* Lines of digits that do not compress to nothing. */
static struct span
lines(unsigned seed, size_t n)
{
	text.n = 0;
	for (unsigned v = seed; text.n < n;)
		buf_print(&text, "%u line\n", v = v * 1103515245 + 12345);
	return span_cut(buf_view(&text), 0, n);
}

/* Read to the end, over damage; how often there was some. */
static int
read_over(struct inflate *z, size_t at_once)
{
	int damages = 0;
	size_t n = 1;
	bool found = true;

	while (n > 0 && found) {
		uint64_t passed;

		if (inflate_read(z, buf_room(&got, at_once), at_once, &n) == 0) {
			got.n += n;
			continue;
		}
		damages++;
		cr_assert_eq(inflate_resync(z, &passed, &found), 0);
	}
	return damages;
}

Test(inflate_members, lz4_frames_follow_each_other)
{
	static const size_t sizes[] = {1, 100, 65536};

	pack_lz4(&packed, SPAN("one, "));
	pack_lz4(&packed, lines(1, 200000));
	for (size_t i = 0; i < 3; i++) {
		struct inflate *z = open_packed();

		got.n = 0;
		cr_assert_eq(read_over(z, sizes[i]), 0, "%s", err_text());
		cr_assert_eq(got.n, 200005);
		cr_assert(span_equal(
		    span_cut(buf_view(&got), 5, got.n), span_cut(buf_view(&text), 0, 200000)));
		inflate_close(z);
		close(fd);
	}
	fd = -1;
}

Test(inflate_members, a_dictionary_in_the_first_frame_is_used)
{
	static const char words[] = "the harbour authority and the island councils of the fjord ";
	struct span s = SPAN("the island councils of the fjord and the harbour authority");
	char dictionary[4096];
	size_t n;
	ZSTD_CCtx *c = ZSTD_createCCtx();
	struct inflate *z;

	n = sizeof(words) - 1;
	memcpy(dictionary, words, n); /* raw content has no magic: it is packed as a frame */
	pack_zstd(&packed, span_of(dictionary, n));
	got.n = 0;
	buf_put(&got, "\x5D\x2A\x4D\x18", 4);
	put_number(&got, packed.n, 4);
	buf_span(&got, buf_view(&packed));
	packed.n = 0;
	buf_span(&packed, buf_view(&got));
	ZSTD_CCtx_loadDictionary(c, dictionary, n);
	for (int i = 0; i < 2; i++) {
		size_t room = ZSTD_compressBound(s.n),
		       made = ZSTD_compress2(c, buf_room(&packed, room), room, s.p, s.n);
		cr_assert_not(ZSTD_isError(made));
		cr_assert_lt(made, 40, "the dictionary is used");
		packed.n += made;
	}
	ZSTD_freeCCtx(c);
	got.n = 0;
	z = open_packed();
	cr_assert_eq(read_over(z, 4096), 0, "%s", err_text());
	cr_assert_eq(got.n, 2 * s.n);
	cr_assert(span_ends(buf_view(&got), s));
	inflate_close(z);
}

/* Read on until there are n bytes in all. */
static void
read_to(struct inflate *z, size_t n)
{
	while (got.n < n) {
		size_t part;

		cr_assert_eq(inflate_read(z, buf_room(&got, n), n - got.n, &part), 0);
		cr_assert_gt(part, 0);
		got.n += part;
	}
}

Test(inflate_members, decoding_begins_at_a_mark)
{
	void (*const packs[])(struct buf *, struct span) = {pack_gzip, pack_zstd, pack_lz4};

	for (int i = 0; i < 3; i++) {
		struct inflate_mark mark;
		struct inflate *z;
		size_t n;

		packed.n = got.n = 0;
		packs[i](&packed, SPAN("first"));
		n = packed.n;
		packs[i](&packed, SPAN("second"));
		z = open_packed();
		read_to(z, 5);
		cr_assert_eq(inflate_mark(z).in, 0);
		read_to(z, 11);
		mark = inflate_mark(z);
		cr_assert_eq(mark.in, n);
		cr_assert_eq(mark.out, 5);
		inflate_close(z);
		close(fd);
		z = open_packed();
		cr_assert_eq(inflate_go_on(z, mark), 0, "%s", err_text());
		cr_assert_eq(inflate_out_offset(z), 5);
		got.n = 0;
		read_to(z, 6);
		cr_assert(span_equal(buf_view(&got), SPAN("second")));
		mark.in = 1000;
		cr_assert_eq(inflate_go_on(z, mark), ERR_RECORD);
		inflate_close(z);
		close(fd);
	}
	fd = -1;
}

Test(inflate_members, what_is_behind_a_damaged_member_comes_out)
{
	size_t second, third;

	pack_gzip(&packed, SPAN("first "));
	second = packed.n;
	pack_gzip(&packed, lines(3, 50000));
	third = packed.n;
	pack_gzip(&packed, SPAN("third"));
	for (size_t at = second; at < third; at += 97) {
		struct inflate *z;

		packed.p[at] ^= 0x55;
		got.n = 0;
		z = open_packed();
		read_over(z, 65536);
		cr_assert(span_starts(buf_view(&got), SPAN("first ")), "damage at %zu", at);
		cr_assert(span_ends(buf_view(&got), SPAN("third")), "damage at %zu", at);
		inflate_close(z);
		close(fd);
		packed.p[at] ^= 0x55;
	}
	fd = -1;
}

Test(inflate_members, what_is_behind_a_clipped_member_comes_out)
{
	struct inflate *z;

	pack_gzip(&packed, lines(5, 5000));
	packed.n /= 2;
	pack_gzip(&packed, SPAN("the next one"));
	z = open_packed();
	cr_assert_eq(read_over(z, 65536), 1);
	cr_assert(span_ends(buf_view(&got), SPAN("the next one")));
	inflate_close(z);
}

Test(inflate_members, damage_is_passed_alike_however_it_is_read_and_begun)
{
	struct buf whole = {0};
	size_t from;

	pack_gzip(&packed, lines(7, 30000));
	from = packed.n;
	pack_gzip(&packed, lines(8, 30000));
	packed.n -= 1000;
	pack_gzip(&packed, lines(9, 30000));
	packed.p[from + 300] ^= 1;
	for (int i = 0; i < 3; i++) {
		static const size_t sizes[] = {65536, 1000, 17};
		struct inflate *z = open_packed();

		got.n = 0;
		if (i > 0)
			cr_assert_eq(inflate_go_on(z, (struct inflate_mark){from, 30000}), 0);
		read_over(z, sizes[i]);
		if (i == 0)
			buf_span(&whole, span_cut(buf_view(&got), 30000, got.n));
		else
			cr_assert(span_equal(buf_view(&got), buf_view(&whole)), "%d", i);
		inflate_close(z);
		close(fd);
	}
	fd = -1;
	buf_done(&whole);
}

Test(inflate_members, heads_without_members_cost_no_more_than_their_bytes)
{
	struct inflate *z;

	for (int i = 0; i < 20000; i++)
		buf_put(&packed, "\x1F\x8B\x08\0\0\0\0\0\0\3\xFF\xFF", 12);
	z = open_packed();
	cr_assert_gt(read_over(z, 65536), 0);
	inflate_close(z);
}

Test(inflate_members, what_grows_without_measure_is_a_bomb)
{
	struct buf zeros = {0};
	struct inflate *z;
	uint64_t passed;
	bool found;
	int r = 0;

	memset(buf_room(&zeros, 16 << 20), 0, 16 << 20);
	zeros.n = 16 << 20;
	for (int i = 0; i < 40; i++)
		pack_zstd(&packed, buf_view(&zeros));
	z = open_packed();
	for (size_t n = 1; r == 0 && n > 0;)
		r = inflate_read(z, zeros.p, zeros.n, &n);
	cr_assert_eq(r, ERR_RECORD);
	cr_assert(strstr(err_text(), "a bomb") != NULL, "%s", err_text());
	cr_assert(inflate_is_bomb(z));
	cr_assert_leq(inflate_out_offset(z), INFLATE_FREE + (32 << 20));
	cr_assert_eq(inflate_resync(z, &passed, &found), 0);
	cr_assert_not(found, "nothing is looked for behind it");
	inflate_close(z);
	buf_done(&zeros);
}

Test(inflate_members, what_was_given_back_is_read_again)
{
	struct inflate *z;
	char p[8];
	size_t n;

	pack_gzip(&packed, SPAN("abcdef"));
	z = open_packed();
	cr_assert_eq(inflate_read(z, p, 4, &n), 0);
	cr_assert_eq(n, 4);
	inflate_unread(z, p + 1, 3);
	cr_assert_eq(inflate_out_offset(z), 1);
	read_over(z, 2);
	cr_assert(span_equal(buf_view(&got), SPAN("bcdef")));
	inflate_close(z);
}

Test(inflate_members, plain_bytes_seek)
{
	struct inflate *z;
	char p[4];
	size_t n;

	buf_span(&packed, lines(2, 600000));
	z = open_packed();
	for (size_t i = 0; i < 50; i++) {
		size_t at = i * 7919 * 13 % 599990;

		cr_assert(inflate_seek(z, at));
		cr_assert_eq(inflate_out_offset(z), at);
		cr_assert_eq(inflate_read(z, p, 4, &n), 0);
		cr_assert(memcmp(p, packed.p + at, n) == 0, "at %zu", at);
	}
	cr_assert_not(inflate_seek(z, 600001));
	cr_assert_eq(inflate_size(z), 600000);
	inflate_close(z);
}

/* Memory as others leave it: the decoder's state comes to lie there. */
static void
soil(int value)
{
	char *p[64];

	for (int i = 0; i < 64; i++)
		p[i] = memset(malloc(90000), value, 90000);
	for (int i = 0; i < 64; i++)
		free(p[i]);
}

/* "a harbour", and ten bytes from before it. */
static const char far[] = "\x1F\x8B\x08\0\0\0\0\0\0\3"
			  "\x4B\x54\xC8\x48\x2C\x4A\xCA\x2F\x2D\x42\x08\x28"
			  "\x24\xE6\xA5\x28\x24\x2A\xA4\xA5\x16\x15\x55\x02\x00";

Test(inflate_members, damage_gives_the_same_whatever_memory_held)
{
	struct buf first = {0};

	for (int value = 0x11; value < 0x100; value += 0x33) {
		struct inflate *z;

		packed.n = got.n = 0;
		buf_put(&packed, far, sizeof(far) - 1);
		soil(value);
		z = open_packed();
		cr_assert_eq(read_over(z, 4096), 1);
		inflate_close(z);
		close(fd);
		if (first.n == 0)
			buf_span(&first, buf_view(&got));
		cr_assert(span_equal(buf_view(&first), buf_view(&got)), "with %x", value);
	}
	fd = -1;
	buf_done(&first);
}

Test(inflate_members, damage_to_lz4_is_passed_alike_however_much_is_read_at_once)
{
	struct buf first = {0};

	for (size_t at = 0; at == 0 || at < packed.n; at++) {
		uint64_t offset = 0;

		packed.n = 0;
		for (int i = 0; i < 3; i++)
			pack_lz4(&packed, lines((unsigned)i, 100));
		packed.p[at] ^= 0x15;
		for (size_t at_once = 25; at_once < 70000; at_once *= 51) {
			struct inflate *z = open_packed();

			got.n = 0;
			read_over(z, at_once);
			if (at_once == 25) {
				first.n = 0;
				buf_span(&first, buf_view(&got));
				offset = inflate_out_offset(z);
			}
			cr_assert(span_equal(buf_view(&first), buf_view(&got)), "at %zu", at);
			cr_assert_eq(inflate_out_offset(z), offset, "at %zu", at);
			inflate_close(z);
			close(fd);
		}
	}
	fd = -1;
	buf_done(&first);
}
