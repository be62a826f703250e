#include "proto/header.h"

#include <xxhash.h>

#include "samples.h"

static const struct header whole = {.kind = FRAME_REPORT,
    .run = 0x0102030405060708,
    .seq = 0x1112131415161718,
    .base = 0x2122232425262728,
    .attempt = 0x31323334,
    .n_documents = 0x41424344};

static const struct span body = SPAN("the body of a message, of any bytes \xFF\x00");

static struct span
frame(unsigned char *bytes)
{
	return span_of((const char *)bytes, HEADER_BYTES);
}

/* Put a right checksum under changed bytes. */
static void
sign(unsigned char *bytes, struct span text)
{
	char *joined = mem_alloc(40 + text.n);
	uint64_t sum;

	memcpy(joined, bytes, 40);
	memcpy(joined + 40, text.p, text.n);
	sum = XXH3_64bits(joined, 40 + text.n);
	for (int i = 0; i < 8; i++, sum >>= 8)
		bytes[40 + i] = (unsigned char)sum;
	free(joined);
}

static void
is_refused(struct span bytes, struct span text, const char *why)
{
	struct header h = {.run = 77};

	cr_assert_eq(header_unpack(&h, bytes, text), ERR_RECORD);
	cr_assert(strstr(err_text(), why) != NULL, "'%s' does not say '%s'", err_text(), why);
	cr_assert_eq(h.run, 77, "a failure wrote its result");
}

Test(header, lies_on_the_wire_as_its_comment_says)
{
	static const unsigned char expected[40] = {'W', 'N', 'N', 'W', 1, 0, FRAME_REPORT, 0, 8, 7,
	    6, 5, 4, 3, 2, 1, 0x18, 0x17, 0x16, 0x15, 0x14, 0x13, 0x12, 0x11, 0x28, 0x27, 0x26,
	    0x25, 0x24, 0x23, 0x22, 0x21, 0x34, 0x33, 0x32, 0x31, 0x44, 0x43, 0x42, 0x41};
	unsigned char ours[HEADER_BYTES], signed_again[HEADER_BYTES];

	header_pack(ours, &whole, body);
	cr_assert_eq(memcmp(ours, expected, sizeof(expected)), 0);
	memcpy(signed_again, ours, sizeof(ours));
	sign(signed_again, body);
	cr_assert_eq(memcmp(ours, signed_again, sizeof(ours)), 0, "another checksum");
}

Test(header, reads_back_what_was_packed)
{
	unsigned char bytes[HEADER_BYTES];
	struct header h = {0};

	header_pack(bytes, &whole, body);
	cr_assert_eq(header_unpack(&h, frame(bytes), body), 0);
	cr_assert_eq(h.kind, whole.kind);
	cr_assert_eq(h.run, whole.run);
	cr_assert_eq(h.seq, whole.seq);
	cr_assert_eq(h.base, whole.base);
	cr_assert_eq(h.attempt, whole.attempt);
	cr_assert_eq(h.n_documents, whole.n_documents);
}

Test(header, goes_with_an_empty_body)
{
	unsigned char bytes[HEADER_BYTES];
	struct header h;

	header_pack(bytes, &whole, span_of(NULL, 0));
	cr_assert_eq(header_unpack(&h, frame(bytes), span_of(NULL, 0)), 0);
	is_refused(frame(bytes), SPAN("\0"), "checksum");
}

Test(header, of_another_length_is_refused)
{
	unsigned char bytes[HEADER_BYTES + 1] = {0};

	header_pack(bytes, &whole, body);
	for (size_t n = 0; n <= HEADER_BYTES + 1; n++) {
		struct span part = tight(span_of((char *)bytes, n));
		if (n != HEADER_BYTES)
			is_refused(part, body, "bytes");
		tight_done(part);
	}
	is_refused(span_of(NULL, 0), body, "bytes");
}

Test(header, with_another_magic_is_refused)
{
	for (int i = 0; i < 4; i++) {
		unsigned char bytes[HEADER_BYTES];
		header_pack(bytes, &whole, body);
		bytes[i] ^= 0x20;
		sign(bytes, body);
		is_refused(frame(bytes), body, "magic");
	}
}

