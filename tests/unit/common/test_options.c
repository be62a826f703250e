#include "common/options.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MILL = 1, BARN = 2 };

struct settings {
	const char *name;
	bool grind;
	uint64_t stones, sacks;
	uint64_t pause;
	int corn;
	uint64_t doors;
};

#define AT(field) offsetof(struct settings, field)

static const struct option_spec specs[] = {
    {"name", 'n', OPTION_STRING, AT(name), MILL | BARN, "arle", "NAME", "what it is called"},
    {"grind", 0, OPTION_FLAG, AT(grind), MILL, NULL, NULL, "grind at once"},
    {"stones", 0, OPTION_COUNT, AT(stones), MILL, "2", "N", "how many stones"},
    {"max-sacks", 0, OPTION_SIZE, AT(sacks), MILL | BARN, "64M", "SIZE", "how much it holds"},
    {"pause", 0, OPTION_TIME, AT(pause), MILL, "30s", "TIME", "how long it rests"},
    {"corn", 'c', OPTION_CHOICE, AT(corn), MILL, "rye", "barley|rye|oats", "what it grinds"},
    {"doors", 'd', OPTION_COUNT, AT(doors), BARN, "1", "N", "how many doors the barn has"},
};

enum { SPECS = sizeof(specs) / sizeof(specs[0]), MAX_ARGS = 8 };

/* A program's settings; its arguments live as long. */
struct program {
	struct options options;
	struct settings settings;
	char *argv[MAX_ARGS + 2];
	int argc;
};

/* The environment of who runs the tests is not ours. */
static void
begin(void)
{
	clearenv();
}

TestSuite(options, .init = begin);

