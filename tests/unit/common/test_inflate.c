#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "common/buf.h"
#include "common/inflate.h"

enum { TEXT_BYTES = 300000, GZIP_BITS = 15 + 16 };

static struct buf packed, text, got;

static void
done(void)
{
	buf_done(&packed);
	buf_done(&text);
	buf_done(&got);
}

TestSuite(inflate, .fini = done);

static uint32_t
random_below(uint32_t limit)
{
	static uint64_t state = 11;

	state = state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(state >> 33) % limit;
}

/* Words that compress to about a third, not all alike. */
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

/* Append s as a gzip member; the header may be NULL. */
static void
put_gzip(struct span s, gz_header *header)
{
	z_stream z = {0};
	size_t room = s.n + s.n / 100 + 2000;

	cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, GZIP_BITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	if (header != NULL)
		deflateSetHeader(&z, header);
	z.next_in = (Bytef *)s.p;
	z.avail_in = (uInt)s.n;
	z.next_out = (Bytef *)buf_room(&packed, room);
	z.avail_out = (uInt)room;
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	packed.n += z.total_out;
	deflateEnd(&z);
}

/* Append s as a zstd frame with a checksum. */
static void
put_zstd(struct span s)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t room = ZSTD_compressBound(s.n), n;

	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	n = ZSTD_compress2(c, buf_room(&packed, room), room, s.p, s.n);
	cr_assert_not(ZSTD_isError(n));
	packed.n += n;
	ZSTD_freeCCtx(c);
}

/* Read fd to its end, `at_once` bytes at a time, into got; what the last read returned. */
static int
read_all(int fd, size_t at_once)
{
	struct inflate *z;
	char *p = malloc(at_once);
	size_t n;
	int r;

	got.n = 0;
	cr_assert_eq(inflate_open(&z, fd), 0);
	while ((r = inflate_read(z, p, at_once, &n)) == 0 && n > 0)
		buf_put(&got, p, n);
	if (r < 0)
		cr_assert_eq(inflate_read(z, p, at_once, &n), r, "it does not recover");
	else
		cr_assert_eq(inflate_in_offset(z), packed.n);
	inflate_close(z);
	free(p);
	return r;
}

/* Read what is packed from a file. */
static int
unpack(size_t at_once)
{
	int fd = memfd_create("packed", MFD_CLOEXEC), r;

	cr_assert_eq(write(fd, packed.p, packed.n), (ssize_t)packed.n);
	lseek(fd, 0, SEEK_SET);
	r = read_all(fd, at_once);
	close(fd);
	return r;
}

static void
check(struct span wanted)
{
	static const size_t sizes[] = {1, 7, 4096, 65536, 1 << 20};

	for (size_t i = wanted.n > 10000; i < sizeof(sizes) / sizeof(*sizes); i++) {
		cr_assert_eq(unpack(sizes[i]), 0, "%zu at once: %s", sizes[i], err_text());
		cr_assert(span_equal(buf_view(&got), wanted), "%zu at once", sizes[i]);
	}
}

static void
check_refused(const char *why)
{
	cr_assert_eq(unpack(65536), ERR_RECORD, "%s", why);
	cr_assert_not_null(strstr(err_text(), why), "%s, not %s", err_text(), why);
}

Test(inflate, an_empty_file_is_empty)
{
	check(SPAN(""));
}

Test(inflate, plain_bytes_pass)
{
	buf_span(&packed, words(TEXT_BYTES));
	check(buf_view(&text));
}

Test(inflate, a_part_of_a_magic_number_is_plain)
{
	static const char *const parts[] = {
	    "\x1F", "\x1Fx", "(", "\x28\xB5\x2F", "\x28\xB5/x", "P", "P*M", "P*M\x19", "_*"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		packed.n = 0;
		buf_str(&packed, parts[i]);
		check(span_str(parts[i]));
	}
}

Test(inflate, a_gzip_member_is_read)
{
	put_gzip(words(TEXT_BYTES), NULL);
	check(buf_view(&text));
}

Test(inflate, an_empty_gzip_member_is_empty)
{
	put_gzip(SPAN(""), NULL);
	check(SPAN(""));
}

Test(inflate, gzip_members_follow_each_other)
{
	put_gzip(SPAN("rain "), NULL);
	put_gzip(SPAN(""), NULL);
	put_gzip(SPAN("and "), NULL);
	put_gzip(SPAN("fog"), NULL);
	check(SPAN("rain and fog"));
}

Test(inflate, zeros_between_and_after_gzip_members_are_padding)
{
	static const char zeros[512];

	put_gzip(SPAN("rain "), NULL);
	buf_put(&packed, zeros, 3);
	put_gzip(SPAN("fog"), NULL);
	buf_put(&packed, zeros, sizeof(zeros));
	check(SPAN("rain fog"));
}