Test(header, of_another_version_is_refused_by_name)
{
	static const unsigned char versions[][2] = {{0, 0}, {2, 0}, {1, 1}, {0xFF, 0xFF}};

	for (size_t i = 0; i < 4; i++) {
		unsigned char bytes[HEADER_BYTES];
		header_pack(bytes, &whole, body);
		memcpy(bytes + 4, versions[i], 2);
		sign(bytes, body);
		is_refused(frame(bytes), body, "version");
	}
}

Test(header, of_an_unknown_kind_is_refused)
{
	static const unsigned char flags[][2] = {{FRAME_COUNT, 0}, {0xFF, 0}, {0, 1}, {0, 0x80}};

	for (size_t i = 0; i < 4; i++) {
		unsigned char bytes[HEADER_BYTES];
		header_pack(bytes, &whole, body);
		memcpy(bytes + 6, flags[i], 2);
		sign(bytes, body);
		is_refused(frame(bytes), body, "flags");
	}
}

Test(header, with_any_bit_wrong_is_refused)
{
	unsigned char bytes[HEADER_BYTES];
	struct header h;

	header_pack(bytes, &whole, body);
	for (size_t bit = 0; bit < 8 * sizeof(bytes); bit++) {
		bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
		cr_assert_eq(header_unpack(&h, frame(bytes), body), ERR_RECORD, "bit %zu", bit);
		bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
	}
	cr_assert_eq(header_unpack(&h, frame(bytes), body), 0);
}

Test(header, before_a_body_with_any_bit_wrong_is_refused)
{
	unsigned char bytes[HEADER_BYTES];
	struct span changed = tight(body);

	header_pack(bytes, &whole, body);
	for (size_t bit = 0; bit < 8 * body.n; bit++) {
		((char *)changed.p)[bit / 8] ^= (char)(1U << bit % 8);
		is_refused(frame(bytes), changed, "checksum");
		((char *)changed.p)[bit / 8] ^= (char)(1U << bit % 8);
	}
	is_refused(frame(bytes), span_cut(body, 0, body.n - 1), "checksum");
	tight_done(changed);
}

/* A frame of so many bytes with that version and a right checksum. */
static struct span
frame_of(unsigned char version, size_t n, unsigned char *frame)
{
	XXH3_state_t *state = XXH3_createState();
	uint64_t sum;

	memset(frame, 0, n);
	memcpy(frame, "WNNW", 4);
	frame[4] = version;
	XXH3_64bits_reset(state);
	XXH3_64bits_update(state, frame, n - 8);
	XXH3_64bits_update(state, body.p, body.n);
	sum = htole64(XXH3_64bits_digest(state));
	memcpy(frame + n - 8, &sum, sizeof(sum));
	XXH3_freeState(state);
	return span_of((char *)frame, n);
}

Test(header, the_version_of_others_is_told_whatever_else_they_say)
{
	unsigned char frame[512];
	struct span got;

	cr_assert_eq(header_own_version(), HEADER_VERSION);
	cr_assert_eq(header_version(frame_of(1, HEADER_BYTES, frame), body), 1);
	cr_assert_eq(header_version(frame_of(7, 14, frame), body), 7, "the shortest");
	cr_assert_eq(header_version(frame_of(7, 64, frame), body), 7, "a longer one");
	cr_assert_eq(header_version(frame_of(7, 64, frame), SPAN("another body")), 0);
	cr_assert_eq(header_version(frame_of(7, 13, frame), body), 0);
	cr_assert_eq(header_version(frame_of(7, 512, frame), body), 0);
	got = frame_of(7, 48, frame);
	frame[4] = 8;
	cr_assert_eq(header_version(got, body), 0, "damaged");
	got = frame_of(7, 48, frame);
	frame[0] = 'x';
	cr_assert_eq(header_version(got, body), 0);
	cr_assert_eq(header_version(span_of(NULL, 0), body), 0);
}
