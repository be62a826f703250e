/* A place in an input, and going on there. */
#include "cuts.h"
#include "proto/framing.h"
#include "tests/unit/packing.h"

enum { RECORDS = 200 };

static struct buf packed, all;

static void
done(void)
{
	buf_done(&packed);
	buf_done(&all);
}

TestSuite(framing_place, .fini = done);

/* Records of different sizes, one or some a member; some members are damaged. */
static void
make(size_t a_member, bool damaged)
{
	struct buf warc = {0};

	packed.n = 0;
	for (size_t i = 0; i < RECORDS; i++) {
		size_t n = i * 37 % 900 + 10;

		buf_print(&warc,
		    "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <%zu>\r\n"
		    "Content-Length: %zu\r\n\r\n",
		    i, n);
		for (size_t k = 0; k < n; k++)
			buf_byte(&warc, (char)('a' + (i * 7 + k * k) % 26));
		buf_str(&warc, "\r\n\r\n");
		if ((i + 1) % a_member != 0)
			continue;
		pack_gzip(&packed, buf_view(&warc));
		if (damaged && i % 5 == 4)
			packed.p[packed.n - 30] ^= 0x11;
		if (damaged && i % 7 == 6)
			packed.n -= 60;
		warc.n = 0;
	}
	buf_done(&warc);
}

static void
line(struct buf *out, const struct piece *p)
{
	buf_print(out, "%d %llu+%llu %s %.*s %.*s\n", (int)p->form, (unsigned long long)p->offset,
	    (unsigned long long)p->length, p->reason != NULL ? p->reason : "", (int)p->head.id.n,
	    p->head.id.p, (int)p->raw.n, p->raw.p);
}

/* Each piece by a framing of its own that goes on behind the one before. */
static void
step_by_step(void)
{
	struct buf state = {0}, seen = {0};
	uint64_t offset = 0;
	int pieces = 0;

	all.n = 0;
	for (bool more = true; more; pieces++) {
		cr_assert_lt(pieces, 4 * RECORDS, "at %.*s, %llu: %.*s", (int)state.n, state.p,
		    (unsigned long long)offset, (int)(seen.n < 3000 ? seen.n : 3000), seen.p);
		struct framing f;
		struct piece p;

		framing_open(&f, LARGEST, NULL);
		cr_assert_eq(framing_begin(&f, fd_of(buf_view(&packed)), FORM_NONE, true), 0);
		if (state.n > 0)
			cr_assert_eq(framing_go_on(&f, offset, buf_view(&state)), 0, "%.*s: %s",
			    (int)state.n, state.p, err_text());
		more = framing_next(&f, &p) == 0;
		if (more) {
			line(&seen, &p);
			more = !framing_at_end(&f);
			state.n = 0;
			framing_place(&f, &state);
			offset = f.offset;
		}
		while (pieces == 0 && more) {
			if (all.n == 0)
				line(&all, &p);
			if (framing_next(&f, &p) != 0)
				break;
			line(&all, &p);
			framing_release(&f);
		}
		framing_close(&f);
	}
	cr_assert_gt(pieces, 30);
	cr_assert(span_equal(buf_view(&seen), buf_view(&all)), "%.*s\n---\n%.*s", (int)seen.n,
	    seen.p, (int)all.n, all.p);
	buf_done(&state);
	buf_done(&seen);
}

Test(framing_place, going_on_gives_what_was_still_to_come)
{
	make(1, false);
	step_by_step();
	make(10, false);
	step_by_step();
	make(RECORDS, false);
	step_by_step();
}

Test(framing_place, also_between_damaged_members)
{
	make(1, true);
	step_by_step();
	make(4, true);
	step_by_step();
}

Test(framing_place, a_member_is_gone_to_without_what_is_before_it)
{
	struct buf state = {0};
	struct framing f;
	struct piece p;
	uint64_t in = 0;

	make(1, false);
	framing_open(&f, LARGEST, NULL);
	cr_assert_eq(framing_begin(&f, fd_of(buf_view(&packed)), FORM_NONE, true), 0);
	for (int i = 0; i < RECORDS - 10; i++)
		cr_assert_eq(framing_next(&f, &p), 0);
	framing_place(&f, &state);
	buf_byte(&state, '\0');
	cr_assert_eq(state.p[0], 'W');
	in = strtoull(state.p + 1, NULL, 10);
	cr_assert_gt(in, packed.n / 2, "%s of %zu", state.p, packed.n);
	framing_close(&f);
	buf_done(&state);
}

Test(framing_place, what_is_no_place_is_refused)
{
	static const char *const states[] = {"", "W1", "W1,", "W9999999,1", "t1,2", "zzz"};

	make(1, false);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct framing f;

		framing_open(&f, LARGEST, NULL);
		cr_assert_eq(framing_begin(&f, fd_of(buf_view(&packed)), FORM_NONE, true), 0);
		cr_assert_eq(
		    framing_go_on(&f, 7, span_str(states[i])), ERR_RECORD, "'%s'", states[i]);
		framing_close(&f);
	}
}

Test(framing_place, behind_what_cannot_be_read_nothing_comes_though_it_is_damaged)
{
	struct buf bytes = {0};
	struct framing f;
	struct piece p;

	buf_str(&bytes, "BZh91AY&SY");
	for (uint32_t i = 0; i < 40000; i++)
		buf_byte(&bytes, (char)(i * i * 2654435761U >> 24));
	packed.n = 0;
	pack_gzip(&packed, buf_view(&bytes));
	packed.n -= 100;
	framing_open(&f, LARGEST, NULL);
	cr_assert_eq(framing_begin(&f, fd_of(buf_view(&packed)), FORM_NONE, true), 0);
	cr_assert_eq(framing_next(&f, &p), 0);
	cr_assert_str_eq(p.reason, "unsupported");
	cr_assert(framing_at_end(&f));
	cr_assert_eq(framing_next(&f, &p), ERR_STOP);
	framing_close(&f);
	buf_done(&bytes);
}
