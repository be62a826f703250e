#include <criterion/criterion.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/deflate.h"
#include "common/inflate.h"

enum { MIB = 1 << 20 };

static const enum compression all[] = {COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_ZSTD};
static struct buf text, packed, other;

static void
done(void)
{
	buf_done(&text);
	buf_done(&packed);
	buf_done(&other);
}

TestSuite(deflate, .fini = done);

static uint32_t
random_below(uint32_t limit)
{
	static uint64_t state = 12;

	state = state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(state >> 33) % limit;
}

static struct span
words(size_t n)
{
	static const char *const list[] = {"rain ", "harbour ", "of ", "fog ", "1987 ", "ships "};

	text.n = 0;
	while (text.n < n) {
		if (random_below(9) == 0)
			buf_uint(&text, random_below(100000));
		buf_str(&text, list[random_below(6)]);
	}
	text.n = n;
	return buf_view(&text);
}

static struct deflate *
opened(enum compression compression)
{
	struct deflate *d;

	cr_assert_eq(deflate_open(&d, compression), 0);
	return d;
}

/* Append s as one member, put in at most `piece` bytes at a time, of random size below it. */
static void
put_member(struct deflate *d, struct span s, uint32_t piece, struct buf *out)
{
	for (size_t at = 0; at < s.n;) {
		size_t n = piece == 0 ? s.n : random_below(piece) + 1;

		if (n > s.n - at)
			n = s.n - at;
		cr_assert_eq(deflate_put(d, span_cut(s, at, at + n), out), 0);
		at += n;
		cr_assert_eq(deflate_member_bytes(d), at);
	}
	cr_assert_eq(deflate_end_member(d, out), 0);
	cr_assert_eq(deflate_member_bytes(d), 0);
}

static void
check_unpacked(const struct buf *compressed, struct span wanted)
{
	int fd = memfd_create("packed", MFD_CLOEXEC);
	struct inflate *z;
	size_t n, at = 0;
	char p[5000];

	cr_assert_eq(write(fd, compressed->p, compressed->n), (ssize_t)compressed->n);
	lseek(fd, 0, SEEK_SET);
	cr_assert_eq(inflate_open(&z, fd), 0);
	while (inflate_read(z, p, sizeof(p), &n) == 0 && n > 0) {
		cr_assert_leq(at + n, wanted.n);
		cr_assert_eq(memcmp(wanted.p + at, p, n), 0);
		at += n;
	}
	cr_assert_eq(at, wanted.n, "%s", err_text());
	inflate_close(z);
	close(fd);
}

Test(deflate, the_name_says_how)
{
	cr_assert_eq(compression_of_name("out.jsonl.gz"), COMPRESSION_GZIP);
	cr_assert_eq(compression_of_name("/a.gz/out.zst"), COMPRESSION_ZSTD);
	cr_assert_eq(compression_of_name(".gz"), COMPRESSION_GZIP);
	cr_assert_eq(compression_of_name("out.jsonl"), COMPRESSION_NONE);
	cr_assert_eq(compression_of_name("out.gz.txt"), COMPRESSION_NONE);
	cr_assert_eq(compression_of_name("gz"), COMPRESSION_NONE);
	cr_assert_eq(compression_of_name(""), COMPRESSION_NONE);
	cr_assert_eq(compression_of_name(NULL), COMPRESSION_NONE);
}

Test(deflate, what_goes_in_comes_out)
{
	static const size_t sizes[] = {1, 2, 65535, 65536, 65537, 131072, 300001, MIB + 3};

	for (size_t k = 0; k < 3; k++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			struct deflate *d = opened(all[k]);

			packed.n = 0;
			put_member(d, words(sizes[i]), 0, &packed);
			check_unpacked(&packed, buf_view(&text));
			deflate_close(d);
		}
	}
}

Test(deflate, what_cannot_be_compressed_comes_out_too)
{
	for (size_t k = 0; k < 3; k++) {
		struct deflate *d = opened(all[k]);

		text.n = packed.n = 0;
		while (text.n < 196607)
			buf_byte(&text, (char)random_below(256));
		put_member(d, buf_view(&text), 0, &packed);
		check_unpacked(&packed, buf_view(&text));
		deflate_close(d);
	}
}

Test(deflate, members_follow_each_other)
{
	for (size_t k = 0; k < 3; k++) {
		struct deflate *d = opened(all[k]);

		packed.n = 0;
		put_member(d, SPAN("rain "), 0, &packed);
		put_member(d, SPAN("and "), 0, &packed);
		put_member(d, SPAN("fog"), 0, &packed);
		check_unpacked(&packed, SPAN("rain and fog"));
		deflate_close(d);
	}
}

