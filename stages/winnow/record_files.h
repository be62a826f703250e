/*
 * record_files - go through the records of files that a sink wrote: JSON lines or MessagePack,
 * plain or compressed.
 */
#ifndef WINNOW_RECORD_FILES_H
#define WINNOW_RECORD_FILES_H

#include "common/arena.h"
#include "common/err.h"
#include "proto/framing.h"
#include "stages/settings.h"

/*
 * Called with each record: its raw bytes, which are FORM_JSON or FORM_MSGPACK. What it takes from a
 * is gone after it. A negative result ends the walk; ERR_RECORD is said with the record's place and
 * the next one comes.
 */
typedef int record_taker(void *object, const struct piece *piece, struct arena *a);

/*
 * Walk files in the order given, "-" for standard input. Returns 0; ERR_RECORD at the end if a
 * record was bad; ERR_USAGE if a file cannot be read or holds no records, after the others.
 */
int
record_files_walk(const char *const *paths, size_t n, record_taker *take, void *object) WARN_UNUSED;

/* A whole command `winnow NAME FILE...`. */
struct record_command {
	const char *name, *about;
	enum taker taker; /* whose options it has */
	record_taker *take;
	void *object;
	struct settings *settings; /* read from the command line before the first record */
};

/* Do it; the exit status. */
int record_files_command(const struct record_command *c, int argc, char **argv);

/* Write to standard output. 0; ERR_STOP if nobody reads it any more; ERR_SYS. */
int record_files_print(struct span text) WARN_UNUSED;

#endif
