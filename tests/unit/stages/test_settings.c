#include "stages/settings.h"

#include <stdarg.h>

#include "common/options.h"
#include "rig.h"

enum { WORDS = 24 };

struct parsed {
	struct settings settings;
	struct options options;
	char *argv[WORDS + 1];
};

/* Parse the words, up to a NULL, as the command line of a program. */
static int
parse(struct parsed *p, enum taker taker, ...)
{
	va_list words;
	int argc = 1;

	*p = (struct parsed){.argv = {(char *)"winnow-test"}};
	va_start(words, taker);
	while (argc < WORDS && (p->argv[argc] = va_arg(words, char *)) != NULL)
		argc++;
	va_end(words);
	return settings_parse(&p->settings, &p->options, taker, "A test.",
	    taker == TAKES_RUN || taker == TAKES_READ || taker == TAKES_CAT ? "SOURCE..." : NULL,
	    argc, p->argv);
}

static void
free_args(char **args, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(args[i]);
	free(args);
}

Test(settings, have_the_values_that_help_promises)
{
	struct parsed p;

	cr_assert_eq(parse(&p, TAKES_RUN, NULL), 0);
	cr_assert_eq(p.settings.max_document, 64 << 20);
	cr_assert_eq(p.settings.hold_timeout_ms, 30 * 60000);
	cr_assert_eq(p.settings.min_chars, 25);
	cr_assert_eq(p.settings.claims, 5);
	cr_assert_str_eq(p.settings.summary, "5");
	cr_assert_eq(p.settings.dedup, DEDUP_EXACT);
	cr_assert_eq(p.settings.action, ACTION_DROP);
	cr_assert_eq(p.settings.same_document, SAME_OCCURRENCE);
	cr_assert_eq(p.settings.dropped_text, DROPPED_TEXT_NEAR);
	cr_assert_eq(p.settings.empty, EMPTY_KEEP);
	cr_assert_eq(p.settings.format, FORMAT_AUTO);
	cr_assert_eq(p.settings.workers, 0);
	cr_assert(!p.settings.force);
	cr_assert(p.settings.output == NULL);
	cr_assert(p.settings.index == NULL);
	cr_assert_eq(p.settings.n_sources, 0);
	settings_done(&p.options);
}

Test(settings, of_jailed_children_have_limits)
{
	struct parsed p;

	cr_assert_eq(parse(&p, TAKES_EXTRACT, NULL), 0);
	cr_assert_eq(p.settings.document_timeout_ms, 30000);
	cr_assert_eq(p.settings.document_memory, 2ULL << 30);
	settings_done(&p.options);
	cr_assert_eq(
	    parse(&p, TAKES_SUMMARIZE, "--document-timeout=none", "--document-memory=100M", NULL),
	    0);
	cr_assert_eq(p.settings.document_timeout_ms, UINT64_MAX);
	cr_assert_eq(p.settings.document_memory, 100 << 20);
	settings_done(&p.options);
}

Test(settings, come_from_flags)
{
	struct parsed p;

	cr_assert_eq(
	    parse(&p, TAKES_RUN, "-o", "out.jsonl", "--min-chars=7", "--max-document", "2k",
		"--hold-timeout=none", "--force", "-j3", "a", "--", "-", "--force", NULL),
	    0);
	cr_assert_str_eq(p.settings.output, "out.jsonl");
	cr_assert_eq(p.settings.min_chars, 7);
	cr_assert_eq(p.settings.max_document, 2048);
	cr_assert_eq(p.settings.hold_timeout_ms, UINT64_MAX);
	cr_assert(p.settings.force);
	cr_assert_eq(p.settings.workers, 3);
	cr_assert_eq(p.settings.n_sources, 3);
	cr_assert_str_eq(p.settings.sources[0], "a");
	cr_assert_str_eq(p.settings.sources[1], "-");
	cr_assert_str_eq(p.settings.sources[2], "--force", "behind -- all are sources");
	settings_done(&p.options);
}

