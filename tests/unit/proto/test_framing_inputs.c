/* Inputs that are compressed or damaged, and inputs that come in parts. */
#include "proto/framing.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <zlib.h>
#include <zstd.h>

#include "cuts.h"
#include "proto/pack.h"

static void
gzip(struct buf *out, struct span bytes)
{
	z_stream z = {0};

	cr_assert_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (unsigned char *)bytes.p;
	z.avail_in = (unsigned)bytes.n;
	z.avail_out = (unsigned)deflateBound(&z, bytes.n) + 64;
	z.next_out = (unsigned char *)buf_room(out, z.avail_out);
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n += z.total_out;
	deflateEnd(&z);
}

/* compressed and damaged */

Test(framing_inputs, compressed_inputs_are_cut_as_plain_ones)
{
	struct span lines = SPAN("{\"a\": 1}\n{\"b\": 2}\n");
	struct buf packed = {0};
	struct cuts c;
	size_t n;

	gzip(&packed, span_of(lines.p, 12));
	gzip(&packed, span_of(lines.p + 12, lines.n - 12)); /* a second member, within a line */
	cuts_of(&c, buf_view(&packed), LARGEST);
	cr_assert_eq(c.n, 2);
	is_document(&c, 1, FORM_JSON, 9, SPAN("{\"b\": 2}"));
	cuts_done(&c);
	packed.n = 0;
	n = ZSTD_compress(buf_room(&packed, 1000), 1000, lines.p, lines.n, 3);
	cr_assert(!ZSTD_isError(n));
	cuts_of(&c, span_of(packed.p, n), LARGEST);
	cr_assert_eq(c.n, 2);
	is_document(&c, 1, FORM_JSON, 9, SPAN("{\"b\": 2}"));
	cuts_done(&c);
	buf_done(&packed);
}

Test(framing_inputs, an_input_damaged_in_the_middle_gives_its_good_documents_first)
{
	struct buf lines = {0}, packed = {0};
	struct cuts c;

	for (unsigned i = 0; i < 3000; i++)
		buf_print(&lines, "{\"n\": %u}\n", i * 2654435761U);
	gzip(&packed, buf_view(&lines));
	memset(packed.p + packed.n / 2, 0xFF, 64);
	cuts_of(&c, buf_view(&packed), LARGEST);
	cr_assert_gt(c.n, 100);
	cr_assert_lt(c.n, 2900);
	for (size_t i = 0; i + 1 < c.n; i++) {
		const struct piece *p = &c.pieces[i];
		cr_assert(p->reason == NULL);
		cr_assert(span_equal(p->raw, span_of(lines.p + p->offset, p->length)));
	}
	is_refused(&c, c.n - 1, "damaged", c.pieces[c.n - 2].offset + c.pieces[c.n - 2].length + 1,
	    c.pieces[c.n - 1].length);
	cr_assert(strstr(c.pieces[c.n - 1].detail, "damaged at compressed byte") != NULL, "%s",
	    c.pieces[c.n - 1].detail);
	cuts_done(&c);
	buf_done(&lines);
	buf_done(&packed);
}

Test(framing_inputs, an_input_that_ends_too_early_is_refused_with_what_there_is)
{
	static const char *const inputs[] = {"a text of some length, and a bit more",
	    "{\"a\": 1}\n{\"b\"",
	    "\x81\xA1"
	    "a\xAA"
	    "0123456789"};
	static const size_t whole[] = {0, 1, 0};

	for (size_t i = 0; i < 3; i++) {
		struct buf packed = {0};
		struct cuts c;

		gzip(&packed, span_str(inputs[i]));
		cuts_of(&c, span_of(packed.p, packed.n - 12), LARGEST);
		cr_assert_eq(c.n, whole[i] + 1, "input %zu", i);
		cr_assert_str_eq(c.pieces[whole[i]].reason, "damaged");
		cr_assert_lt(c.pieces[whole[i]].raw.n, strlen(inputs[i]));
		cuts_done(&c);
		buf_done(&packed);
	}
}

Test(framing_inputs, damage_behind_the_last_document_is_told_too)
{
	struct buf packed = {0};
	struct cuts c;

	gzip(&packed, SPAN("{\"a\": 1}\n"));
	cuts_of(&c, span_of(packed.p, packed.n - 1), LARGEST);
	cr_assert_eq(c.n, 2);
	is_document(&c, 0, FORM_JSON, 0, SPAN("{\"a\": 1}"));
	is_refused(&c, 1, "damaged", 9, 0);
	cuts_done(&c);
	buf_done(&packed);
}

Test(framing_inputs, a_descriptor_that_cannot_be_read_is_a_refusal)
{
	struct cuts c;

	cuts_open(&c, LARGEST);
	cuts_add(&c, open("/", O_RDONLY | O_DIRECTORY), FORM_NONE, true);
	cr_assert_eq(c.n, 1);
	is_refused(&c, 0, "damaged", 0, 0);
	cr_assert(strstr(c.pieces[0].detail, "Is a directory") != NULL, "%s", c.pieces[0].detail);
	cuts_done(&c);
}

Test(framing_inputs, says_how_many_stored_bytes_were_read)
{
	struct buf text = {0}, packed = {0};
	struct framing f;
	struct piece piece;

	put_times(&text, 'x', 100000);
	gzip(&packed, buf_view(&text));
	framing_open(&f, LARGEST);
	cr_assert_eq(framing_stored(&f), 0);
	cr_assert_eq(framing_begin(&f, fd_of(buf_view(&packed)), FORM_NONE, true), 0);
	cr_assert_eq(framing_next(&f, &piece), 0);
	cr_assert_eq(framing_stored(&f), packed.n);
	cr_assert_eq(framing_end(&f), packed.n);
	cr_assert_eq(framing_end(&f), 0);
	framing_close(&f);
	buf_done(&text);
	buf_done(&packed);
}

