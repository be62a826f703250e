/* Files in tar and zip, and archives in them. */
#include "cuts.h"
#include "proto/framing.h"
#include "tests/unit/packing.h"

static struct zipped zip;
static struct buf bytes, inner;

static void
done(void)
{
	zipped_done(&zip);
	buf_done(&bytes);
	buf_done(&inner);
}

TestSuite(framing_entries, .fini = done);

/* The pieces of an input as lines "entry offset text". */
static void
list(struct buf *out, struct span s, uint64_t offset, const char *state)
{
	struct framing f;
	struct piece p;
	int r;

	framing_open(&f, LARGEST, NULL);
	cr_assert_eq(framing_begin(&f, fd_of(s), FORM_NONE, true), 0);
	if (state != NULL)
		cr_assert_eq(
		    framing_go_on(&f, offset, span_str(state)), 0, "%s: %s", state, err_text());
	while ((r = framing_next(&f, &p)) == 0) {
		buf_span(out, p.entry);
		buf_print(out, " %llu %.*s%s\n", (unsigned long long)p.offset, (int)p.raw.n,
		    p.raw.p,
		    p.reason != NULL   ? p.reason
		    : p.filtered.n > 0 ? "filtered"
				       : "");
		framing_release(&f);
	}
	cr_assert_eq(r, ERR_STOP);
	framing_close(&f);
}

static void
lists(struct span s, const char *lines)
{
	struct buf out = {0};

	list(&out, s, 0, NULL);
	buf_byte(&out, '\0');
	cr_assert_str_eq(out.p, lines);
	buf_done(&out);
}

/* From behind each piece on, another framing gives the pieces that are still to come. */
static void
goes_on(struct span s)
{
	struct buf all = {0}, seen = {0}, state = {0};
	struct framing f;
	struct piece p;

	list(&all, s, 0, NULL);
	framing_open(&f, LARGEST, NULL);
	cr_assert_eq(framing_begin(&f, fd_of(s), FORM_NONE, true), 0);
	while (framing_next(&f, &p) == 0) {
		struct buf rest = {0};

		buf_span(&seen, p.entry);
		buf_print(&seen, " %llu %.*s%s\n", (unsigned long long)p.offset, (int)p.raw.n,
		    p.raw.p,
		    p.reason != NULL   ? p.reason
		    : p.filtered.n > 0 ? "filtered"
				       : "");
		if (!framing_at_end(&f)) {
			state.n = 0;
			framing_place(&f, &state);
			buf_byte(&state, '\0');
			list(&rest, s, f.offset, state.p);
		}
		cr_assert(span_equal(buf_view(&rest), span_cut(buf_view(&all), seen.n, all.n)),
		    "behind '%.*s' by %s: '%.*s'", (int)seen.n, seen.p, state.p, (int)rest.n,
		    rest.p);
		buf_done(&rest);
		framing_release(&f);
	}
	framing_close(&f);
	buf_done(&all);
	buf_done(&seen);
	buf_done(&state);
}

static void
make_tar(void)
{
	pack_tar(&bytes, "a.txt", '0', SPAN("first"));
	pack_tar(&bytes, "../../b", '0', SPAN("{\"n\": 1}\n{\"n\": 2}\n"));
	pack_gzip(&inner, SPAN("packed"));
	pack_tar(&bytes, "c.gz", '0', buf_view(&inner));
	pack_tar(&bytes, "d.png", '0', SPAN("\x89PNG\r\n\x1A\n...."));
	memset(buf_room(&bytes, 1024), 0, 1024);
	bytes.n += 1024;
}

#define TAR_LINES                  \
	"!/a.txt 0 first\n"        \
	"!/../../b 0 {\"n\": 1}\n" \
	"!/../../b 9 {\"n\": 2}\n" \
	"!/c.gz 0 packed\n"        \
	"!/d.png 0 filtered\n"

Test(framing_entries, each_file_of_a_tar_is_an_input)
{
	struct buf packed = {0};

	make_tar();
	lists(buf_view(&bytes), TAR_LINES);
	pack_gzip(&packed, buf_view(&bytes));
	lists(buf_view(&packed), TAR_LINES);
	buf_done(&packed);
}

Test(framing_entries, each_file_of_a_zip_is_an_input)
{
	pack_tar(&inner, "in.txt", '0', SPAN("deep"));
	memset(buf_room(&inner, 1024), 0, 1024);
	inner.n += 1024;
	pack_zip(&zip, "a.txt", 8, SPAN("first"));
	pack_zip(&zip, "b.tar", 8, buf_view(&inner));
	pack_zip(&zip, "c.txt", 0, SPAN("third"));
	lists(zip_bytes(&zip), "!/a.txt 0 first\n!/b.tar!/in.txt 0 deep\n!/c.txt 0 third\n");
}

