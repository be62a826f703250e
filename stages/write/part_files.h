/*
 * part_files - an output that is a folder: the file of the input in hand.
 *
 * While it grows it is called NAME.part; it gets its name when all of it is committed, so that what
 * has its final name is whole. Which one is in hand, and how much of it is durable, the checkpoint
 * says.
 */
#ifndef WINNOW_PART_FILES_H
#define WINNOW_PART_FILES_H

#include "proto/batch.h"
#include "stages/settings.h"
#include "stages/write/sink.h"

struct part_files {
	const struct settings *settings;
	char *folder;      /* NULL: the output is one file */
	char *name;        /* of the part in hand, below the folder; NULL: there is none */
	char *path, *work; /* its final path, and that until then */
	struct buf source; /* the input that it is of; empty: not known, but by its name */
	uint64_t before;   /* bytes of the parts that are complete */
};

/* Nothing is made or opened yet. */
void part_files_open(struct part_files *p, const struct settings *s);

/* Before a run begins: the folder is empty or not there, or --force. Returns 0 or ERR_USAGE. */
int part_files_check(const struct part_files *p) WARN_UNUSED;

/* Make the folder. Returns 0, ERR_HOLD, ERR_USAGE. */
int part_files_make(const struct part_files *p) WARN_UNUSED;

/*
 * The input that the documents of the batch are of; n == 0 without any. ERR_USAGE if they are not
 * of one: then read was not told about the folder.
 */
int part_files_source(struct span *ret_source, const struct batch *b) WARN_UNUSED;

/* Whether the part in hand is that of this input. */
bool part_files_is(struct part_files *p, struct span source);

/*
 * Begin the part of an input, into a sink that is closed; none is in hand. What is there under its
 * name is refused without --force. Returns 0, ERR_USAGE, ERR_HOLD, ERR_SYS.
 */
int part_files_next(struct part_files *p, struct sink *s, struct span source) WARN_UNUSED;

/*
 * Go on where a checkpoint is: `name` (n == 0: none) was in hand with so many bytes, of `all` bytes
 * of all parts. It may have got its final name since: then none is in hand. Returns as sink_resume.
 */
int part_files_resume(struct part_files *p, struct sink *s, struct span name, uint64_t bytes,
    uint64_t all) WARN_UNUSED;

/* All of the part in hand is durable: close it and give it its name. Returns 0, ERR_HOLD, ERR_SYS.
 */
int part_files_complete(struct part_files *p, struct sink *s) WARN_UNUSED;

void part_files_done(struct part_files *p);

#endif