/* inputs that come in parts */

static void
put(int fd, const char *text)
{
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

Test(framing_inputs, a_quiet_input_is_no_end)
{
	struct framing f;
	struct piece piece;
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	framing_open(&f, LARGEST);
	cr_assert_eq(framing_begin(&f, fds[0], FORM_NONE, false), 0);
	cr_assert_eq(framing_next(&f, &piece), ERR_QUIET);
	put(fds[1], "{\"a\": 1}\n{\"b\"");
	cr_assert_eq(framing_next(&f, &piece), 0);
	cr_assert(span_equal(piece.raw, SPAN("{\"a\": 1}")));
	cr_assert_eq(framing_next(&f, &piece), ERR_QUIET);
	put(fds[1], ": 2}\n");
	cr_assert_eq(framing_next(&f, &piece), 0);
	cr_assert(span_equal(piece.raw, SPAN("{\"b\": 2}")));
	cr_assert_eq(piece.offset, 9);
	close(fds[1]);
	cr_assert_eq(framing_next(&f, &piece), ERR_STOP);
	framing_close(&f);
}

Test(framing_inputs, what_decides_the_form_may_come_late)
{
	static const char *const parts[][2] = {{"\n", "{\"a\": 1}\n"}, {" ", "{\"a\": 1}\n"},
	    {"\xEF\xBB", "\xBF{\"a\": 1}\n"}, {"\xEF\xBB\xBF", "{\"a\": 1}\n"}};

	for (size_t i = 0; i < 4; i++) {
		struct framing f;
		struct piece piece;
		int fds[2];

		cr_assert_eq(pipe(fds), 0);
		framing_open(&f, LARGEST);
		cr_assert_eq(framing_begin(&f, fds[0], FORM_NONE, false), 0);
		put(fds[1], parts[i][0]);
		cr_assert_eq(framing_next(&f, &piece), ERR_QUIET);
		put(fds[1], parts[i][1]);
		cr_assert_eq(framing_next(&f, &piece), 0, "%zu", i);
		cr_assert_eq(piece.form, FORM_JSON, "%zu", i);
		cr_assert(span_ends(piece.raw, SPAN("{\"a\": 1}")));
		close(fds[1]);
		framing_close(&f);
	}
}

/* The same bytes through a pipe, of which a child writes n at a time. */
static void
cuts_in_parts(struct cuts *c, struct span bytes, size_t n, uint64_t max_document)
{
	int fds[2];
	pid_t child;

	cr_assert_eq(pipe(fds), 0);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		for (size_t at = 0; at < bytes.n; at += n)
			if (write(fds[1], bytes.p + at, at + n < bytes.n ? n : bytes.n - at) < 0)
				_exit(1);
		_exit(0);
	}
	close(fds[1]);
	cuts_open(c, max_document);
	cuts_add(c, fds[0], FORM_NONE, true);
	cr_assert_eq(waitpid(child, NULL, 0), child);
}

static void
are_the_same(const struct cuts *a, const struct cuts *b)
{
	cr_assert_eq(a->n, b->n, "%zu pieces instead of %zu", b->n, a->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct piece *p = &a->pieces[i], *q = &b->pieces[i];
		cr_assert_eq(p->form, q->form);
		cr_assert_eq(p->offset, q->offset);
		cr_assert_eq(p->length, q->length, "piece %zu", i);
		cr_assert(span_equal(p->raw, q->raw), "piece %zu", i);
		cr_assert_eq(p->reason == NULL, q->reason == NULL, "piece %zu", i);
		cr_assert(p->reason == NULL || strcmp(p->reason, q->reason) == 0);
		cr_assert_str_eq(p->detail, q->detail);
	}
}

Test(framing_inputs, the_pieces_do_not_depend_on_how_the_bytes_come)
{
	struct buf inputs[4] = {{0}};
	static const size_t parts[] = {37, 700, 4096};

	buf_str(&inputs[0], "a text\nof two lines\n");
	put_times(&inputs[0], 'x', 990);
	for (unsigned i = 0; i < 400; i++) {
		buf_print(&inputs[1], "{\"n\": %u, \"text\": \"", i);
		put_times(&inputs[1], 'x', i % 7 == 3 ? 1200 : 10 * (i % 40));
		buf_str(&inputs[1], i % 3 == 0 ? "\"}\r\n" : "\"}\n");
	}
	for (unsigned i = 0; i < 400; i++) {
		size_t n = i % 7 == 3 ? 1200 : 10 * (i % 40);

		mp_map(&inputs[2], 1);
		mp_key(&inputs[2], "text");
		mp_str(&inputs[2], n);
		put_times(&inputs[2], 'x', n);
	}
	gzip(&inputs[3], buf_view(&inputs[1]));
	for (size_t i = 0; i < 4; i++) {
		struct cuts whole, part;

		cuts_of(&whole, buf_view(&inputs[i]), 1000);
		for (size_t k = 0; k < 3; k++) {
			cuts_in_parts(&part, buf_view(&inputs[i]), parts[k], 1000);
			are_the_same(&whole, &part);
			cuts_done(&part);
		}
		cuts_done(&whole);
	}
	for (size_t i = 0; i < 4; i++)
		buf_done(&inputs[i]);
}