Test(deflate, an_ended_member_stands_alone)
{
	for (size_t k = 1; k < 3; k++) {
		struct deflate *d = opened(all[k]);
		struct buf second = {0};

		packed.n = 0;
		put_member(d, SPAN("rain, rain, rain"), 0, &packed);
		put_member(d, SPAN("rain, fog"), 0, &second);
		check_unpacked(&second, SPAN("rain, fog"));
		check_unpacked(&packed, SPAN("rain, rain, rain"));
		buf_done(&second);
		deflate_close(d);
	}
}

Test(deflate, how_the_input_is_cut_does_not_show)
{
	static const uint32_t pieces[] = {1, 100, 70000, 200000};

	for (size_t k = 1; k < 3; k++) {
		struct deflate *d = opened(all[k]);

		packed.n = 0;
		put_member(d, words(MIB + 12345), 0, &packed);
		for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
			other.n = 0;
			put_member(d, buf_view(&text), pieces[i], &other);
			cr_assert(span_equal(buf_view(&packed), buf_view(&other)), "%u", pieces[i]);
		}
		deflate_close(d);
	}
}

Test(deflate, what_came_before_does_not_show)
{
	for (size_t k = 1; k < 3; k++) {
		for (int i = 0; i < 20; i++) {
			struct deflate *fresh = opened(all[k]), *used = opened(all[k]);
			size_t before;

			packed.n = other.n = 0;
			put_member(used, words(random_below(200000) + 1), 0, &other);
			before = other.n;
			put_member(used, words(random_below(200000) + 1), 0, &other);
			put_member(fresh, buf_view(&text), 0, &packed);
			cr_assert(span_equal(
			    buf_view(&packed), span_cut(buf_view(&other), before, other.n)));
			deflate_close(fresh);
			deflate_close(used);
		}
	}
}

Test(deflate, what_is_in_the_output_already_stays)
{
	struct deflate *d = opened(COMPRESSION_GZIP);

	buf_str(&packed, "before");
	put_member(d, SPAN("rain"), 0, &packed);
	cr_assert_eq(memcmp(packed.p, "before\x1F\x8B", 8), 0);
	deflate_close(d);
}

Test(deflate, ending_nothing_writes_nothing)
{
	for (size_t k = 0; k < 3; k++) {
		struct deflate *d = opened(all[k]);

		packed.n = 0;
		cr_assert_eq(deflate_end_member(d, &packed), 0);
		cr_assert_eq(deflate_put(d, span_of(NULL, 0), &packed), 0);
		cr_assert_eq(deflate_end_member(d, &packed), 0);
		cr_assert_eq(packed.n, 0);
		put_member(d, SPAN("rain"), 0, &packed);
		check_unpacked(&packed, SPAN("rain"));
		other.n = 0;
		cr_assert_eq(deflate_end_member(d, &other), 0);
		cr_assert_eq(other.n, 0);
		deflate_close(d);
	}
}

Test(deflate, a_gzip_header_says_nothing_of_its_maker)
{
	struct deflate *d = opened(COMPRESSION_GZIP);

	put_member(d, SPAN("rain"), 0, &packed);
	cr_assert_eq(memcmp(packed.p, "\x1F\x8B\x08\0\0\0\0\0\0\xFF", 10), 0);
	deflate_close(d);
}

Test(deflate, a_zstd_frame_has_a_checksum)
{
	struct deflate *d = opened(COMPRESSION_ZSTD);

	put_member(d, SPAN("rain"), 0, &packed);
	cr_assert_eq(memcmp(packed.p, "\x28\xB5\x2F\xFD", 4), 0);
	cr_assert(packed.p[4] & 4);
	deflate_close(d);
}

Test(deflate, none_copies_at_once)
{
	struct deflate *d = opened(COMPRESSION_NONE);

	cr_assert_eq(deflate_put(d, SPAN("rain"), &packed), 0);
	cr_assert(span_equal(buf_view(&packed), SPAN("rain")));
	cr_assert_eq(deflate_member_bytes(d), 4);
	deflate_close(d);
}

Test(deflate, closing_in_the_middle_is_allowed)
{
	for (size_t k = 0; k < 3; k++) {
		struct deflate *d = opened(all[k]);

		cr_assert_eq(deflate_put(d, words(200000), &packed), 0);
		deflate_close(d);
	}
	deflate_close(NULL);
}