Test(inflate, a_gzip_header_may_hold_more)
{
	unsigned char extra[300] = {1, 2, 3};
	gz_header header = {.text = 1,
	    .time = 77,
	    .os = 3,
	    .extra = extra,
	    .extra_len = sizeof(extra),
	    .name = (Bytef *)"rain.txt",
	    .comment = (Bytef *)"of the harbour",
	    .hcrc = 1};

	put_gzip(SPAN("rain"), &header);
	check(SPAN("rain"));
}

/* Send all that is packed so that each read gets one byte. */
static int
byte_by_byte(void)
{
	int ends[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
	for (size_t i = 0; i < packed.n; i++)
		cr_assert_eq(send(ends[1], packed.p + i, 1, MSG_DONTWAIT), 1, "%zu", i);
	close(ends[1]);
	return ends[0];
}

Test(inflate, bytes_may_come_one_by_one)
{
	unsigned char extra[20] = {1, 2, 3};
	gz_header header = {.extra = extra,
	    .extra_len = sizeof(extra),
	    .name = (Bytef *)"rain.txt",
	    .comment = (Bytef *)"of the harbour",
	    .hcrc = 1};
	int fd;

	put_gzip(SPAN("rain, rain, "), &header);
	put_gzip(SPAN("rain, fog"), NULL);
	fd = byte_by_byte();
	cr_assert_eq(read_all(fd, 100), 0, "%s", err_text());
	cr_assert(span_equal(buf_view(&got), SPAN("rain, rain, rain, fog")));
	close(fd);
	packed.n = 0;
	put_zstd(SPAN("rain, rain, "));
	put_zstd(SPAN("rain, fog"));
	fd = byte_by_byte();
	cr_assert_eq(read_all(fd, 100), 0, "%s", err_text());
	cr_assert(span_equal(buf_view(&got), SPAN("rain, rain, rain, fog")));
	close(fd);
}

Test(inflate, a_pipe_is_read_as_it_comes)
{
	struct inflate *z;
	char p[100];
	size_t n;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(inflate_open(&z, ends[0]), 0);
	for (int i = 0; i < 3; i++) {
		packed.n = 0;
		put_gzip(SPAN("rain"), NULL);
		cr_assert_eq(write(ends[1], packed.p, packed.n), (ssize_t)packed.n);
		cr_assert_eq(inflate_read(z, p, sizeof(p), &n), 0);
		cr_assert_eq(n, 4); /* it would hang if it waited for more */
	}
	close(ends[1]);
	cr_assert_eq(inflate_read(z, p, sizeof(p), &n), 0);
	cr_assert_eq(n, 0);
	inflate_close(z);
	close(ends[0]);
}

Test(inflate, what_is_decoded_comes_out_before_more_is_read)
{
	struct inflate *z;
	char p[10];
	size_t n;
	int ends[2];

	put_zstd(words(3000));
	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	cr_assert_eq(write(ends[1], packed.p, packed.n - 4), (ssize_t)packed.n - 4);
	cr_assert_eq(inflate_open(&z, ends[0]), 0);
	while (got.n < text.n) {
		cr_assert_eq(inflate_read(z, p, sizeof(p), &n), 0, "at %zu: %s", got.n, err_text());
		buf_put(&got, p, n);
	}
	cr_assert(span_equal(buf_view(&got), buf_view(&text)));
	cr_assert_eq(
	    inflate_read(z, p, sizeof(p), &n), ERR_SYS); /* the checksum is not there yet */
	cr_assert_eq(write(ends[1], packed.p + packed.n - 4, 4), 4);
	close(ends[1]);
	cr_assert_eq(inflate_read(z, p, sizeof(p), &n), 0);
	cr_assert_eq(n, 0);
	inflate_close(z);
	close(ends[0]);
}

Test(inflate, zstd_frames_follow_each_other)
{
	put_zstd(words(TEXT_BYTES));
	put_zstd(SPAN(""));
	put_zstd(SPAN("fog"));
	buf_str(&text, "fog");
	check(buf_view(&text));
}

Test(inflate, skippable_zstd_frames_are_skipped)
{
	buf_put(&packed, "\x50\x2A\x4D\x18\x05\0\0\0about", 13);
	put_zstd(SPAN("rain"));
	buf_put(&packed, "\x5F\x2A\x4D\x18\0\0\0\0", 8);
	check(SPAN("rain"));
}

Test(inflate, a_zstd_window_has_a_limit)
{
	buf_put(&packed, "\x28\xB5\x2F\xFD\0\x88\x01\0\0", 9); /* 128 MiB, an empty block */
	check(SPAN(""));
	packed.p[5] = '\x89';
	check_refused("too much memory");
}

/* Cut what is packed everywhere: what comes out is the beginning of the text, and then an error. */
static void
check_cuts(size_t first)
{
	size_t n = packed.n, longest = 0;

	for (packed.n = first; packed.n < n; packed.n++) {
		check_refused("it ends too early");
		cr_assert_leq(got.n, text.n);
		cr_assert(span_equal(buf_view(&got), span_cut(buf_view(&text), 0, got.n)));
		longest = got.n > longest ? got.n : longest;
	}
	cr_assert_geq(longest + 2, text.n);
}

Test(inflate, truncated_gzip_gives_what_there_is)
{
	put_gzip(words(2000), NULL);
	check_cuts(2);
}

Test(inflate, truncated_zstd_is_refused)
{
	put_zstd(words(2000));
	check_cuts(4);
}

Test(inflate, a_truncated_second_member_comes_after_the_first)
{
	size_t first;

	put_gzip(words(1000), NULL);
	first = packed.n;
	put_gzip(SPAN("fog over the harbour"), NULL);
	for (packed.n = first + 1; packed.n < first + 20; packed.n++) {
		check_refused("it ends too early");
		cr_assert_geq(got.n, text.n);
	}
}

/* Change every byte: the text must come out, or an error. */
static void
check_damage(void)
{
	for (size_t i = 4; i < packed.n; i++) {
		packed.p[i] = (char)(packed.p[i] ^ (1 << i % 8));
		if (unpack(512) == 0)
			cr_assert(span_equal(buf_view(&got), buf_view(&text)), "byte %zu", i);
		packed.p[i] = (char)(packed.p[i] ^ (1 << i % 8));
	}
}

Test(inflate, damage_to_gzip_is_seen)
{
	put_gzip(words(2000), NULL);
	check_damage();
}

Test(inflate, damage_to_zstd_is_seen)
{
	put_zstd(words(2000));
	check_damage();
}

Test(inflate, all_before_the_damage_comes_out_however_it_is_read)
{
	static const size_t sizes[] = {1, 100, 70000, 1 << 20};
	struct span all = words(TEXT_BYTES);
	size_t most = 0;

	put_gzip(all, NULL);
	memset(packed.p + packed.n / 2, 0xFF, 100);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		cr_assert_eq(unpack(sizes[i]), ERR_RECORD);
		cr_assert_gt(got.n, all.n / 3);
		cr_assert_eq(memcmp(got.p, all.p, all.n / 3), 0);
		cr_assert(i == 0 || got.n == most, "%zu, not %zu", got.n, most);
		most = got.n;
	}
}

