/*
 * index_commands - what `winnow index WORD file:DIR ...` can be. Each gets the folder of the index
 * and what stands behind it, prints to standard output, and returns 0 or an error with words.
 */
#ifndef WINNOW_INDEX_COMMANDS_H
#define WINNOW_INDEX_COMMANDS_H

#include "common/err.h"
#include "stages/settings.h"

enum { INDEX_WAIT_MS = 5000, INDEX_ANSWER_MS = 120000 };

struct index_words {
	const char *folder;
	const char **args; /* [n] behind the URI */
	size_t n;
	const struct settings *settings;
};

typedef int index_word(const struct index_words *w);

index_word index_verify;    /* index_stats.c */
index_word index_stats;     /* index_stats.c */
index_word index_who;       /* index_who.c */
index_word index_top;       /* index_top.c */
index_word index_export_to; /* index_change.c, and so the others */
index_word index_import_from;
index_word index_forget_old;
index_word index_compact_now;
index_word index_take_back_run;

#endif
