/*
 * inputs - the SOURCEs of a run as one sequence of files, in an order that does not change.
 */
#ifndef WINNOW_INPUTS_H
#define WINNOW_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct input_file {
	char *path;     /* as given, or the folder as given, a slash and the way below it */
	char *name;     /* the path as records have it: inputs_name */
	uint64_t bytes; /* as stored; 0 if not a regular file */
	uint64_t
	    mtime; /* ns since 1970 of its last change; 0 if not a regular file, or unreadable */
	int error; /* errno: it cannot be read, say so in its place; or 0 */
	bool is_stdin;
	bool gone; /* it was read, and is not given any more */
};

struct inputs {
	struct input_file *files;
	size_t n;
	uint64_t total; /* bytes of all; 0 if one of them has no size */
};

/* Files and folders that are never inputs when a folder is walked: the run's own output. */
struct exclusion {
	const char *const *paths; /* NULL entries are none */
	size_t n;
};

/*
 * List the files: SOURCEs in the order given, folders walked with names sorted bytewise. "-" is
 * standard input. What cannot be read stays in the list with its errno. ERR_USAGE for a URI, and
 * for "-" twice; ERR_SYS if the list cannot be made just now (no descriptors, no memory).
 */
int inputs_list(struct inputs *ret_inputs, const char *const *sources, size_t n,
    struct exclusion exclusion) WARN_UNUSED;

/* Append one; its path is the list's, and its name is made if it is NULL. */
void inputs_add(struct inputs *in, const struct input_file *file);

/*
 * A path as valid UTF-8. Each byte that is none is U+FFFD and two hexadecimal digits (caf\xE9 is
 * caf U+FFFD "E9"), and so is each byte of a U+FFFD that is there, so that two paths never have one
 * name and each name leads back to its path. Free it with free().
 */
char *inputs_name(const char *path);

/* Whether an errno of opening one may be of the moment: a disk or a server that is away. */
bool inputs_may_pass(int error);

void inputs_done(struct inputs *in);

#endif