Test(settings, come_from_the_environment_and_a_flag_goes_before)
{
	struct parsed p;

	setenv("WINNOW_MIN_CHARS", "11", 1);
	setenv("WINNOW_SAME_DOCUMENT", "url", 1);
	setenv("WINNOW_FORCE", "1", 1);
	cr_assert_eq(parse(&p, TAKES_RUN, "--min-chars=12", NULL), 0);
	cr_assert_eq(p.settings.min_chars, 12);
	cr_assert_eq(p.settings.same_document, SAME_URL);
	cr_assert(p.settings.force);
	settings_done(&p.options);
	cr_assert_eq(parse(&p, TAKES_RUN, NULL), 0);
	cr_assert_eq(p.settings.min_chars, 11);
	settings_done(&p.options);
}

Test(settings, a_wrong_variable_is_refused_by_name)
{
	static const char *const wrong[][2] = {{"WINNOW_MIN_CHARS", "many"},
	    {"WINNOW_MAX_DOCUMENT", "-1"}, {"WINNOW_HOLD_TIMEOUT", "5"}, {"WINNOW_DEDUP", "exac"},
	    {"WINNOW_FORCE", "yes"}, {"WINNOW_ACTION", ""}};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct parsed p;

		setenv(wrong[i][0], wrong[i][1], 1);
		cr_assert_eq(parse(&p, TAKES_RUN, NULL), ERR_USAGE, "%s", wrong[i][0]);
		cr_assert(strstr(err_text(), wrong[i][0]) != NULL, "%s", err_text());
		cr_assert(strstr(err_text(), wrong[i][1]) != NULL, "%s", err_text());
		settings_done(&p.options);
		unsetenv(wrong[i][0]);
	}
}

Test(settings, a_variable_of_another_program_is_not_looked_at)
{
	struct parsed p;

	setenv("WINNOW_MIN_CHARS", "many", 1);
	cr_assert_eq(parse(&p, TAKES_WRITE, NULL), 0);
	settings_done(&p.options);
}

Test(settings, run_alone_names_unknown_variables)
{
	struct parsed p;
	struct heard h;
	const char *said;

	setenv("WINNOW_MIN_CHAR", "3", 1);
	setenv("WINNOW_", "", 1);
	hear_begin(&h);
	cr_assert_eq(parse(&p, TAKES_RUN, NULL), 0);
	said = hear_end(&h);
	cr_assert(strstr(said, "WINNOW_MIN_CHAR,") != NULL, "%s", said);
	cr_assert(strstr(said, "WINNOW_,") != NULL, "%s", said);
	cr_assert(strstr(said, "WINNOW_MIN_CHARS") == NULL, "%s", said);
	settings_done(&p.options);
	hear_begin(&h);
	cr_assert_eq(parse(&p, TAKES_DEDUP, NULL), 0);
	cr_assert_str_eq(hear_end(&h), "");
	settings_done(&p.options);
}

Test(settings, known_variables_are_not_warned_of)
{
	struct parsed p;
	struct heard h;

	setenv("WINNOW_MIN_CHARS", "3", 1);
	setenv("WINNOW_IN", "tcp://a:1", 1);
	hear_begin(&h);
	cr_assert_eq(parse(&p, TAKES_RUN, NULL), 0);
	cr_assert_str_eq(hear_end(&h), "");
	settings_done(&p.options);
}

Test(settings, an_unknown_flag_ends_with_100, .exit_code = EXIT_PERMANENT)
{
	struct parsed p;
	struct heard h;

	hear_begin(&h);
	cr_assert_eq(parse(&p, TAKES_RUN, "--no-such-flag", NULL), 0);
}

Test(settings, a_flag_of_another_program_ends_with_100, .exit_code = EXIT_PERMANENT)
{
	struct parsed p;
	struct heard h;

	hear_begin(&h);
	cr_assert_eq(parse(&p, TAKES_WRITE, "--min-chars=3", NULL), 0);
}

