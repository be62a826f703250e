/*
 * index - look into an index, and after it, also while a chain uses it.
 */
#include "common/log.h"

#include <stdio.h>
#include <string.h>

#include "common/options.h"
#include "proto/index_files.h"
#include "stages/winnow/commands.h"
#include "stages/winnow/index_commands.h"

static const struct {
	const char *name, *args;
	index_word *run;
	size_t least, most; /* words behind the URI */
} words[] = {
    {"stats", "file:DIR", index_stats, 0, 0},
    {"verify", "file:DIR", index_verify, 0, 0},
    {"who", "file:DIR KEY|KEY#N|HASH", index_who, 1, 1},
    {"top", "file:DIR [RECORDS...]", index_top, 0, SIZE_MAX},
    {"compact", "file:DIR", index_compact_now, 0, 0},
    {"forget", "file:DIR --older-than TIME|--documents N", index_forget_old, 0, 0},
    {"export", "file:DIR FILE", index_export_to, 1, 1},
    {"import", "file:DIR FILE", index_import_from, 1, 1},
    {"take-back", "file:DIR RUN", index_take_back_run, 1, 1},
};

enum { WORDS = sizeof(words) / sizeof(words[0]) };

static int
do_it(const struct settings *s)
{
	struct index_words w = {.settings = s};

	if (s->n_sources == 0)
		return err_set(ERR_USAGE, "say what to do, and to which index: stats file:DIR");
	for (size_t i = 0; i < WORDS; i++) {
		if (strcmp(s->sources[0], words[i].name) != 0)
			continue;
		if (s->n_sources < 2 + words[i].least || s->n_sources - 2 > words[i].most)
			return err_set(
			    ERR_USAGE, "it is `winnow index %s %s`", words[i].name, words[i].args);
		TRY(index_folder(&w.folder, s->sources[1]));
		w.args = s->sources + 2;
		w.n = s->n_sources - 2;
		return words[i].run(&w);
	}
	return err_set(ERR_USAGE,
	    "it can stats, verify, who, top, compact, forget, export, import "
	    "and take-back, not '%s'",
	    s->sources[0]);
}

int
command_index(int argc, char **argv)
{
	struct settings settings;
	struct options options;
	int r;

	argv[0] = (char *)"winnow index";
	log_open(argv[0]);
	r = settings_parse(&settings, &options, TAKES_INDEX,
	    "Look into an index and after it, also while a chain uses it.\n"
	    "stats: what it holds and what room is left. verify: read all of it, and say where it "
	    "is damaged. who: the document with this key, or the owner of a paragraph by its hash. "
	    "top: the paragraphs that were dropped most often, from the records of its runs. "
	    "compact: rewrite its files without what does not count any more. forget: documents "
	    "and what they own, by age or number. export, import: as text, sorted; into an index "
	    "that has others too. take-back: forget what its newest run brought.",
	    "WORD file:DIR [...]", argc, argv);
	if (r == 0)
		r = do_it(&settings);
	if (fflush(stdout) != 0 && r == 0)
		r = err_set(ERR_SYS, "standard output cannot be written");
	if (r < 0 && r != ERR_STOP)
		log_line(LOG_ERROR, "%s", err_text());
	settings_done(&options);
	return err_exit(r);
}
