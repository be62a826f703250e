/*
 * background - one thread beside a loop: it does one job at a time, and a descriptor can be read
 * when the job is done. So a loop takes more work while the disk does its part.
 */
#ifndef WINNOW_BACKGROUND_H
#define WINNOW_BACKGROUND_H

#include <stdbool.h>

#include "common/err.h"

/* The work; returns 0 or an error with its words. It must not touch what its starter goes on with.
 */
typedef int background_job(void *argument);

struct background;

/* The thread is made by the first start. Returns 0 or ERR_SYS. */
int background_open(struct background **ret) WARN_UNUSED;

/* Start a job; none may be under way. Returns 0 or ERR_SYS. */
int background_start(struct background *b, background_job *job, void *argument) WARN_UNUSED;

/* Whether a job was started whose result has not been taken. */
bool background_busy(const struct background *b);

/*
 * Take the result of the job that was started. False: it is still under way. Else *ret_result is
 * what it returned, and err_text() are its words if it failed.
 */
bool background_result(struct background *b, int *ret_result);

/* As background_result, but waits for the job's end. */
void background_wait(struct background *b, int *ret_result);

/* A descriptor that can be read while there is a result to be taken. */
int background_wake(const struct background *b);

/* Waits for a job that is under way. NULL is a no-op. */
void background_close(struct background *b);

#endif
