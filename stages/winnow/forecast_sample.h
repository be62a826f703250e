/*
 * forecast_sample - a small part of all inputs, copied into a folder: the beginning of every k-th
 * file, decompressed.
 */
#ifndef WINNOW_FORECAST_SAMPLE_H
#define WINNOW_FORECAST_SAMPLE_H

#include "common/err.h"
#include "stages/inputs.h"

struct forecast_sample {
	size_t files;   /* that something was taken of */
	uint64_t bytes; /* in the sample, decompressed */
	double all;     /* bytes that the inputs have when decompressed: an estimate */
};

/* Which files are taken, and how much of each. */
struct forecast_pick {
	size_t step;  /* every step-th file */
	uint64_t cap; /* decompressed bytes of each, up to the end of the line */
};

/* So that about `budget` bytes are taken of files as large as these. */
struct forecast_pick forecast_pick(const struct inputs *in, uint64_t budget);

/*
 * Copy the sample into the folder, which is there, a file for each. What cannot be read, or not to
 * its end, is passed over, as far as it goes. ERR_USAGE if nothing can be read; ERR_SYS if the copy
 * cannot be written.
 */
int forecast_sample_make(struct forecast_sample *ret_sample, const struct inputs *in,
    uint64_t budget, const char *folder) WARN_UNUSED;

#endif
