/*
 * children - the stages that `winnow run` started: their processes and how they end.
 */
#ifndef WINNOW_CHILDREN_H
#define WINNOW_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/err.h"
#include "stages/meter.h"

struct child {
	const char *name;     /* of the stage */
	char **args;          /* of the program, NULL-terminated; the child's own */
	bool keeps_input;     /* has our standard input; else it has none */
	bool keeps_output;    /* has our standard output; else it has none */
	bool is_nothing_lost; /* when it is killed: it keeps nothing that lasts */
	int passed_fd;        /* stays open in it, or -1 */
	struct meter *meter;  /* its figures, or NULL */
	int meter_fd;         /* of that page; stays open in it */
	const char *once;     /* why it cannot be started again, or NULL */
	pid_t pid;            /* 0: not running */
	uint64_t started_at;  /* ms */
	uint64_t restart_at;  /* ms, 0: not waiting for a restart */
	unsigned deaths;      /* since something came through the chain */
};

/*
 * The path of the program winnow-NAME beside this program. ERR_SYS if that cannot be told.
 */
int program_path(char *ret_path, size_t size, const char *name) WARN_UNUSED;

/* Start it. It dies with this process. Its standard error is log_fd, or ours if that is -1. */
int child_start(struct child *c, int log_fd, uint64_t now) WARN_UNUSED;

/* Wait for any child that has ended: its place, or -1. *ret_status as of waitpid. */
int children_reap(struct child *children, size_t n, int *ret_status);

/* Send a signal to all that run. */
void children_signal(const struct child *children, size_t n, int signal);

/* Whether any runs. */
bool children_run(const struct child *children, size_t n);

#endif
