/*
 * index_import - what index_export printed, read and put into an index: into an empty one with its
 * ordinals, into another one behind what is there.
 *
 * Where both own a paragraph, the owner that is there stays: runs have dropped copies of it. A
 * document that brings nothing new is left out; so the same import twice changes nothing.
 */
#ifndef WINNOW_INDEX_IMPORT_H
#define WINNOW_INDEX_IMPORT_H

#include "common/buf.h"
#include "proto/owner_log.h"
#include "proto/run_table.h"

struct import_document {
	struct hash identity;
	uint64_t key, run;
	size_t id, id_bytes; /* in ids */
	uint32_t ordinal, minute;
	bool owns; /* what the index does not have */
};

struct import_owner {
	struct entry entry; /* its document: the place in documents, from 1 */
	bool taken;         /* the index has an owner of it */
};

struct import {
	char parameters[INDEX_PARAMETERS_BYTES + 1];
	uint32_t n_ordinals;
	struct import_document *documents; /* by ordinal */
	size_t n_documents, cap_documents;
	struct import_owner *owners; /* by hash */
	size_t n_owners, cap_owners;
	uint64_t *runs;
	size_t n_runs, cap_runs;
	struct buf ids;
};

/*
 * Read all of an export, which may be compressed, and check it: order, counts, sum. `name` is for
 * messages. Memory: 80 bytes and its id a document, 28 an owner. Returns 0; ERR_USAGE with line and
 * fault; ERR_SYS. import_done is right after either.
 */
int import_read(struct import *ret, int fd, const char *name) WARN_UNUSED;

void import_done(struct import *im);

/* The owner of a hash, or NULL: so that it can be marked as taken. */
struct import_owner *import_find(struct import *im, const struct hash *hash);

/*
 * Append the records that put what is not taken into an index with these runs, without the end of
 * the group; none if there is nothing new. The counts are of what is put in.
 */
void import_note(struct import *im, const struct run_table *runs, struct buf *out,
    uint64_t *ret_documents, uint64_t *ret_owners);

/*
 * Do it in a folder that nobody has open, as one group of its log; it is made if it is not there.
 * ERR_USAGE: damaged, in use, or with other parameters; ERR_HOLD: the disk is full; ERR_SYS.
 */
int import_into_folder(struct import *im, const char *folder, unsigned wait_ms,
    uint64_t *ret_documents, uint64_t *ret_owners) WARN_UNUSED;

#endif
