/*
 * owner_log - the file from which an index is rebuilt: DIR/owners.log, append-only.
 *
 * A header, then records; what lies behind the last commit was never handed on and is cut off. A
 * commit that is not whole with whole ones behind it is damage, and the log is refused.
 *
 *   header    "WNNWOWN1", then a JSON line: version, normaliser, ICU and Unicode, padded to 256
 *   'D'       a document: identity (16), key (8), length of id (4), id
 *   'O'       an owner: hash (16), ordinal of the document (4), paragraph (4)
 *   'R'       a run begins: run id (8)
 *   'C'       a commit: run id (8), next seq (8), XXH3-64 of all bytes since the last one (8)
 *
 * Numbers are little-endian.
 */
#ifndef WINNOW_OWNER_LOG_H
#define WINNOW_OWNER_LOG_H

#include <stdint.h>

#include "common/err.h"
#include "common/hash.h"

struct entry;
struct owner_log;

/* Who takes what the log holds, in its order. A negative result of entry refuses the log. */
struct owner_log_reader {
	void *object;
	void (*document)(void *object, const struct hash *identity, uint64_t key, struct span id);
	int (*entry)(void *object, const struct entry *e);
	void (*run)(void *object, uint64_t run);
};

/*
 * Open or make the log of a folder, which is made if it is not there, and read it. Returns 0;
 * ERR_USAGE if another process has it, if it is damaged (the message says where) or was made with
 * another normaliser; ERR_SYS.
 */
int owner_log_open(struct owner_log **ret_log, const char *folder,
    const struct owner_log_reader *reader) WARN_UNUSED;

/* NULL is a no-op. What was not committed is gone. */
void owner_log_close(struct owner_log *log);

/* Note something for the next commit. */
void owner_log_document(
    struct owner_log *log, const struct hash *identity, uint64_t key, struct span id);
void owner_log_entry(struct owner_log *log, const struct entry *e);
void owner_log_run(struct owner_log *log, uint64_t run);

/*
 * Write what was noted, and that it is the work of `run` below `next`, and sync it. ERR_HOLD: the
 * disk is full or away; nothing is lost, ask again.
 */
int owner_log_commit(struct owner_log *log, uint64_t run, uint64_t next) WARN_UNUSED;

#endif
