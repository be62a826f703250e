#include "stages/winnow/forecast_sample.h"

#include <zlib.h>

#include "tests/unit/scratch.h"

enum { FILES = 100, MB = 1 << 20 };

static struct inputs in;

static void
close_test(void)
{
	inputs_done(&in);
	scratch_close();
}

TestSuite(forecast_sample, .init = scratch_open, .fini = close_test);

/* n files of these sizes, which need not be there. */
static struct forecast_pick
pick(size_t n, uint64_t bytes, uint64_t budget)
{
	struct input_file files[FILES];
	struct inputs some = {.files = files, .n = n, .total = n * bytes};

	for (size_t i = 0; i < n; i++)
		files[i] = (struct input_file){.bytes = bytes};
	return forecast_pick(&some, budget);
}

Test(forecast_sample, takes_all_of_little)
{
	cr_assert_eq(pick(10, 1000, 8 * MB).step, 1);
	cr_assert_geq(pick(10, 1000, 8 * MB).cap, 1000);
	cr_assert_eq(pick(0, 0, 8 * MB).step, 1);
}

Test(forecast_sample, takes_the_beginning_of_one_large_file)
{
	cr_assert_eq(pick(1, 1ULL << 40, 8 * MB).step, 1);
	cr_assert_eq(pick(1, 1ULL << 40, 8 * MB).cap, 8 * MB);
}

Test(forecast_sample, takes_some_of_many_files)
{
	cr_assert_eq(pick(100, MB, 8 * MB).step, 2); /* of 128 KiB each */
	cr_assert_eq(pick(100, 64 << 10, MB).step, 7);
}

Test(forecast_sample, takes_less_of_each_rather_than_less_files)
{
	struct forecast_pick p = pick(10, 100 * MB, 8 * MB);

	cr_assert_eq(p.step, 1);
	cr_assert(p.cap * 10 >= 8 * MB && p.cap * 10 < 11 * MB, "%zu", (size_t)p.cap);
}

static struct span
lines(struct buf *b, size_t n)
{
	b->n = 0;
	for (size_t i = 0; b->n < n; i++)
		buf_print(b, "line %zu\n", i);
	return buf_view(b);
}

static void
gzip(const char *name, struct span text)
{
	gzFile f = gzopen(scratch_path(name), "wb");

	cr_assert_eq(gzwrite(f, text.p, (unsigned)text.n), (int)text.n);
	gzclose(f);
}

static int
make(struct forecast_sample *s, uint64_t budget, const char *a, const char *b)
{
	const char *sources[] = {scratch_path(a), b == NULL ? NULL : scratch_path(b)};

	cr_assert_eq(inputs_list(&in, sources, b == NULL ? 1 : 2, (struct exclusion){0}), 0);
	mkdir(scratch_path("in"), 0700);
	return forecast_sample_make(s, &in, budget, scratch_path("in"));
}

Test(forecast_sample, ends_with_a_line)
{
	struct forecast_sample s;
	struct buf b = {0}, copy = {0};
	struct span text = lines(&b, 10 * MB), got;

	scratch_put("a", text);
	cr_assert_eq(make(&s, MB, "a", NULL), 0, "%s", err_text());
	got = scratch_get("in/00000000", &copy);
	cr_assert(got.n >= MB && got.n < MB + 100, "%zu", got.n);
	cr_assert_eq(got.n, s.bytes);
	cr_assert_eq(got.p[got.n - 1], '\n');
	cr_assert_eq(memcmp(got.p, text.p, got.n), 0);
	cr_assert(s.all > 0.95 * (double)text.n && s.all < 1.05 * (double)text.n, "%f", s.all);
	buf_done(&b);
	buf_done(&copy);
}

/* The compressed one is most of the text, the plain one most of what is stored. */
Test(forecast_sample, reckons_with_the_ratio_of_each_file)
{
	struct forecast_sample s;
	struct buf b = {0};
	struct span text = lines(&b, 12 * MB);

	gzip("a.gz", text);
	scratch_put("b", span_cut(text, 0, 4 * MB));
	cr_assert_eq(make(&s, 4 * MB, "a.gz", "b"), 0, "%s", err_text());
	cr_assert_eq(s.files, 2);
	cr_assert(s.all > 13.0 * MB && s.all < 19.0 * MB, "%f", s.all);
	buf_done(&b);
}

/* Every second file is a compressed one: by equal steps only the others might be taken. */
Test(forecast_sample, is_not_misled_by_names_that_take_turns)
{
	struct forecast_sample s;
	struct buf b = {0};
	struct span text = lines(&b, 100 << 10);
	char name[32];

	mkdir(scratch_path("all"), 0700);
	for (size_t i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "all/%03zu%s", i, i % 2 == 0 ? "" : ".gz");
		if (i % 2 == 0)
			scratch_put(name, span_cut(text, 0, 30 << 10));
		else
			gzip(name, text);
	}
	cr_assert_eq(make(&s, 512 << 10, "all", NULL), 0, "%s", err_text());
	cr_assert(s.all > 0.7 * 50 * (130 << 10) && s.all < 1.3 * 50 * (130 << 10), "%f", s.all);
	buf_done(&b);
}

Test(forecast_sample, passes_over_what_cannot_be_read)
{
	struct forecast_sample s;

	scratch_put("a", SPAN("text\n"));
	cr_assert_eq(make(&s, MB, "a", "none"), 0);
	cr_assert_eq(s.files, 1);
	cr_assert_eq(s.all, 5);
	inputs_done(&in);
	cr_assert_eq(make(&s, MB, "none", NULL), ERR_USAGE);
}
