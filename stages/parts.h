/*
 * parts - an output that is a folder, `-o DIR/`: one file an input. Rules that read, write and the
 * front command share.
 *
 * A part is called like its input: the path as records have it, without a slash in front and
 * without ".": a ".." is "__", so that nothing is ever written outside of the folder. A file in an
 * archive belongs to the part of the archive.
 */
#ifndef WINNOW_PARTS_H
#define WINNOW_PARTS_H

#include <stdbool.h>

#include "common/err.h"
#include "common/span.h"
#include "stages/inputs.h"
#include "stages/settings.h"

/* Whether the output is a folder: its name ends in a slash. */
bool parts_wanted(const char *output);

/* The folder without slashes at its end, allocated: what the names of state and dead letters begin
 * with. */
char *parts_folder(const char *output);

/* What the names of the parts end in, from its dot on: .jsonl, or as --parts says. */
const char *parts_ending(const struct settings *s);

/* That an output that is a folder can be one, and --parts is known. Returns 0 or ERR_USAGE. */
int parts_check(const struct settings *s) WARN_UNUSED;

/* The input that a document is of: its path up to the first file in an archive. */
struct span parts_source(struct span path);

/* The name of the part below the folder, allocated. */
char *parts_name(struct span source, const char *ending);

/* That no two inputs have one part. Returns 0, or ERR_USAGE with the two. */
int parts_distinct(const struct inputs *in, const struct settings *s) WARN_UNUSED;

#endif
