#include "proto/document_pack.h"
#include "proto/record_json.h"
#include "stages/winnow/commands.h"
#include "tests/unit/scratch.h"

static struct buf out, said, bytes;

static void
close_test(void)
{
	buf_done(&out);
	buf_done(&said);
	buf_done(&bytes);
	scratch_close();
}

TestSuite(claims_table, .init = scratch_open, .fini = close_test);

/* `winnow claims` of a file with this content: the exit status; the table in out, with a NUL. */
static int
table_of(struct span content)
{
	char *argv[] = {(char *)"claims", scratch_put("x", content), NULL};
	struct caught stdout_, stderr_;
	int status;

	catch_begin(&stdout_, STDOUT_FILENO);
	catch_begin(&stderr_, STDERR_FILENO);
	status = command_claims(2, argv);
	catch_end(&stderr_, &said);
	catch_end(&stdout_, &out);
	return status;
}

/* A record of one claim with this JSON as its facts. */
static int
table_of_facts(const char *facts)
{
	bytes.n = 0;
	buf_print(
	    &bytes, "{\"id\": \"d\", \"claims\": [{\"text\": \"c\", \"facts\": [%s]}]}\n", facts);
	return table_of(buf_view(&bytes));
}

static void
value_is(const char *facts, const char *row)
{
	cr_assert_eq(table_of_facts(facts), 0, "%s: %s", facts, said.p);
	cr_assert_str_eq(out.p, row, "%s", facts);
}

#define TABLE                                                                                   \
	"6               ferry                   Six ferries cost 340 million kroner.  [a@0]\n" \
	"340000000       NOK           crossing  Six ferries cost 340 million kroner.  [a@0]\n" \
	"                                        It is so, says Orla Penn.  [a@0]\n"            \
	"-0.25                                   Less by a quarter.  [a@0]\n"

/* A document with claims of all sorts. */
static void
sample(struct document *d)
{
	static struct fact figures[] = {
	    {.kind = FACT_QUANTITY,
		.text = SPAN("Six ferries"),
		.has_value = true,
		.value = 6 * UNIT,
		.unit = SPAN("ferry")},
	    {.kind = FACT_NAME, .text = SPAN("Orla Penn"), .unit = SPAN("nobody's")},
	    {.kind = FACT_MONEY,
		.text = SPAN("340 million kroner"),
		.has_value = true,
		.value = 340000000LL * UNIT,
		.unit = SPAN("NOK"),
		.per = SPAN("crossing")},
	};
	static struct fact name[] = {{.kind = FACT_NAME, .text = SPAN("Orla Penn")}};
	static struct fact share[] = {
	    {.kind = FACT_SHARE, .text = SPAN("a quarter"), .has_value = true, .value = -2500}};
	static struct claim claims[] = {
	    {.text = SPAN("Six ferries cost 340 million kroner."), .facts = figures, .n_facts = 3},
	    {.text = SPAN("It is so, says Orla Penn."), .facts = name, .n_facts = 1},
	    {.text = SPAN("Less by a quarter."), .facts = share, .n_facts = 1},
	};

	*d = (struct document){
	    .id = SPAN("a@0"), .source = {.path = SPAN("a")}, .claims = claims, .n_claims = 3};
}

Test(claims_table, of_messagepack_has_a_row_a_value_and_one_a_claim_without)
{
	struct document d;

	sample(&d);
	document_pack(&bytes, &d, SCOPE_RECORD);
	cr_assert_eq(table_of(buf_view(&bytes)), 0, "%s", said.p);
	cr_assert_str_eq(out.p, TABLE);
}

Test(claims_table, csv_has_a_line_of_titles_and_quotes)
{
	char *argv[] = {(char *)"claims", (char *)"--csv",
	    scratch_put("x",
		SPAN("{\"id\": \"d,1\", \"claims\": [{\"text\": \"He said \\\"six\\\", "
		     "and\\nleft\", "
		     "\"facts\": [{\"value\": 6, \"unit\": \"ferry\"}]}, {\"text\": \"b\"}]}\n")),
	    NULL};
	struct caught stdout_;
	int status;

	catch_begin(&stdout_, STDOUT_FILENO);
	status = command_claims(3, argv);
	catch_end(&stdout_, &out);
	cr_assert_eq(status, 0);
	cr_assert_str_eq(out.p, "claim,value,unit,per,document\r\n"
				"\"He said \"\"six\"\", and left\",6,\"ferry\",\"\",\"d,1\"\r\n"
				"\"b\",,\"\",\"\",\"d,1\"\r\n");
}

Test(claims_table, of_json_is_the_same)
{
	struct document d;

	sample(&d);
	record_json(&bytes, &d);
	buf_byte(&bytes, '\n');
	cr_assert_eq(table_of(buf_view(&bytes)), 0, "%s", said.p);
	cr_assert_str_eq(out.p, TABLE);
}

Test(claims_table, the_keys_may_stand_in_any_order)
{
	cr_assert_eq(
	    table_of(SPAN("{\"claims\": [{\"facts\": [{\"per\": \"day\", \"value\": 2, \"x\": {}, "
			  "\"unit\": \"boat\"}], \"text\": \"Two boats.\", \"score\": 0.5}], "
			  "\"title\": \"T\", \"id\": \"b\"}\n")),
	    0, "%s", said.p);
	cr_assert_str_eq(out.p, "2               boat          day       Two boats.  [b]\n");
}

