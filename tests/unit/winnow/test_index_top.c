#include "stages/winnow/index_commands.h"

#include "tests/unit/winnow/index_desk.h"

#define HASH "\"000102030405060708090a0b0c0d0e0"

static const char records[] =
    "{\"v\":1,\"id\":\"a\",\"url\":\"https://one.example/x\",\"source\":{\"path\":\"f\"},"
    "\"paragraphs\":[{\"n\":0,\"text\":\"Subscribe now\",\"hash\":" HASH "1\"}],\"dropped\":[]}\n"
    "{\"v\":1,\"id\":\"b\",\"url\":\"https://two.example:80/y\",\"source\":{\"path\":\"f\"},"
    "\"paragraphs\":[],\"dropped\":[{\"n\":0,\"why\":\"exact\",\"hash\":" HASH "1\"},"
    "{\"n\":1,\"why\":\"exact\",\"hash\":" HASH "2\"}]}\n"
    "{\"v\":1,\"id\":\"c\",\"source\":{\"path\":\"f\"},"
    "\"paragraphs\":[],\"dropped\":[{\"n\":0,\"why\":\"exact\",\"hash\":" HASH "1\"}]}\n";

TestSuite(index_top, .init = desk_open, .fini = desk_close);

Test(index_top, says_how_often_and_where_and_what)
{
	const char *path = scratch_put("out.jsonl", SPAN(records));

	cr_assert_eq(desk("top", uri, path, NULL, NULL), 0);
	holds(&out, "       2  Subscribe now\n          f (1) two.example (1)\n");
	holds(&out, "       1  000102030405060708090a0b0c0d0e02\n          two.example (1)\n");
	cr_assert_eq(desk("top", uri, path, "--count=1", "--json"), 0);
	holds(&out, "{\"count\": 2, \"hash\": " HASH "1\", \"text\": \"Subscribe now\", "
		    "\"sites\": {\"f\": 1, \"two.example\": 1}, \"others\": 0}\n");
	holds_not(&out, "0e02");
}

Test(index_top, the_records_beside_an_index_are_found)
{
	char beside[128];

	mkdir(scratch_path("out.jsonl.winnow"), 0755);
	cr_assert_eq(rename(scratch_path("ix"), scratch_path("out.jsonl.winnow/index")), 0);
	scratch_put("out.jsonl", SPAN(records));
	snprintf(beside, sizeof(beside), "file:%s/", scratch_path("out.jsonl.winnow/index"));
	cr_assert_eq(desk("top", beside, NULL, NULL, NULL), 0);
	holds(&out, "       2  Subscribe now\n");
}

Test(index_top, without_records_it_says_what_to_do)
{
	cr_assert_eq(desk("top", uri, NULL, NULL, NULL), 100);
	holds(&said, "name the records of its runs");
	cr_assert_eq(desk("top", uri, scratch_path("none"), NULL, NULL), 100);
}
