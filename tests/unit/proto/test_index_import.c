#include "proto/index_import.h"

#include "tests/unit/proto/exported.h"

/* Export one folder into another; how many owners came. */
static uint64_t
carry(struct folder *f, const char *from, const char *to)
{
	struct export_counts counts;
	uint64_t documents, owners;
	struct buf b = {0};
	struct import im;
	char path[128];

	snprintf(path, sizeof(path), "%s", folder_path(f, from));
	exported(&b, path, &counts);
	cr_assert_eq(imported(&im, buf_view(&b)), 0, "%s", err_text());
	cr_assert_eq(import_into_folder(&im, folder_path(f, to), 0, &documents, &owners), 0, "%s",
	    err_text());
	import_done(&im);
	buf_done(&b);
	return owners;
}

static void
make(struct folder *f, const char *name, uint64_t from)
{
	struct some_index s;

	some_open(&s, folder_path(f, name));
	some_document(&s, "a", 5, from, from + 2);
	some_document(&s, "b", 6, from + 2, from + 3);
	some_close(&s);
}

Test(index_import, into_an_empty_index_keeps_the_ordinals)
{
	struct some_index s;
	struct folder f;

	folder_open(&f);
	some_open(&s, folder_path(&f, "ix"));
	some_document(&s, "a", 5, 1, 2);
	some_document(&s, "b", 6, 2, 3);
	some_document(&s, "c", 6, 3, 4);
	owner_log_forget(&s.group, 2, 3);
	some_close(&s);
	cr_assert_eq(carry(&f, "ix", "new"), 2);
	some_is(
	    folder_path(&f, "new"), "A5 D1000/11255808:a A6 G1 D1002/11255810:c O1>1/0 O3>3/0 ");
	cr_assert_eq(carry(&f, "ix", "new"), 0, "twice changes nothing");
	folder_done(&f);
}

Test(index_import, where_both_own_a_hash_who_is_there_stays)
{
	struct folder f;

	folder_open(&f);
	make(&f, "ix", 1);  /* 1, 2 and 3 */
	make(&f, "two", 2); /* 2, 3 and 4 */
	cr_assert_eq(carry(&f, "two", "ix"), 1);
	some_is(folder_path(&f, "ix"),
	    "A5 D1000/11255808:a O1>1/0 O2>1/1 A6 D1001/11255809:b O3>2/0 "
	    "A6 D1001/11255809:b O4>3/0 ");
	folder_done(&f);
}

Test(index_import, the_newest_run_goes_on)
{
	struct run_table runs = {0};
	struct index_files files;
	struct folder f;

	folder_open(&f);
	make(&f, "ix", 1);
	make(&f, "two", 5);
	carry(&f, "two", "ix");
	cr_assert_eq(index_files_open(&files, folder_path(&f, "ix"), false, 0), 0);
	cr_assert_eq(index_read_runs(&files, &runs), 0);
	cr_assert_eq(run_table_newest(&runs)->id, 11);
	cr_assert_eq(run_table_newest(&runs)->next, 2);
	cr_assert_eq(run_table_batch_of(&runs, 1)->n, 1);
	cr_assert_eq(runs.n_noted, 4, "they are of no batch");
	cr_assert_eq(age_table_minute(&runs.ages, 3), 5);
	run_table_done(&runs);
	index_files_close(&files);
	folder_done(&f);
}

Test(index_import, other_parameters_are_refused)
{
	struct export_counts counts;
	uint64_t documents, owners;
	struct buf b = {0};
	struct import im;
	struct folder f;

	folder_open(&f);
	make(&f, "ix", 1);
	exported(&b, folder_path(&f, "ix"), &counts);
	cr_assert_eq(imported(&im, buf_view(&b)), 0);
	im.parameters[strlen(im.parameters) - 2] = '9';
	cr_assert_eq(
	    import_into_folder(&im, folder_path(&f, "ix"), 0, &documents, &owners), ERR_USAGE);
	cr_assert(strstr(err_text(), "made with") != NULL, "%s", err_text());
	import_done(&im);
	buf_done(&b);
	folder_done(&f);
}
