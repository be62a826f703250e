#include "stages/winnow/progress.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const struct progress_line sample = {
    .read = 1234567,
    .read_bytes = 2500000000,
    .at = 300,
    .of = 400,
    .resent = 8,
    .counts = {.in = 1234567,
	.documents = 1234567,
	.records = 1234560,
	.refused = 3,
	.failed = 2,
	.skipped = 4,
	.earlier = 11,
	.paragraphs = 1000,
	.kept = 740,
	.exact = 250,
	.near = 10,
	.bytes_in = 5,
	.bytes_out = UINT64_MAX},
};

static struct buf out;

static void
done(void)
{
	buf_done(&out);
}

TestSuite(progress, .fini = done);

/* As stages/source_loop.c tells it. */
static struct span
told(const struct progress_line *p)
{
	out.n = 0;
	buf_print(&out,
	    "{\"before\": %llu, \"read\": %llu, \"read_bytes\": %llu, \"at\": %llu, "
	    "\"of\": %llu, \"resent\": %llu, \"last\": %d, \"drained\": %d, \"counts\": ",
	    (unsigned long long)p->before, (unsigned long long)p->read,
	    (unsigned long long)p->read_bytes, (unsigned long long)p->at, (unsigned long long)p->of,
	    (unsigned long long)p->resent, p->last, p->drained);
	counts_json(&out, &p->counts);
	buf_byte(&out, '}');
	return buf_view(&out);
}

static bool
same(const struct progress_line *a, const struct progress_line *b)
{
	return a->before == b->before && a->drained == b->drained && a->read == b->read &&
	       a->read_bytes == b->read_bytes && a->at == b->at && a->of == b->of &&
	       a->resent == b->resent && a->last == b->last &&
	       memcmp(&a->counts, &b->counts, sizeof(a->counts)) == 0;
}

Test(progress, a_line_is_read_as_read_tells_it)
{
	struct progress_line in = sample, got;

	cr_assert(progress_parse(&got, told(&in)));
	cr_assert(same(&got, &in));
	in.last = true;
	cr_assert(progress_parse(&got, told(&in)));
	cr_assert(same(&got, &in));
}

Test(progress, a_line_that_lacks_a_number_is_none)
{
	static const char *const keys[] = {"read", "read_bytes", "at", "of", "resent", "last", "in",
	    "documents", "records", "refused", "failed", "skipped", "filtered", "earlier",
	    "paragraphs", "kept", "exact", "near", "bytes_in", "bytes_out"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct progress_line got = {.read = 42};
		char quoted[32];
		char *at;

		told(&sample);
		snprintf(quoted, sizeof(quoted), "\"%s\"", keys[i]);
		at = memmem(out.p, out.n, quoted, strlen(quoted));
		cr_assert(at != NULL, "%s", keys[i]);
		at[1] = 'X';
		cr_assert(!progress_parse(&got, buf_view(&out)), "without %s", keys[i]);
		cr_assert_eq(got.read, 42, "untouched");
	}
}

Test(progress, junk_is_refused)
{
	struct progress_line got;

	cr_assert(!progress_parse(&got, SPAN("")));
	cr_assert(!progress_parse(&got, span_of(NULL, 0)));
	cr_assert(!progress_parse(&got, SPAN("{}")));
	cr_assert(!progress_parse(&got, SPAN("winnow-read: warning: something else")));
}

static void
with_last_number(const char *number, bool parses)
{
	struct progress_line got;
	struct span line = told(&sample);
	char *tight;

	out.n = (size_t)((const char *)memmem(line.p, line.n, "\"bytes_out\": ", 13) + 13 - out.p);
	buf_str(&out, number);
	tight = malloc(out.n); /* nothing behind the line is looked at */
	memcpy(tight, out.p, out.n);
	cr_assert_eq(progress_parse(&got, span_of(tight, out.n)), parses, "%s", number);
	if (parses)
		cr_assert_eq(got.counts.bytes_out, strtoull(number, NULL, 10));
	free(tight);
}

Test(progress, a_number_is_digits_inside_the_line)
{
	with_last_number("0", true);
	with_last_number("18446744073709551615", true);
	with_last_number("", false);
	with_last_number(" 7", false);
	with_last_number("-7", false);
	with_last_number("x", false);
	with_last_number("18446744073709551616", false);
	with_last_number("99999999999999999999", false);
}

static void
shows(const struct progress_line *p, double seconds, const char *line)
{
	out.n = 0;
	progress_print(&out, p, seconds);
	cr_assert(span_equal(buf_view(&out), span_str(line)), "%.*s", (int)out.n, out.p);
}

