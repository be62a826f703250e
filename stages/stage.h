/*
 * stage - the contract that every stage fulfils, and the loop that all of them share.
 *
 * A stage author writes one descriptor, `const struct stage stage`, and the functions in it; never
 * a loop, a socket or a signal handler. One program is one stage (stages/main.c).
 */
#ifndef WINNOW_STAGE_H
#define WINNOW_STAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/err.h"
#include "proto/ack.h"
#include "proto/batch.h"
#include "proto/document.h"
#include "stages/settings.h"

/* Where a stage stands in the chain; DESIGN of the links is in proto/README.md. */
enum role {
	ROLE_SOURCE,  /* makes batches, holds the window; binds its output */
	ROLE_WORKER,  /* a pure function of one document, any number of processes; connects */
	ROLE_ORDERED, /* sees batches in order, once, and hands them on; binds both sides */
	ROLE_SINK,    /* sees batches in order, once, and makes them durable; binds its input */
};

/* A run begins, for the first time or again. */
struct begin {
	uint64_t run;       /* its id; 0: none */
	uint64_t next;      /* batches below are done for good */
	uint64_t runs;      /* how many runs the index has seen, this one included */
	uint64_t index;     /* the id of the index that the run is deduplicated with; 0: none */
	struct token token; /* where the source goes on behind next; its span lives as the state */
};

/* What comes behind the batches that were taken. */
enum ending {
	ENDING_NO,    /* more batches */
	ENDING_DRAIN, /* nothing for now: this process will end, the run goes on another time */
	ENDING_FINAL, /* nothing: the run is over */
};

/* How far a source is, for the progress bar. */
struct progress {
	uint64_t bytes; /* of the inputs, as stored */
	uint64_t total; /* of all inputs, or 0 if not known */
};

struct stage {
	const char *name;   /* the program is winnow-<name> */
	const char *about;  /* one sentence, printed by --help */
	const char *source; /* paper or specification, or NULL */
	const char *args;   /* what may follow the flags, for --help, or NULL */
	enum role role;
	enum taker taker; /* its bit in the table of options */
	bool refuses;     /* ROLE_WORKER: it stands before dedup, where a document can be refused */

	/*
	 * Make the state from the options. *ret_state is untouched on failure. ERR_HOLD: not now,
	 * it is called again.
	 */
	int (*open)(void **ret_state, const struct settings *settings);

	/*
	 * ROLE_WORKER: work on one document in place; scratch and results go to the arena.
	 * Returns 0 also when the document is refused (document_refuse); anything else counts as a
	 * crash. A pure function of the document and the options: no learning from the stream. It
	 * runs in a jail (common/jail.h): what it opens or loads, open() has to.
	 */
	int (*document)(void *state, struct arena *a, struct document *d);

	/* ROLE_WORKER: whether, by the options, there is nothing to do: batches are handed on
	 * unread. */
	bool (*idle)(void *state);

	/*
	 * All roles but ROLE_WORKER: a run begins, or goes on. ROLE_ORDERED and ROLE_SINK are first
	 * called with b->run 0: they fill in the run that they were at when their last process
	 * ended, if that is known. Called with a run, they accept it and set b->next, and of runs,
	 * index and token what they know. ERR_HOLD: not now, ask again. To ROLE_SOURCE all is told.
	 * NULL: begins at 0.
	 */
	int (*begin)(void *state, struct begin *b);

	/*
	 * ROLE_SOURCE: fill an empty batch; ERR_STOP when there is nothing left, ERR_QUIET when
	 * nothing is there yet. ERR_HOLD, with words: not now; it is called again with the same
	 * batch and what it has put there.
	 * ROLE_ORDERED, ROLE_SINK: take the next batch in order. With `replay` the batch has been
	 * taken before (by this or an earlier process): give the same verdicts, keep nothing;
	 * ERR_RECORD if it is not as it was: it is not handed on, and will come again.
	 */
	int (*batch)(void *state, struct batch *batch, bool replay);

	/*
	 * ROLE_ORDERED, ROLE_SINK: make durable what `batch` has taken. *io_done comes as the seq
	 * behind the last batch taken and leaves as the seq below which all is durable, which may
	 * be less: then the rest is on its way, or waits for more batches. *ret_settled: nothing is
	 * on its way, and with this ending nothing more can be made durable. ERR_HOLD: not now, ask
	 * again; err_text() says why. Nothing is sent on or reported as done before.
	 */
	int (*commit)(void *state, enum ending ending, uint64_t *io_done, bool *ret_settled);

	/*
	 * ROLE_ORDERED, ROLE_SINK: a descriptor that can be read when what is on its way has come
	 * further: then commit is called again. NULL if commit does all at once.
	 */
	int (*wake)(void *state);

	/*
	 * ROLE_ORDERED, ROLE_SINK: so much waits behind what is on its way that no more is to be
	 * taken now. NULL: never.
	 */
	bool (*full)(void *state);

	/*
	 * ROLE_ORDERED: between two batches, also when none comes: do what others than the source
	 * ask for. All batches of this run below base are done for good. *ret_changed: there is
	 * something to commit. wake tells when to ask again. NULL: nothing.
	 */
	void (*serve)(void *state, uint64_t base, bool *ret_changed);

	/* ROLE_SINK: where the source goes on behind what is durable. NULL: not kept. */
	void (*token)(void *state, struct token *ret_token);

	/* ROLE_SINK: the id of the index, to be kept with the next commit. NULL: not kept. */
	void (*index)(void *state, uint64_t id);

	/*
	 * ROLE_SOURCE: at every turn of the loop, whatever is held, also before begin: batches
	 * below next (0: none yet) are durable, whoever they came from may be told. Returns 0 or a
	 * fault. NULL: nobody to tell.
	 */
	int (*tend)(void *state, uint64_t next);

	/*
	 * ROLE_SOURCE: what was sent so far is to be committed as if it were the end: nothing comes
	 * for a while, or, with `stopping`, nothing will. NULL: never; what depends on timing would
	 * show in the bytes of a compressed output.
	 */
	bool (*rests)(void *state, bool stopping);

	/* ROLE_SOURCE: how far it is. */
	void (*progress)(void *state, struct progress *ret_progress);

	/* ROLE_SINK: what is durable. */
	void (*counts)(void *state, struct counts *ret_counts);

	void (*close)(void *state); /* NULL is a no-op */
};

/* The one descriptor of this program. */
extern const struct stage stage;

/*
 * Run a stage until it has nothing left, SIGTERM, or a fault; what main returns. Started as the
 * jailed child of a worker it works on batches until that ends it.
 */
int stage_run(const struct stage *s, int argc, char **argv);

/*
 * The work of a worker on one batch, without sockets: each document that is not refused goes
 * through s->document.
 */
int stage_work(const struct stage *s, void *state, struct batch *batch) WARN_UNUSED;

/*
 * The same from body to body: unpack, work, append the packed result to out. `scratch` is reset
 * before and keeps its memory between calls; the processor time of the stage's own work is added
 * to *work_s. Returns 0, ERR_RECORD if the body is none, or what the stage returned.
 */
int stage_transform(const struct stage *s, void *state, struct batch *scratch, struct span body,
    struct buf *out, double *work_s) WARN_UNUSED;

#endif