Test(claims_table, several_records_and_claims_do_not_mix)
{
	cr_assert_eq(
	    table_of(
		SPAN("{\"id\": \"a\", \"claims\": [{\"text\": \"A\", \"facts\": [{\"value\": 1, "
		     "\"unit\": \"u\", \"per\": \"p\"}, {\"value\": 2}]}]}\n"
		     "{\"id\": \"b\", \"claims\": []}\n"
		     "{\"id\": \"c\", \"claims\": [{\"text\": \"C\", \"facts\": []}, {\"text\": "
		     "\"D\"}]}\n"
		     "{\"id\": \"e\"}\n")),
	    0, "%s", said.p);
	cr_assert_str_eq(out.p, "1               u             p         A  [a]\n"
				"2                                       A  [a]\n"
				"                                        C  [c]\n"
				"                                        D  [c]\n");
}

Test(claims_table, numbers_are_printed_as_they_are)
{
	value_is("{\"value\": 0.3333}", "0.3333                                  c  [d]\n");
	value_is("{\"value\": -7}", "-7                                      c  [d]\n");
	value_is("{\"value\": 18446744073709551615}",
	    "18446744073709551615                          c  [d]\n");
	value_is("{\"value\": 1.10}", "1.10                                    c  [d]\n");
	value_is("{\"value\": 123456789012345678901234567890}",
	    "123456789012345678901234567890                          c  [d]\n");
}

Test(claims_table, columns_are_code_points)
{
	value_is("{\"value\": 1, \"unit\": \"Çöö\"}",
	    "1               Çöö                     c  [d]\n");
}

Test(claims_table, no_text_steers_a_terminal_or_breaks_a_line)
{
	cr_assert_eq(table_of_facts("{\"value\": 1, \"unit\": \"a\\u001b[2J\\u202eb\"}"), 0);
	cr_assert(strstr(out.p, "a\xEF\xBF\xBD[2J\xEF\xBF\xBD"
				"b") != NULL,
	    "%s", out.p);
	cr_assert_eq(table_of(SPAN("{\"id\": \"i\\u0007\\n\\u2067\", \"claims\": [{\"text\": "
				   "\"one\\ntwo\\tthree\\u009b\\u0000\\u2028four\"}]}\n")),
	    0);
	cr_assert(
	    strstr(out.p,
		"one two three\xEF\xBF\xBD\xEF\xBF\xBD four  [i\xEF\xBF\xBD \xEF\xBF\xBD]\n") !=
		NULL,
	    "%s", out.p);
}

Test(claims_table, bytes_that_are_no_utf8_are_shown_as_bad)
{
	cr_assert_eq(table_of(SPAN("{\"id\": \"\xFF\", \"claims\": [{\"text\": \"\xC3\"}]}\n")), 0);
	cr_assert(strstr(out.p, "\xEF\xBF\xBD  [\xEF\xBF\xBD]\n") != NULL, "%s", out.p);
}

static void
is_bad(struct span content)
{
	cr_assert_eq(
	    table_of(content), EXIT_DEAD_LETTERS, "%.*s: %s", (int)content.n, content.p, out.p);
	cr_assert(strstr(said.p, "winnow claims: error: ") != NULL, "%s", said.p);
}

Test(claims_table, what_is_no_record_is_bad)
{
	is_bad(SPAN("{\"id\": \"a\", \"claims\": 7}\n"));
	is_bad(SPAN("{\"id\": 7, \"claims\": []}\n"));
	is_bad(SPAN("{\"claims\": [[]]}\n"));
	is_bad(SPAN("{\"claims\": [{\"text\": \"c\", \"facts\": [{\"value\": \"ten\"}]}]}\n"));
	is_bad(SPAN("{\"claims\": [{\"text\": \"c\", \"facts\": {}}]}\n"));
	is_bad(SPAN("{\"id\": \n"));
	is_bad(SPAN("\x81\xA6"
		    "claims\x07"));
	is_bad(SPAN("\x81\xA6"
		    "claims\x91\x81\xA5"
		    "facts\x91\x81\xA5"
		    "value"
		    "\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF")); /* no ten-thousandths of ours */
}

Test(claims_table, a_bad_record_does_not_hide_the_next)
{
	is_bad(SPAN("{\"claims\": 7}\n{\"id\": \"b\", \"claims\": [{\"text\": \"B\"}]}\n"));
	cr_assert_str_eq(out.p, "                                        B  [b]\n");
}

Test(claims_table, of_nothing_is_empty)
{
	cr_assert_eq(table_of(SPAN("")), 0);
	cr_assert_str_eq(out.p, "");
}

#define DEAD_LETTER                                                                              \
	"{\"v\": 1, \"id\": \"i\", \"key\": \"0123456789abcdef\", \"source\": {}, \"form\": "    \
	"\"json\", "                                                                             \
	"\"stage\": \"extract\", \"reason\": \"bad-json\", \"detail\": \"d\", \"attempts\": 1, " \
	"\"raw_b64\": \"ew==\"}\n"

Test(claims_table, dead_letters_are_passed_over_and_counted)
{
	struct buf lines = {0};

	buf_str(&lines, DEAD_LETTER);
	buf_str(&lines, "{\"id\": \"d\", \"claims\": [{\"text\": \"c\", \"facts\": []}]}\n");
	buf_str(&lines, DEAD_LETTER);
	cr_assert_eq(table_of(buf_view(&lines)), 0, "%s", said.p);
	cr_assert(strstr(out.p, "c  [d]\n") == strchr(out.p, 'c'), "%s", out.p);
	cr_assert(strstr(said.p, "winnow claims: 2 dead letters") != NULL, "%s", said.p);
	buf_done(&lines);
}

Test(claims_table, without_dead_letters_none_are_told)
{
	cr_assert_eq(table_of_facts(""), 0);
	cr_assert(strstr(said.p, "dead letter") == NULL, "%s", said.p);
}
