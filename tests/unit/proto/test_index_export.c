#include "proto/index_export.h"

#include "proto/index_forget.h"
#include "tests/unit/proto/exported.h"

Test(index_export, is_sorted_text_with_the_ordinals)
{
	struct forget_wish w = {.documents = 1};
	struct export_counts counts;
	struct some_index s;
	struct buf b = {0};
	struct folder f;
	uint64_t n;

	folder_open(&f);
	some_open(&s, folder_path(&f, "ix"));
	some_document(&s, "gone", 5, 90, 91);
	some_document(&s, "a\tb%\n", 29912345, 9, 10);
	some_document(&s, "c", 0, 3, 5);
	some_close(&s);
	cr_assert_eq(index_forget_folder(folder_path(&f, "ix"), &w, 0, &n), 0);
	exported(&b, folder_path(&f, "ix"), &counts);
	cr_assert_eq(counts.documents, 2);
	cr_assert_eq(counts.owners, 3);
	cr_assert(strstr(b.p, "winnow-index\t1\t{" SOME_PARAMETERS "}\nI\t") == b.p, "%s", b.p);
	cr_assert(
	    strstr(b.p, "\t3\nR\t000000000000000b\t3\n"
			"D\t2\t2026-11-15T11:05Z\t000000000000000b\te9030000000000000000000000000"
			"0ee\t0000000000abc001\ta%09b%25%0A\n"
			"D\t3\t-\t000000000000000b\tea0300000000000000000000000000ee\t"
			"0000000000abc002\tc\n"
			"O\t030000000000000000000000000000ee\t3\t0\n"
			"O\t040000000000000000000000000000ee\t3\t1\n"
			"O\t090000000000000000000000000000ee\t2\t0\n"
			"E\t2\t3\t") != NULL,
	    "%s", b.p);
	buf_done(&b);
	folder_done(&f);
}

static int
full(void *object, struct span lines)
{
	(void)object;
	(void)lines;
	return err_set(ERR_SYS, "full");
}

Test(index_export, of_many_owners_is_whole_and_a_writer_that_fails_ends_it)
{
	struct export_counts counts;
	struct index_files files;
	struct index_view v;
	struct some_index s;
	struct buf b = {0};
	struct folder f;

	folder_open(&f);
	some_open(&s, folder_path(&f, "ix"));
	some_document(&s, "x", 5, 1, 60000);
	some_close(&s);
	exported(&b, folder_path(&f, "ix"), &counts);
	cr_assert_eq(counts.owners, 59999);
	cr_assert_gt(b.n, 59999 * 40);
	cr_assert_eq(index_view_open(&v, &files, folder_path(&f, "ix")), 0);
	cr_assert_eq(index_export(&v, &files, full, NULL, &counts), ERR_SYS);
	index_view_unmap(&v);
	index_files_close(&files);
	buf_done(&b);
	folder_done(&f);
}