static int
parse(struct program *p, unsigned taker, const char *args, const char *const *argv)
{
	*p = (struct program){.options = {.specs = specs,
				  .n_specs = SPECS,
				  .taker = taker,
				  .about = "Grind corn.",
				  .args = args}};
	p->argv[p->argc++] = "mill";
	for (; argv != NULL && *argv != NULL; argv++)
		p->argv[p->argc++] = (char *)*argv;
	return options_parse(&p->options, &p->settings, p->argc, p->argv);
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* argp calls exit(): leave without what Criterion and sanitizers do then. */
static void
leave(int status, void *unused)
{
	(void)unused;
	fflush(stdout);
	fflush(stderr);
	_exit(status);
}

/* The exit status of a process that parses this, and what it said on both outputs. */
static int
outcome(unsigned taker, const char *const *argv, char *text, size_t size)
{
	struct program p;
	int ends[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t child;

	cr_assert_eq(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		on_exit(leave, NULL);
		status = parse(&p, taker, NULL, argv);
		options_done(&p.options);
		_exit(status < 0 ? 77 : 78);
	}
	close(ends[1]);
	while ((got = read(ends[0], text + n, size - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(ends[0]);
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
is_refused(unsigned taker, const char *const *argv, const char *word, const char *value)
{
	char text[4096];

	cr_assert_eq(outcome(taker, argv, text, sizeof(text)), EXIT_PERMANENT, "%s", text);
	cr_assert_not_null(strstr(text, word), "'%s' does not name %s", text, word);
	cr_assert_not_null(strstr(text, value), "'%s' does not name %s", text, value);
}

Test(options, have_their_standard_values)
{
	struct program p;

	cr_assert_eq(parse(&p, MILL, NULL, NULL), 0);
	cr_assert_str_eq(p.settings.name, "arle");
	cr_assert_eq(p.settings.grind, false);
	cr_assert_eq(p.settings.stones, 2);
	cr_assert_eq(p.settings.sacks, 64 << 20);
	cr_assert_eq(p.settings.pause, 30000);
	cr_assert_eq(p.settings.corn, 1);
	for (size_t i = 0; i < SPECS; i++)
		cr_assert_null(p.options.given[i]);
	options_done(&p.options);
}

Test(options, are_taken_from_the_command_line)
{
	struct program p;

	cr_assert_eq(parse(&p, MILL, NULL,
			 ARGS("--name=tide", "--grind", "--stones", "3", "--max-sacks=1G",
			     "--pause=none", "--corn=oats")),
	    0);
	cr_assert_str_eq(p.settings.name, "tide");
	cr_assert_eq(p.settings.grind, true);
	cr_assert_eq(p.settings.stones, 3);
	cr_assert_eq(p.settings.sacks, 1ULL << 30);
	cr_assert_eq(p.settings.pause, UINT64_MAX);
	cr_assert_eq(p.settings.corn, 2);
	options_done(&p.options);
}

Test(options, have_short_forms)
{
	struct program p;

	cr_assert_eq(parse(&p, MILL, NULL, ARGS("-n", "tide", "-cbarley")), 0);
	cr_assert_str_eq(p.settings.name, "tide");
	cr_assert_eq(p.settings.corn, 0);
	options_done(&p.options);
}

Test(options, are_taken_from_the_environment)
{
	struct program p;

	setenv("WINNOW_NAME", "tide", 1);
	setenv("WINNOW_GRIND", "1", 1);
	setenv("WINNOW_MAX_SACKS", "5k", 1);
	setenv("WINNOW_PAUSE", "2h", 1);
	setenv("WINNOW_CORN", "barley", 1);
	cr_assert_eq(parse(&p, MILL, NULL, NULL), 0);
	cr_assert_str_eq(p.settings.name, "tide");
	cr_assert_eq(p.settings.grind, true);
	cr_assert_eq(p.settings.sacks, 5 << 10);
	cr_assert_eq(p.settings.pause, 7200000);
	cr_assert_eq(p.settings.corn, 0);
	cr_assert_eq(p.options.unknown.n, 0);
	options_done(&p.options);
}

Test(options, of_the_command_line_win_over_the_environment)
{
	struct program p;

	setenv("WINNOW_STONES", "5", 1);
	setenv("WINNOW_CORN", "barley", 1);
	cr_assert_eq(parse(&p, MILL, NULL, ARGS("--corn=oats")), 0);
	cr_assert_eq(p.settings.stones, 5);
	cr_assert_eq(p.settings.corn, 2);
	options_done(&p.options);
}

Test(options, given_are_only_those_of_the_command_line)
{
	struct program p;

	setenv("WINNOW_STONES", "5", 1);
	cr_assert_eq(parse(&p, MILL, NULL, ARGS("--corn=oats", "--grind")), 0);
	cr_assert_null(p.options.given[0]);
	cr_assert_str_eq(p.options.given[1], "1");
	cr_assert_null(p.options.given[2]);
	cr_assert_str_eq(p.options.given[5], "oats");
	options_done(&p.options);
}

Test(options, a_flag_in_the_environment_is_1_or_0)
{
	static const struct {
		const char *text;
		int r;
		bool is;
	} flags[] = {{"1", 0, true}, {"true", 0, true}, {"0", 0, false}, {"false", 0, false},
	    {"", 0, false}, {"yes", ERR_USAGE, false}, {"2", ERR_USAGE, false}};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct program p;

		setenv("WINNOW_GRIND", flags[i].text, 1);
		cr_assert_eq(parse(&p, MILL, NULL, NULL), flags[i].r, "%s", flags[i].text);
		cr_assert_eq(p.settings.grind, flags[i].is, "%s", flags[i].text);
		options_done(&p.options);
	}
}

Test(options, of_the_environment_can_be_handed_on_as_flags)
{
	char *args[SPECS];
	struct program p, again;

	setenv("WINNOW_NAME", "over shot", 1);
	setenv("WINNOW_GRIND", "true", 1);
	setenv("WINNOW_STONES", "3", 1);
	setenv("WINNOW_DOORS", "7", 1); /* of another program */
	cr_assert_eq(parse(&p, MILL, NULL, ARGS("--stones=4")), 0);
	cr_assert_eq(options_environment(&p.options, args, 0), 3);
	cr_assert_str_eq(args[0], "--name=over shot");
	cr_assert_str_eq(args[1], "--grind");
	cr_assert_str_eq(args[2], "--stones=3");
	clearenv();
	cr_assert_eq(parse(&again, MILL, NULL, ARGS(args[0], args[1], args[2], "--stones=4")), 0);
	cr_assert_str_eq(again.settings.name, p.settings.name);
	cr_assert(again.settings.grind);
	cr_assert_eq(again.settings.stones, 4);
	for (int i = 0; i < 3; i++)
		free(args[i]);
	options_done(&p.options);
	options_done(&again.options);
}

Test(options, a_flag_that_is_off_in_the_environment_is_not_handed_on)
{
	char *args[SPECS];
	struct program p;

	setenv("WINNOW_GRIND", "0", 1);
	cr_assert_eq(parse(&p, MILL, NULL, NULL), 0);
	cr_assert_eq(options_environment(&p.options, args, 0), 0);
	options_done(&p.options);
}

Test(options, a_wrong_variable_is_named_with_its_value)
{
	struct program p;

	setenv("WINNOW_MAX_SACKS", "lots", 1);
	cr_assert_eq(parse(&p, MILL, NULL, NULL), ERR_USAGE);
	cr_assert_not_null(strstr(err_text(), "WINNOW_MAX_SACKS"), "%s", err_text());
	cr_assert_not_null(strstr(err_text(), "'lots'"), "%s", err_text());
	cr_assert_not_null(strstr(err_text(), "64M"), "%s", err_text());
	options_done(&p.options);
}

Test(options, a_password_on_the_command_line_is_refused)
{
	static const char *const given[][3] = {{"--name=redis://u:hidden@host"},
	    {"-n", "redis://u:hidden@host"}, {"--nme=redis://u:hidden@host"},
	    {"redis://:hidden@host/stream"}};
	struct program p;

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		cr_assert_eq(parse(&p, MILL, "CORN", given[i]), ERR_USAGE, "%s", given[i][0]);
		cr_assert(strstr(err_text(), "WINNOW_REDIS_PASSWORD") != NULL, "%s", err_text());
		cr_assert(strstr(err_text(), "hidden") == NULL, "%s", err_text());
		options_done(&p.options);
	}
	setenv("WINNOW_NAME", "redis://u:hidden@host", 1);
	cr_assert_eq(parse(&p, MILL, NULL, NULL), 0, "%s", err_text());
	cr_assert_str_eq(p.settings.name, "redis://u:hidden@host");
	options_done(&p.options);
}

Test(options, variables_of_other_programs_are_left_alone)
{
	struct program p;

	setenv("WINNOW_DOORS", "wide open", 1);
	cr_assert_eq(parse(&p, MILL, NULL, NULL), 0);
	cr_assert_eq(p.options.unknown.n, 0);
	options_done(&p.options);
	cr_assert_eq(parse(&p, BARN, NULL, NULL), ERR_USAGE);
	options_done(&p.options);
}

Test(options, unknown_variables_are_listed)
{
	struct program p;

	setenv("WINNOW_STONE", "5", 1);
	setenv("WINNOW_NAMES", "x", 1);
	setenv("WINNOW_", "x", 1);
	setenv("WINNOWER", "x", 1);
	setenv("MY_WINNOW_STONES", "x", 1);
	setenv("WINNOW_REDIS_PASSWORD", "x", 1);
	cr_assert_eq(parse(&p, MILL, NULL, NULL), 0);
	buf_byte(&p.options.unknown, '\0');
	cr_assert_not_null(strstr(p.options.unknown.p, "WINNOW_STONE\n"));
	cr_assert_not_null(strstr(p.options.unknown.p, "WINNOW_NAMES\n"));
	cr_assert_not_null(strstr(p.options.unknown.p, "WINNOW_\n"));
	cr_assert_eq(p.options.unknown.n, strlen("WINNOW_STONE\nWINNOW_NAMES\nWINNOW_\n") + 1);
	options_done(&p.options);
}

Test(options, a_wrong_value_is_named_and_exits_100)
{
	is_refused(MILL, ARGS("--corn=wheat"), "--corn", "'wheat' is none of barley|rye|oats");
	is_refused(MILL, ARGS("--corn="), "--corn", "''");
	is_refused(MILL, ARGS("--stones=-1"), "--stones", "'-1'");
	is_refused(MILL, ARGS("--max-sacks=64MB"), "--max-sacks", "'64MB'");
	is_refused(MILL, ARGS("--pause=5"), "--pause", "'5'");
	is_refused(MILL, ARGS("-c", "wheat"), "--corn", "'wheat'");
}

Test(options, a_wrong_flag_is_named_and_exits_100)
{
	is_refused(MILL, ARGS("--sails"), "sails", "mill");
	is_refused(MILL, ARGS("-x"), "x", "mill");
	is_refused(MILL, ARGS("--stones"), "stones", "mill");
	is_refused(MILL, ARGS("--grind=yes"), "grind", "mill");
}

Test(options, of_another_program_are_not_taken)
{
	struct program p;

	is_refused(MILL, ARGS("--doors=3"), "doors", "mill");
	is_refused(MILL, ARGS("-d3"), "d", "mill");
	is_refused(BARN, ARGS("--grind"), "grind", "mill");
	cr_assert_eq(parse(&p, BARN, NULL, ARGS("--doors=3")), 0);
	cr_assert_eq(p.settings.doors, 3);
	options_done(&p.options);
}

Test(options, what_follows_is_kept_in_order)
{
	struct program p;

	cr_assert_eq(
	    parse(&p, MILL, "FILE...", ARGS("a", "--grind", "b", "-", "--", "--grind")), 0);
	cr_assert_eq(p.options.n_rest, 4);
	cr_assert_str_eq(p.options.rest[0], "a");
	cr_assert_str_eq(p.options.rest[1], "b");
	cr_assert_str_eq(p.options.rest[2], "-");
	cr_assert_str_eq(p.options.rest[3], "--grind");
	options_done(&p.options);
	cr_assert_null(p.options.rest);
	cr_assert_eq(p.options.n_rest, 0);
	options_done(&p.options);
}

Test(options, what_follows_is_refused_where_nothing_may)
{
	is_refused(MILL, ARGS("surplus"), "mill", "arguments");
}

Test(options, help_tells_what_this_program_takes_and_exits_0)
{
	char text[4096];

	cr_assert_eq(outcome(MILL, ARGS("--help"), text, sizeof(text)), 0);
	cr_assert_not_null(strstr(text, "Grind corn."), "%s", text);
	cr_assert_not_null(strstr(text, "--max-sacks=SIZE"), "%s", text);
	cr_assert_not_null(strstr(text, "--corn=barley|rye|oats"), "%s", text);
	cr_assert_not_null(strstr(text, "how long it rests"), "%s", text);
	cr_assert_null(strstr(text, "doors"), "%s", text);
}

Test(options, version_is_told_and_exits_0)
{
	char text[256];

	cr_assert_eq(outcome(MILL, ARGS("--version"), text, sizeof(text)), 0);
	cr_assert_str_eq(text, "winnow " WINNOW_VERSION "\n");
}

/* Two programs may give one letter to options of their own. */
Test(options, a_letter_is_that_of_this_program)
{
	static const struct option_spec shared[] = {
	    {"doors", 'o', OPTION_COUNT, AT(doors), BARN, NULL, "N", "doors"},
	    {"stones", 'o', OPTION_COUNT, AT(stones), MILL, NULL, "N", "stones"},
	};
	struct options o = {.specs = shared, .n_specs = 2, .taker = MILL};
	struct settings s = {0};
	char *argv[] = {"mill", "-o", "5", NULL};

	cr_assert_eq(options_parse(&o, &s, 3, argv), 0);
	cr_assert_eq(s.stones, 5);
	cr_assert_eq(s.doors, 0);
	options_done(&o);
}

Test(options, a_size_has_a_unit_of_1024)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} sizes[] = {{"0", 0}, {"512", 512}, {"1k", 1 << 10}, {"64M", 64 << 20}, {"64m", 64 << 20},
	    {"3G", 3ULL << 30}, {"1T", 1ULL << 40}, {"18446744073709551615", UINT64_MAX},
	    {"16777215T", 16777215ULL << 40}};
	uint64_t v;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		cr_assert_eq(option_size(sizes[i].text, &v), 0, "%s", sizes[i].text);
		cr_assert_eq(v, sizes[i].bytes, "%s", sizes[i].text);
	}
}

Test(options, what_is_no_size_is_refused)
{
	static const char *const bad[] = {"", "M", "-1", "+1", " 1", "1 ", "1.5G", "1kB", "1 k",
	    "1P", "0x10", "18446744073709551616", "16777216T", "99999999999999999999999", "none"};
	uint64_t v;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(option_size(bad[i], &v), ERR_USAGE, "%s", bad[i]);
		cr_assert_not_null(strstr(err_text(), bad[i]), "%s", err_text());
	}
}

