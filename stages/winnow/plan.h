/*
 * plan - which processes a run has and how they are called: the table of the chain.
 */
#ifndef WINNOW_PLAN_H
#define WINNOW_PLAN_H

#include "stages/settings.h"
#include "stages/winnow/children.h"
#include "stages/winnow/link_sink.h"

struct options;

struct plan {
	struct child *children; /* in the order of the chain */
	size_t n;
	char *folder;          /* of the sockets: private, removed by plan_done */
	char *state;           /* the folder of the run's state, or NULL */
	bool made_state;       /* it was not there */
	int lock;              /* of the state, or -1 */
	bool goes_on;          /* what is killed goes on with the same command */
	char *index;           /* URI of the index that outlives its process, or NULL */
	struct link_sink sink; /* in place of write, or none */
};

/*
 * Make the folder of the sockets and the list of children. status_fd is given to read, which tells
 * its progress on it. Returns 0, ERR_USAGE, ERR_SYS; plan_done is right after either.
 */
int plan_make(struct plan *ret_plan, const struct settings *s, const struct options *o,
    int status_fd) WARN_UNUSED;

/*
 * Make the folder of the state, which the children need, and lock it for this run. Returns 0,
 * ERR_HOLD (no room now, or the disk is read-only: ask again) or ERR_USAGE.
 */
int plan_make_state(struct plan *p) WARN_UNUSED;

void plan_done(struct plan *p);

/* The processors that this process may use: by affinity and by the quota of its cgroup. */
unsigned plan_cores(void);

#endif
