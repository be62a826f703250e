/*
 * carrier - the seam for sinks by URI: what brings parcels of records to a server, and says when
 * they have arrived.
 *
 * A new one is a file with a `struct carrier_kind` and a line in the table of carrier.c. Records
 * that are on their way are in a parcel; the next one is gathered meanwhile. All calls but open are
 * made by one thread at a time, deliver by that of the commits; none takes much longer than a
 * second: what is away is ERR_HOLD, with words, and is asked again.
 */
#ifndef WINNOW_CARRIER_H
#define WINNOW_CARRIER_H

#include <stdbool.h>

#include "common/err.h"
#include "common/uri.h"
#include "stages/settings.h"
#include "stages/write/parcel.h"

struct carrier_kind {
	const char *scheme;

	/*
	 * Nothing is asked again from who receives, and nobody says that it has come: the
	 * checkpoint is written before the records leave, so that none comes twice.
	 */
	bool at_most_once;

	/*
	 * Make the state; the server is not asked yet. Append to *name what tells this place from
	 * others for as long as the run lasts, as "stream articles". Returns 0 or ERR_USAGE.
	 */
	int (*open)(void **ret_state, struct buf *name, struct uri *uri, const struct settings *s);

	/*
	 * Before records are taken: whether the server is there, and how many bytes it takes as
	 * one record; a larger one becomes a dead letter. NULL: it need not be there, and takes
	 * any.
	 */
	int (*ready)(void *state, uint64_t *ret_max_record);

	/*
	 * Append the checkpoint that lies beside the records, if there is one: deliver writes it
	 * in the same transaction. What is found is what the next deliver must find again: if
	 * anybody else has written meanwhile, that one fails. NULL: it lies in the folder of the
	 * state.
	 */
	int (*find)(void *state, struct buf *checkpoint, bool *ret_found);

	/*
	 * Bring all records of the parcel, in order. After ERR_HOLD it is called again with the
	 * same parcel, and goes on where it was. Returns 0 when all have arrived, as far as the
	 * promise of this sink goes; ERR_HOLD; ERR_SYS if another process has to go on.
	 */
	int (*deliver)(void *state, const struct parcel *p, struct span checkpoint);

	void (*close)(void *state); /* NULL is a no-op */
};

extern const struct carrier_kind redis_carrier, redis_unix_carrier, kafka_carrier, zmq_push_carrier,
    zmq_pub_carrier;

struct carrier {
	const struct carrier_kind *kind;
	void *state;
	char *name;          /* scheme and place; never a password */
	uint64_t max_record; /* bytes; UINT64_MAX: any */
};

/*
 * Open the one for this output, a URI. NULL with 0 where the output is none. Returns 0, or
 * ERR_USAGE: a scheme that is not there, a wrong URI, options that do not go with it.
 */
int carrier_open(struct carrier **ret_carrier, const struct settings *s) WARN_UNUSED;

/* See above; kinds that have no such function say 0. */
int carrier_ready(struct carrier *c) WARN_UNUSED;

void carrier_close(struct carrier *c);

#endif