Test(progress, the_line_says_how_far_and_how_long)
{
	struct progress_line p = sample;

	shows(&p, 200,
	    "1,234,567 documents, 12.5 MB/s, 26 % of the paragraphs dropped, 75 %, 1:06 left");
	p.at = p.of;
	shows(&p, 200,
	    "1,234,567 documents, 12.5 MB/s, 26 % of the paragraphs dropped, 100 %, 0:00 left");
}

Test(progress, what_is_not_known_is_not_guessed)
{
	struct progress_line p = sample;
	const char *line = "1,234,567 documents, 12.5 MB/s, 26 % of the paragraphs dropped";

	p.of = 0; /* a pipe */
	shows(&p, 200, line);
	p.of = 400;
	p.at = 0; /* nothing is read yet */
	shows(&p, 200, line);
	p.at = 401; /* a file has grown */
	shows(&p, 200, line);
}

Test(progress, the_beginning_divides_by_nothing)
{
	const struct progress_line p = {0};

	shows(&p, 0, "0 documents, 0.0 MB/s, 0 % of the paragraphs dropped");
}

Test(progress, what_is_left_has_a_bound)
{
	const struct progress_line p = {.at = 1, .of = UINT64_MAX};

	shows(&p, 3600, "0 documents, 0.0 MB/s, 0 % of the paragraphs dropped, 0 %, 5999:59 left");
}

static void
sums_up(const struct progress_line *p, const char *line)
{
	out.n = 0;
	progress_summary(&out, p, 2.5);
	cr_assert(span_equal(buf_view(&out), span_str(line)), "%.*s", (int)out.n, out.p);
}

Test(progress, the_summary_knows_one_from_many)
{
	struct progress_line p = {.read = 1,
	    .read_bytes = 5000000,
	    .counts = {.in = 1, .documents = 1, .records = 1, .paragraphs = 1, .kept = 1}};

	sums_up(&p, "1 document in = 1 record out + 0 dead-lettered; "
		    "1 paragraph in = 1 kept + 0 dropped; 2.50 s, 2.0 MB/s");
	p.counts.in = p.counts.records = 2;
	p.counts.paragraphs = 1999;
	sums_up(&p, "2 documents in = 2 records out + 0 dead-lettered; "
		    "1,999 paragraphs in = 1 kept + 0 dropped; 2.50 s, 2.0 MB/s");
	p = (struct progress_line){0};
	sums_up(&p, "0 documents in = 0 records out + 0 dead-lettered; "
		    "0 paragraphs in = 0 kept + 0 dropped; 2.50 s, 0.0 MB/s");
}

Test(progress, the_summary_names_the_empty_ones_and_the_dead)
{
	sums_up(&sample,
	    "1,234,567 documents in = 1,234,560 records out + 4 empty + 3 dead-lettered; "
	    "1,000 paragraphs in = 740 kept + 260 dropped; 2.50 s, 1000.0 MB/s");
}

Test(progress, balances_when_nothing_vanished)
{
	const struct progress_line none = {0};

	cr_assert(progress_balances(&sample));
	cr_assert(progress_balances(&none));
}

Test(progress, what_earlier_processes_read_counts_too)
{
	struct progress_line p = sample;

	p.before = 1000000;
	p.read -= 1000000;
	cr_assert(progress_balances(&p));
	p.before++;
	cr_assert(!progress_balances(&p));
}

Test(progress, a_drain_may_leave_what_was_read_and_not_the_other_way_round)
{
	struct progress_line p = sample;

	p.drained = true;
	p.read++;
	cr_assert(progress_balances(&p));
	p.read -= 2;
	cr_assert(!progress_balances(&p));
}

Test(progress, does_not_balance_when_a_document_is_lost_or_doubled)
{
	struct progress_line p = sample;

	p.read++; /* one never came to write */
	cr_assert(!progress_balances(&p));
	p = sample;
	p.read--; /* one came twice */
	cr_assert(!progress_balances(&p));
	p = sample;
	p.counts.in++; /* one got lost out of its batch */
	cr_assert(!progress_balances(&p));
	p = sample;
	p.counts.records--;
	cr_assert(!progress_balances(&p));
	p = sample;
	p.counts.refused++;
	cr_assert(!progress_balances(&p));
	p = sample;
	p.counts.skipped = 0;
	cr_assert(!progress_balances(&p));
	p = sample;
	p.counts.filtered++;
	cr_assert(!progress_balances(&p));
}

Test(progress, does_not_balance_when_a_paragraph_is_lost_or_doubled)
{
	struct progress_line p = sample;

	p.counts.kept--;
	cr_assert(!progress_balances(&p));
	p = sample;
	p.counts.exact++;
	cr_assert(!progress_balances(&p));
	p = sample;
	p.counts.near = 0;
	cr_assert(!progress_balances(&p));
	p = sample;
	p.counts.paragraphs++;
	cr_assert(!progress_balances(&p));
}
