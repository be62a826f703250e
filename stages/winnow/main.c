/*
 * winnow - the front command: `winnow COMMAND ...`, as git does it. A stage is its own program,
 * winnow-STAGE beside this one.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/err.h"
#include "common/log.h"
#include "stages/winnow/commands.h"
#include "stages/winnow/children.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv); /* NULL: a stage, a program of its own */
	const char *about;
} commands[] = {
    {"run", command_run, "the whole chain on this machine"},
    {"plan", command_plan, "what a run would take in time, memory and disk, by a sample"},
    {"cat", command_cat, "records of files as JSON lines"},
    {"claims", command_claims, "the claims of records as a table"},
    {"near", command_near, "a sample of near-duplicates beside what they are near"},
    {"explain", command_explain, "why two paragraphs are the same, near, or neither"},
    {"index", command_index, "whether an index is whole, and what is in it"},
    {"keygen", command_keygen, "certificates for links over tcp"},
    {"ready", command_ready, "whether a process says that it is, for probes"},
    {"read", NULL, "the stage that frames documents out of sources"},
    {"extract", NULL, "the stage that cuts documents into hashed paragraphs"},
    {"dedup", NULL, "the stage that drops repeated paragraphs"},
    {"summarize", NULL, "the stage that makes summaries and claims"},
    {"write", NULL, "the stage that writes records"},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void
usage(FILE *out)
{
	fputs("usage: winnow COMMAND [OPTION...] [ARGUMENT...]\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].about);
	fputs("\nwinnow COMMAND --help says more.\n", out);
}

static int
run_stage(const char *name, char **argv)
{
	char path[4096];

	if (program_path(path, sizeof(path), name) == 0) {
		argv[0] = path;
		execv(path, argv);
		err_set(ERR_SYS, "%s: %s", path, strerror(errno));
	}
	log_line(LOG_ERROR, "%s", err_text());
	return EXIT_TEMPORARY;
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
		usage(stdout);
		return 0;
	}
	if (strcmp(name, "--version") == 0) {
		puts("winnow " WINNOW_VERSION);
		return 0;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return commands[i].run != NULL ? commands[i].run(argc - 1, argv + 1)
						       : run_stage(name, argv + 1);
	if (name[0] != '\0')
		fprintf(stderr, "winnow: there is no command '%s'\n\n", name);
	usage(stderr);
	return EXIT_PERMANENT;
}