Test(framing_entries, a_container_that_is_damaged_is_refused_where_it_is)
{
	pack_tar(&bytes, "a.txt", '0', SPAN("first"));
	pack_tar(&bytes, "b.txt", '0', SPAN("second"));
	bytes.n -= 510;
	lists(buf_view(&bytes), "!/a.txt 0 first\n!/b.txt 0 sedamaged\n 2048 damaged\n");
	pack_zip(&zip, "a", 0, SPAN("first"));
	lists(span_cut(zip_bytes(&zip), 0, 40), "!/a 0 first\n 36 damaged\n");
}

Test(framing_entries, behind_a_damaged_header_the_rest_comes_out)
{
	make_tar();
	bytes.p[1024 + 130] ^= 0x55;
	lists(buf_view(&bytes),
	    "!/a.txt 0 first\n 1024 damaged\n!/c.gz 0 packed\n!/d.png 0 filtered\n");
	goes_on(buf_view(&bytes));
}

Test(framing_entries, files_that_lie_upon_each_other_are_a_bomb)
{
	char text[1000];
	size_t n;

	memset(text, 'a', sizeof(text));
	pack_zip(&zip, "a", 0, span_of(text, sizeof(text)));
	n = zip.directory.n;
	for (; zip.n < 8; zip.n++)
		buf_put(&zip.directory, buf_room(&zip.directory, n) - n, n);
	lists(zip_bytes(&zip), " 1031 bomb\n");
}

Test(framing_entries, archives_in_archives_have_a_depth)
{
	for (int i = 0; i < 5; i++) {
		inner.n = 0;
		buf_span(&inner, i == 0 ? SPAN("text") : buf_view(&bytes));
		bytes.n = 0;
		pack_tar(&bytes, "t", '0', buf_view(&inner));
		memset(buf_room(&bytes, 1024), 0, 1024);
		bytes.n += 1024;
	}
	lists(buf_view(&bytes), "!/t!/t!/t 0 unsupported\n");
}

Test(framing_entries, reading_goes_on_at_any_piece)
{
	struct buf packed = {0};

	make_tar();
	goes_on(buf_view(&bytes));
	pack_gzip(&packed, buf_view(&bytes));
	goes_on(buf_view(&packed));
	packed.n = 0;
	for (size_t at = 0; at < bytes.n; at += 700) /* many are read before the first file is */
		pack_gzip(&packed,
		    span_cut(buf_view(&bytes), at, at + 700 < bytes.n ? at + 700 : bytes.n));
	goes_on(buf_view(&packed));
	pack_zip(&zip, "a.tar", 8, buf_view(&bytes));
	pack_zip(&zip, "b.tar", 0, buf_view(&bytes));
	pack_zip(&zip, "c", 0, SPAN("{}\n{}\n"));
	goes_on(zip_bytes(&zip));
	buf_done(&packed);
}

Test(framing_entries, reading_goes_on_behind_damage_within_and_around)
{
	struct buf packed = {0};

	pack_gzip(&inner, SPAN("{}\n{}\nclipped"));
	inner.n -= 4;
	pack_tar(&bytes, "a.gz", '0', buf_view(&inner));
	inner.n = 0;
	pack_gzip(&inner, SPAN("WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 4\r\n\r\ntext"));
	inner.p[30] ^= 0x55;
	pack_tar(&bytes, "b.warc.gz", '0', buf_view(&inner));
	pack_tar(&bytes, "c", '0', SPAN("third"));
	goes_on(buf_view(&bytes));
	pack_gzip(&packed, buf_view(&bytes));
	for (size_t at = 12; at < packed.n; at += 5) {
		packed.p[at] ^= 0x55;
		goes_on(buf_view(&packed));
		packed.p[at] ^= 0x55;
	}
	buf_done(&packed);
}

Test(framing_entries, reading_goes_on_behind_a_directory_that_is_too_long)
{
	struct span s;

	pack_zip(&zip, "a", 0, SPAN("first"));
	pack_zip(&zip, "b", 0, SPAN("second"));
	s = zip_bytes(&zip);
	zip.out.p[s.n - 22 - 47 + 33] = '\x7F'; /* the last entry's comment */
	goes_on(s);
	goes_on(span_cut(s, 0, s.n - 22)); /* and without the end of it */
}