Test(inflate, zstd_blocks_before_the_damage_come_out)
{
	struct span all = words(TEXT_BYTES);

	put_zstd(all);
	packed.p[packed.n - 1] ^= 1;
	cr_assert_eq(unpack(1 << 20), ERR_RECORD);
	cr_assert(span_equal(buf_view(&got), all));
}

Test(inflate, a_wrong_checksum_or_length_is_refused)
{
	put_gzip(words(1000), NULL);
	packed.p[packed.n - 8] ^= 1;
	check_refused("wrong checksum");
	packed.p[packed.n - 8] ^= 1;
	packed.p[packed.n - 1] ^= 1;
	check_refused("wrong checksum");
	cr_assert(span_equal(buf_view(&got), buf_view(&text)));
}

Test(inflate, other_bytes_behind_a_member_are_refused)
{
	put_gzip(SPAN("rain"), NULL);
	buf_str(&packed, "fog");
	check_refused("no gzip header");
	cr_assert(span_equal(buf_view(&got), SPAN("rain")));
	packed.n = 0;
	put_zstd(SPAN("rain"));
	buf_str(&packed, "fog fog");
	check_refused("zstd data is damaged");
	cr_assert(span_equal(buf_view(&got), SPAN("rain")));
}

Test(inflate, a_gzip_magic_number_alone_is_truncated_gzip)
{
	buf_put(&packed, "\x1F\x8B", 2);
	check_refused("it ends too early");
	buf_put(&packed, "\x08\x00\x00", 3);
	check_refused("it ends too early");
}

Test(inflate, another_method_of_gzip_is_refused)
{
	put_gzip(SPAN("rain"), NULL);
	packed.p[2] = 7;
	check_refused("unknown compression method");
}

Test(inflate, the_message_says_where)
{
	put_gzip(SPAN("rain"), NULL);
	packed.n -= 3;
	check_refused("gzip data is damaged at compressed byte 21");
}

Test(inflate, a_failing_read_is_no_fault_of_the_data)
{
	int fd = open("/", O_RDONLY | O_CLOEXEC);
	struct inflate *z;
	char p[10];
	size_t n = 77;

	cr_assert_eq(inflate_open(&z, fd), 0);
	cr_assert_eq(inflate_read(z, p, sizeof(p), &n), ERR_SYS);
	cr_assert_not_null(strstr(err_text(), "directory"));
	cr_assert_eq(n, 77);
	inflate_close(z);
	close(fd);
}

Test(inflate, closing_nothing_is_allowed)
{
	inflate_close(NULL);
}