Test(settings, a_wrong_value_ends_with_100, .exit_code = EXIT_PERMANENT)
{
	struct parsed p;
	struct heard h;

	hear_begin(&h);
	cr_assert_eq(parse(&p, TAKES_RUN, "--min-chars=x", NULL), 0);
}

Test(settings, a_source_for_a_stage_without_any_ends_with_100, .exit_code = EXIT_PERMANENT)
{
	struct parsed p;
	struct heard h;

	hear_begin(&h);
	cr_assert_eq(parse(&p, TAKES_WRITE, "a-file", NULL), 0);
}

/* A choice's word, and where its number goes. */
static void
choice_is(const char *flag, int number, size_t at)
{
	struct parsed p;
	int got;

	cr_assert_eq(parse(&p, TAKES_RUN, flag, NULL), 0, "%s", flag);
	memcpy(&got, (char *)&p.settings + at, sizeof(got));
	cr_assert_eq(got, number, "%s is %d", flag, got);
	settings_done(&p.options);
}

Test(settings, each_word_of_a_choice_is_its_enum)
{
#define CHOICE(flag, number, field) choice_is(flag, number, offsetof(struct settings, field))
	CHOICE("--paragraphs=auto", PARAGRAPHS_AUTO, paragraphs);
	CHOICE("--paragraphs=line", PARAGRAPHS_LINE, paragraphs);
	CHOICE("--paragraphs=blank", PARAGRAPHS_BLANK, paragraphs);
	CHOICE("--dedup=exact", DEDUP_EXACT, dedup);
	CHOICE("--dedup=near", DEDUP_NEAR, dedup);
	CHOICE("--dedup=off", DEDUP_OFF, dedup);
	CHOICE("--action=drop", ACTION_DROP, action);
	CHOICE("--action=mark", ACTION_MARK, action);
	CHOICE("--same-document=occurrence", SAME_OCCURRENCE, same_document);
	CHOICE("--same-document=id", SAME_ID, same_document);
	CHOICE("--same-document=url", SAME_URL, same_document);
	CHOICE("--dropped-text=none", DROPPED_TEXT_NONE, dropped_text);
	CHOICE("--dropped-text=near", DROPPED_TEXT_NEAR, dropped_text);
	CHOICE("--dropped-text=all", DROPPED_TEXT_ALL, dropped_text);
	CHOICE("--empty=keep", EMPTY_KEEP, empty);
	CHOICE("--empty=skip", EMPTY_SKIP, empty);
	CHOICE("--summarize=kept", SUMMARIZE_KEPT, summarize);
	CHOICE("--summarize=document", SUMMARIZE_DOCUMENT, summarize);
	CHOICE("--format=auto", FORMAT_AUTO, format);
	CHOICE("--format=pretty", FORMAT_PRETTY, format);
	CHOICE("--format=jsonl", FORMAT_JSONL, format);
	CHOICE("--format=msgpack", FORMAT_MSGPACK, format);
	CHOICE("--input=auto", INPUT_AUTO, input);
	CHOICE("--input=text", INPUT_TEXT, input);
	CHOICE("--input=jsonl", INPUT_JSONL, input);
	CHOICE("--input=msgpack", INPUT_MSGPACK, input);
	CHOICE("--log=text", LOG_TEXT, log);
	CHOICE("--log=json", LOG_JSON, log);
#undef CHOICE
}

