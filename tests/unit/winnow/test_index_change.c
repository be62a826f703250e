#include "stages/winnow/index_commands.h"

#include "tests/unit/winnow/index_desk.h"

TestSuite(index_change, .init = desk_open, .fini = desk_close);

Test(index_change, compacts)
{
	cr_assert_eq(desk("forget", uri, "--documents=1", NULL, NULL), 0);
	cr_assert_eq(desk("compact", uri, NULL, NULL, NULL), 0);
	holds(&out, "compacted: ");
	holds(&out, " bytes, before ");
	cr_assert(scratch_has("ix/snapshot-000002.idx"));
	cr_assert_not(scratch_has("ix/owners-000001.log"));
	cr_assert_eq(desk("verify", uri, NULL, NULL, NULL), 0);
	holds(&out, ": 3 owners, 2 documents, 1 runs");
	cr_assert_eq(desk("stats", uri, NULL, NULL, NULL), 0);
	holds(&out, "made with    {" SOME_PARAMETERS "}\n");
}

Test(index_change, what_to_forget_has_to_be_said)
{
	cr_assert_eq(desk("forget", uri, NULL, NULL, NULL), 100);
	holds(&said, "--older-than 90d");
	cr_assert_eq(desk("forget", uri, "--documents=1", "--older-than=1d", NULL), 100);
	cr_assert_eq(desk("forget", uri, "--older-than=90000d", NULL, NULL), 0);
	holds(&out, "0 documents were forgotten");
	cr_assert_eq(desk("forget", uri, "--older-than=0s", NULL, NULL), 0);
	holds(&out, "3 documents were forgotten");
}

Test(index_change, exports_and_imports_also_compressed)
{
	const char *const names[] = {"plain", "packed.gz", "packed.zst"};

	for (size_t i = 0; i < 3; i++) {
		char to[128];

		snprintf(to, sizeof(to), "file:%s%zu", scratch_path("to"), i);
		cr_assert_eq(desk("export", uri, scratch_path(names[i]), NULL, NULL), 0);
		holds(&out, "5 owners of 3 documents were written to ");
		cr_assert_eq(desk("import", to, scratch_path(names[i]), NULL, NULL), 0);
		holds(&out, "5 owners of 3 documents came to it\n");
		cr_assert_eq(desk("import", to, scratch_path(names[i]), NULL, NULL), 0);
		holds(&out, "0 owners of 0 documents came to it\n");
	}
	cr_assert_not(scratch_has("plain.part"));
	cr_assert_eq(desk("export", uri, "-", NULL, NULL), 0);
	holds(&out, "winnow-index\t1\t{");
}

Test(index_change, what_is_no_export_changes_nothing)
{
	char to[128];

	snprintf(to, sizeof(to), "file:%s", scratch_path("new"));
	cr_assert_eq(desk("import", to, scratch_path("none"), NULL, NULL), 100);
	holds(&said, "No such file");
	scratch_put("wrong", SPAN("winnow-index\t1\t{}\n"));
	cr_assert_eq(desk("import", to, scratch_path("wrong"), NULL, NULL), 100);
	holds(&said, "wrong, line 2: cut short");
	cr_assert_not(scratch_has("new"));
	cr_assert_eq(desk("export", uri, "/nowhere/x", NULL, NULL), 100);
	holds(&said, "/nowhere/x.part: No such file");
}

Test(index_change, another_process_that_does_not_listen_is_waited_for_and_named)
{
	struct index_files files;

	cr_assert_eq(index_files_open(&files, uri + 5, false, 0), 0);
	cr_assert_eq(desk("compact", uri, NULL, NULL, NULL), 100);
	holds(&said, "the index is in use by another process");
	index_files_close(&files);
}