Test(options, a_time_always_has_its_unit)
{
	static const struct {
		const char *text;
		uint64_t ms;
	} times[] = {{"50ms", 50}, {"0s", 0}, {"30s", 30000}, {"5m", 300000}, {"1h", 3600000},
	    {"2d", 172800000}, {"none", UINT64_MAX}};
	static const char *const bad[] = {"", "5", "0", "s", "5 s", "5sec", "-5s", "1.5h", "None",
	    "nonesuch", "213503982335d", "18446744073709551616ms"};
	uint64_t v;

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		cr_assert_eq(option_time(times[i].text, &v), 0, "%s", times[i].text);
		cr_assert_eq(v, times[i].ms, "%s", times[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(option_time(bad[i], &v), ERR_USAGE, "%s", bad[i]);
}

Test(options, a_count_is_digits_alone)
{
	static const char *const bad[] = {
	    "", "x", "1x", "-1", "1.0", "1k", " 1", "18446744073709551616"};
	uint64_t v;

	cr_assert_eq(option_count("0", &v), 0);
	cr_assert_eq(v, 0);
	cr_assert_eq(option_count("007", &v), 0);
	cr_assert_eq(v, 7);
	cr_assert_eq(option_count("18446744073709551615", &v), 0);
	cr_assert_eq(v, UINT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_eq(option_count(bad[i], &v), ERR_USAGE, "%s", bad[i]);
}

Test(options, a_choice_is_a_whole_word_of_the_list)
{
	static const char *const bad[] = {"ry", "ryes", "Rye", "barley|rye", "|", "oats|"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct program p;

		setenv("WINNOW_CORN", bad[i], 1);
		cr_assert_eq(parse(&p, MILL, NULL, NULL), ERR_USAGE, "%s", bad[i]);
		options_done(&p.options);
	}
}
