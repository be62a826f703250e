#include "stages/winnow/index_commands.h"

#include "tests/unit/winnow/index_desk.h"

TestSuite(index_who, .init = desk_open, .fini = desk_close);

Test(index_who, a_key_is_a_document)
{
	cr_assert_eq(desk("who", uri, "0000000000abc001", NULL, NULL), 0);
	holds(&out, "0000000000abc001  second\n  first seen 2026-11-15T11:05Z in run "
		    "000000000000000b, document 2, owns 2 paragraphs\n");
}

Test(index_who, a_key_and_a_number_is_a_paragraph)
{
	cr_assert_eq(desk("who", uri, "0000000000abc001#1", NULL, NULL), 0);
	holds(&out, "\n  hash 040000000000000000000000000000ee is paragraph 1\n");
	cr_assert_eq(desk("who", uri, "0000000000abc001#2", NULL, NULL), 0);
	holds(&out, "paragraph 2 is not its own");
}

Test(index_who, a_hash_has_an_owner)
{
	cr_assert_eq(desk("who", uri, "020000000000000000000000000000ee", "--json", NULL), 0);
	holds(&out, "{\"key\": \"0000000000abc000\", \"id\": \"first\", \"seen\": "
		    "\"2026-11-15T11:05Z\", \"run\": \"000000000000000b\", \"document\": 1, "
		    "\"owns\": 2, \"hash\": \"020000000000000000000000000000ee\", \"n\": 1}\n");
}

Test(index_who, what_it_does_not_have_is_said)
{
	cr_assert_eq(desk("who", uri, "00000000000000ff", NULL, NULL), 100);
	holds(&said, "it has nothing that is 00000000000000ff");
	cr_assert_eq(desk("who", uri, "fe0000000000000000000000000000ee", NULL, NULL), 100);
	cr_assert_eq(desk("who", uri, "hello", NULL, NULL), 100);
	holds(&said, "'hello' is no key of a document");
	cr_assert_eq(desk("who", uri, "00000000000000ff#", NULL, NULL), 100);
	cr_assert_eq(desk("who", uri, NULL, NULL, NULL), 100);
	holds(&said, "it is `winnow index who file:DIR KEY|KEY#N|HASH`");
}

Test(index_who, the_forgotten_are_nobody)
{
	cr_assert_eq(desk("forget", uri, "--older-than=1h", NULL, NULL), 0);
	holds(&out, "2 documents were forgotten");
	cr_assert_eq(desk("who", uri, "0000000000abc001", NULL, NULL), 100);
	cr_assert_eq(desk("who", uri, "0000000000abc002", NULL, NULL), 0);
	cr_assert_eq(desk("who", uri, "020000000000000000000000000000ee", NULL, NULL), 100);
}
