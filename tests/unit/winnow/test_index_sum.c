#include "stages/winnow/index_sum.h"

#include "tests/unit/winnow/index_desk.h"

TestSuite(index_sum, .init = desk_open, .fini = desk_close);

static unsigned n_files;

static void
count(void *object, const char *name, uint64_t bytes, uint64_t groups, uint64_t torn)
{
	cr_assert(object == NULL && name != NULL && bytes > 0 && torn == 0 && groups == 1);
	n_files++;
}

Test(index_sum, adds_up_what_counts)
{
	struct index_sum s;

	cr_assert_eq(index_sum_open(&s, uri + 5, count), 0, "%s", err_text());
	cr_assert_eq(n_files, 1);
	cr_assert_eq(s.documents, 3);
	cr_assert_eq(s.paragraphs, 5);
	cr_assert_eq(s.wholes, 0);
	cr_assert_eq(s.id_bytes, 16);
	cr_assert_eq(s.oldest, 29912345);
	cr_assert_gt(s.newest, s.oldest);
	index_sum_close(&s);
}

Test(index_sum, counts_while_another_has_the_lock)
{
	struct index_files files;
	struct index_sum s;

	cr_assert_eq(index_files_open(&files, uri + 5, false, 0), 0);
	cr_assert_eq(index_sum_open(&s, uri + 5, count), 0, "%s", err_text());
	index_sum_close(&s);
	index_files_close(&files);
	cr_assert_eq(index_sum_open(&s, "/tmp/winnow-no-such", count), ERR_USAGE);
	index_sum_close(&s);
}
