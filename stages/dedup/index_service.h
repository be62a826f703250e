/*
 * index_service - what others ask of an index that this dedup has open, at its socket
 * (proto/index_control.h): to tell about it, to forget, to compact, to import. Done between two
 * batches; what takes long is done by a thread, and answered when it is durable.
 */
#ifndef WINNOW_INDEX_SERVICE_H
#define WINNOW_INDEX_SERVICE_H

#include "stages/dedup/index.h"
#include "stages/settings.h"

struct index_service;

/*
 * Begin to listen in the folder of an index. Where that cannot be (a file system without sockets),
 * the chain goes on without: *ret is NULL, and the log says so.
 */
void
index_service_open(struct index_service **ret, struct index *ix, const struct settings *settings);

/* NULL is a no-op. */
void index_service_close(struct index_service *s);

/*
 * Between two batches: do what is asked. All batches of the newest run below base are done for
 * good. *ret_changed: something was noted that has to be committed.
 */
void index_service_turn(struct index_service *s, uint64_t base, bool *ret_changed);

#endif
