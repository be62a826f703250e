#include "tests/unit/proto/exported.h"

static void
make(struct buf *b)
{
	struct export_counts counts;
	struct some_index s;
	struct folder f;

	folder_open(&f);
	some_open(&s, folder_path(&f, "ix"));
	some_document(&s, "a\t%", 29912345, 1, 3);
	some_document(&s, "b", 6, 3, 4);
	some_close(&s);
	exported(b, folder_path(&f, "ix"), &counts);
	folder_done(&f);
}

Test(index_import_read, reads_what_was_exported)
{
	struct hash h = told_hash(2), other = told_hash(9);
	struct buf b = {0};
	struct import im;

	make(&b);
	cr_assert_eq(imported(&im, buf_view(&b)), 0, "%s", err_text());
	cr_assert_str_eq(im.parameters, SOME_PARAMETERS);
	cr_assert_eq(im.n_ordinals, 2);
	cr_assert_eq(im.n_runs, 1);
	cr_assert_eq(im.n_documents, 2);
	cr_assert_eq(im.documents[0].minute, 29912345);
	cr_assert_eq(im.documents[0].run, 11);
	cr_assert_eq(im.documents[0].key, 0xABC000);
	cr_assert(span_equal(span_of(im.ids.p, im.documents[0].id_bytes), SPAN("a\t%")));
	cr_assert_eq(im.n_owners, 3);
	cr_assert_eq(import_find(&im, &h)->entry.document, 1);
	cr_assert_eq(import_find(&im, &h)->entry.paragraph, 1);
	cr_assert(import_find(&im, &other) == NULL);
	import_done(&im);
	buf_done(&b);
}

Test(index_import_read, any_other_byte_is_noticed)
{
	struct buf b = {0};
	struct import im;

	make(&b);
	for (size_t at = 0; at < b.n; at++) {
		b.p[at] ^= 1;
		cr_assert_eq(imported(&im, buf_view(&b)), ERR_USAGE, "byte %zu", at);
		import_done(&im);
		b.p[at] ^= 1;
	}
	for (size_t n = 0; n < b.n; n++) {
		cr_assert_eq(imported(&im, span_of(b.p, n)), ERR_USAGE, "%zu bytes", n);
		cr_assert(strstr(err_text(), "FILE, line ") != NULL, "%s", err_text());
		import_done(&im);
	}
	buf_str(&b, "O\n");
	cr_assert_eq(imported(&im, buf_view(&b)), ERR_USAGE);
	import_done(&im);
	buf_done(&b);
}

/* A line in the place of the one that begins so: what is said. */
static void
refused(const char *begin, const char *line, const char *said)
{
	struct buf b = {0}, changed = {0};
	struct import im;
	const char *at, *end;

	make(&b);
	at = memmem(b.p, b.n, begin, strlen(begin));
	cr_assert(at != NULL, "%s", begin);
	end = memchr(at + 1, '\n', (size_t)(b.p + b.n - at - 1));
	buf_put(&changed, b.p, (size_t)(at + 1 - b.p));
	buf_str(&changed, line);
	buf_put(&changed, end, (size_t)(b.p + b.n - end));
	cr_assert_eq(imported(&im, buf_view(&changed)), ERR_USAGE);
	cr_assert(strstr(err_text(), said) != NULL, "'%s' for '%s'", err_text(), line);
	import_done(&im);
	buf_done(&b);
	buf_done(&changed);
}

Test(index_import_read, says_what_is_wrong_and_where)
{
	refused("\nO\t01", "O\t010000000000000000000000000000ee\t7\t0",
	    "line 6: an owner that is no document");
	refused("\nO\t01", "O\t070000000000000000000000000000ee\t1\t0",
	    "line 7: owners are not in the order of their hashes");
	refused("\nO\t01", "O\t01\t1\t0", "line 6: no owner");
	refused("\nO\t01", "X\t01", "line 6: an unknown line");
	refused("\nD\t2",
	    "D\t1\t-\t000000000000000b\te9030000000000000000000000"
	    "0000ee\t0000000000abc001\tb",
	    "documents are not in the order");
	refused("\nD\t2",
	    "D\t3\t-\t000000000000000b\te9030000000000000000000000"
	    "0000ee\t0000000000abc001\tb",
	    "documents are not in the order");
	refused("\nD\t2", "D\t2\tyesterday\t0\t0\t0\tb", "no document");
	refused("\nR", "R\t0\t0", "no run");
	refused("\nI", "I\t9", "no id");
	refused("\nE", "E\t2\t3\t0000000000000000", "the sum of all lines");
	refused("\nE", "E\t2\t4\t0000000000000000", "lines are missing");
}

Test(index_import_read, another_version_or_something_else_is_refused)
{
	struct import im;

	cr_assert_eq(imported(&im, SPAN("winnow-index\t2\t{}\n")), ERR_USAGE);
	cr_assert(strstr(err_text(), "another version") != NULL);
	cr_assert_eq(imported(&im, SPAN("hello\n")), ERR_USAGE);
	cr_assert(strstr(err_text(), "this is no export") != NULL);
	cr_assert_eq(imported(&im, SPAN("")), ERR_USAGE);
	cr_assert(strstr(err_text(), "this is no export") != NULL);
}
