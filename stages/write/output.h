/*
 * output - what records go into, in their form: a file that can be resumed, a stream, or a parcel
 * for a sink by URI.
 */
#ifndef WINNOW_OUTPUT_H
#define WINNOW_OUTPUT_H

#include "stages/write/carrier.h"
#include "stages/write/refusals.h"
#include "stages/write/members.h"
#include "stages/write/part_files.h"
#include "stages/write/shape.h"

struct output {
	const struct settings *settings;
	struct shape shape;
	enum compression compression;
	struct sink sink;        /* of the file, or of the part in hand */
	struct part_files parts; /* .folder: one file an input */
	struct members members;
	struct buf line;
	struct carrier *carrier; /* of a sink by URI: there the sink only counts bytes */
	struct parcel parcel;
};

/* Nothing is made or asked yet. Returns 0 or ERR_USAGE, as carrier_open. */
int output_open(struct output *o, const struct settings *s) WARN_UNUSED;

/* Open a stream, or a file that is not to be resumed. Returns as sink_open. */
int output_stream(struct output *o) WARN_UNUSED;

/*
 * Go on where the checkpoint is, whatever is open now, or as soon as the server of a URI is there:
 * {0} is the beginning. Returns as sink_resume.
 */
int output_resume(struct output *o, const struct checkpoint *c) WARN_UNUSED;

/* Before a run begins: nothing is there that somebody may want, or --force. 0 or ERR_USAGE. */
int output_check(const struct output *o) WARN_UNUSED;

/*
 * One record. ERR_RECORD, with words: it is larger than the sink takes, which can only be where
 * output_may_refuse.
 */
int output_put(struct output *o, const struct document *d) WARN_UNUSED;

/*
 * A batch that takes so many bytes of the window is complete. *ret_boundary: records and letters
 * may be committed up to here.
 */
int output_batch(
    struct output *o, struct refusals *l, uint64_t input_bytes, bool *ret_boundary) WARN_UNUSED;

/* Make it so that all may be committed. */
int output_end(struct output *o, struct refusals *l) WARN_UNUSED;

/* Whether records may be too large for it. */
bool output_may_refuse(const struct output *o);

/* Bytes that are gathered and not given to a commit. */
size_t output_waiting(const struct output *o);

/* Right for {.sink.fd = -1} too. */
void output_close(struct output *o);

#endif