Test(settings, forward_what_the_other_program_takes_too)
{
	struct parsed p;
	char **args = mem_zero(settings_count() + 1, sizeof(*args));
	size_t n;

	cr_assert_eq(parse(&p, TAKES_RUN, "-o", "x y", "--force", "--min-chars=7", "--action",
			 "mark", "a-source", NULL),
	    0);
	args[0] = mem_string("winnow-write", 12);
	n = settings_forward(&p.options, TAKES_WRITE, args, 1);
	cr_assert_eq(n, 3);
	cr_assert_str_eq(args[0], "winnow-write");
	cr_assert_str_eq(args[1], "--output=x y");
	cr_assert_str_eq(args[2], "--force");
	free_args(args, n);
	args = mem_zero(settings_count(), sizeof(*args));
	n = settings_forward(&p.options, TAKES_SUMMARIZE, args, 0);
	cr_assert_eq(n, 1);
	cr_assert_str_eq(args[0], "--action=mark");
	free_args(args, n);
	settings_done(&p.options);
}

Test(settings, forward_nothing_from_the_environment)
{
	struct parsed p;
	char **args = mem_zero(settings_count(), sizeof(*args));

	setenv("WINNOW_MIN_CHARS", "11", 1);
	cr_assert_eq(parse(&p, TAKES_RUN, NULL), 0);
	cr_assert_eq(settings_forward(&p.options, TAKES_DEDUP, args, 0), 0, "a child inherits it");
	free(args);
	settings_done(&p.options);
}

Test(settings, what_is_forwarded_parses_to_the_same)
{
	struct parsed p, q;
	char **args = mem_zero(settings_count() + 1, sizeof(*args));
	size_t n;

	cr_assert_eq(parse(&p, TAKES_RUN, "--hold-timeout=90s", "--empty=skip", "--force",
			 "--max-document=3M", NULL),
	    0);
	n = settings_forward(&p.options, TAKES_WRITE, args, 0);
	cr_assert_eq(n, 4);
	cr_assert_eq(parse(&q, TAKES_WRITE, args[0], args[1], args[2], args[3], NULL), 0);
	cr_assert_eq(q.settings.hold_timeout_ms, 90000);
	cr_assert_eq(q.settings.empty, EMPTY_SKIP);
	cr_assert(q.settings.force);
	cr_assert_eq(q.settings.max_document, 3 << 20);
	settings_done(&p.options);
	settings_done(&q.options);
	free_args(args, n);
}

Test(settings, a_queue_has_other_standard_values)
{
	struct parsed p;
	char **args = mem_zero(settings_count() + 1, sizeof(*args));
	size_t n;

	cr_assert_eq(parse(&p, TAKES_RUN, "redis://h/0?stream=s", NULL), 0);
	cr_assert_str_eq(settings_queue(&p.settings), "redis://h/0?stream=s");
	cr_assert_eq(p.settings.same_document, SAME_ID);
	cr_assert_eq(p.settings.when_full, WHEN_FULL_FORGET);
	cr_assert_eq(p.settings.hold_timeout_ms, UINT64_MAX);
	n = settings_forward(&p.options, TAKES_DEDUP, args, 0);
	cr_assert_eq(n, 3, "dedup is told");
	free_args(args, n);
	settings_done(&p.options);
	cr_assert_eq(parse(&p, TAKES_RUN, "--same-document=url", "--hold-timeout=5s",
			 "zmq+submit://h:1", NULL),
	    0);
	cr_assert_eq(p.settings.same_document, SAME_URL);
	cr_assert_eq(p.settings.hold_timeout_ms, 5000);
	settings_done(&p.options);
	cr_assert_eq(parse(&p, TAKES_RUN, "a.jsonl", NULL), 0);
	cr_assert_null(settings_queue(&p.settings));
	cr_assert_eq(p.settings.same_document, SAME_OCCURRENCE);
	settings_done(&p.options);
}

Test(settings, idle_seconds_may_have_a_unit)
{
	struct parsed p;

	cr_assert_eq(parse(&p, TAKES_READ, "--exit-when-idle=7", NULL), 0);
	cr_assert_eq(p.settings.exit_when_idle_ms, 7000);
	settings_done(&p.options);
	cr_assert_eq(parse(&p, TAKES_READ, "--exit-when-idle=50ms", NULL), 0);
	cr_assert_eq(p.settings.exit_when_idle_ms, 50);
	settings_done(&p.options);
}
