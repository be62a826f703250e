#include "stages/winnow/index_commands.h"

#include "tests/unit/winnow/index_desk.h"

TestSuite(index_stats, .init = desk_open, .fini = desk_close);

Test(index_stats, says_what_is_there_and_how_old)
{
	cr_assert_eq(desk("stats", uri, "--index-limit=1G", NULL, NULL), 0);
	holds(&out, "not in use\n");
	holds(&out, "paragraphs   5\n");
	holds(&out, "documents    3 (0 were forgotten or taken back)\n");
	holds(&out, "runs         1, 3 batches\n");
	holds(&out, " of 1024 MB (0.0 %)\n");
	holds(&out, "oldest       2026-11-15T11:05Z, ");
	holds(&out, ", 0 days ago\n");
	holds(&out, "made with    {" SOME_PARAMETERS "}\n");
	cr_assert_eq(said.n, 0);
}

Test(index_stats, as_json)
{
	cr_assert_eq(desk("stats", uri, "--json", NULL, NULL), 0);
	holds(&out, "\"open\": false, \"paragraphs\": 5, \"wholes\": 0, \"documents\": 3, "
		    "\"gone\": 0, \"runs\": 1, \"batches\": 3, \"bytes\": ");
	holds(&out, "\"oldest\": \"2026-11-15T11:05Z\", \"newest\": \"");
	holds(&out, "\"made_with\": {" SOME_PARAMETERS "}}\n");
}

Test(index_stats, after_forgetting_there_is_less)
{
	cr_assert_eq(desk("forget", uri, "--documents=2", NULL, NULL), 0);
	holds(&out, "2 documents were forgotten\n");
	cr_assert_eq(desk("stats", uri, NULL, NULL, NULL), 0);
	holds(&out, "paragraphs   1\n");
	holds(&out, "documents    1 (2 were forgotten or taken back)\n");
	cr_assert_eq(desk("verify", uri, NULL, NULL, NULL), 0);
	holds(&out, ": 1 owners, 1 documents, 1 runs, 3 batches: whole\n");
}

Test(index_stats, what_is_no_index_is_refused)
{
	cr_assert_eq(desk("stats", "file:/tmp/winnow-no-such", NULL, NULL, NULL), 100);
	holds(&said, "No such file");
	scratch_put("other", SPAN("x"));
	mkdir(scratch_path("empty"), 0755);
	snprintf(uri, sizeof(uri), "file:%s", scratch_path("empty"));
	cr_assert_eq(desk("stats", uri, NULL, NULL, NULL), 100);
	holds(&said, "there is no index in it");
}

Test(index_stats, an_index_of_another_version_is_refused)
{
	scratch_put("ix/owners-000001.log", SPAN("WNNWOWN2{\"version\": 2}"));
	cr_assert_eq(desk("stats", uri, NULL, NULL, NULL), 100);
	holds(&said, "made by another version of winnow");
	scratch_put("ix/owners-000001.log", SPAN("something else"));
	cr_assert_eq(desk("verify", uri, NULL, NULL, NULL), 100);
	holds(&said, "owners-000001.log: this is no segment of an owner log");
}
