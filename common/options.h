/*
 * options - a program's flags from one table, each also from the environment.
 *
 * --some-name has the variable WINNOW_SOME_NAME. Later wins: the standard value, the environment,
 * the command line. The parsing of the command line is argp's.
 */
#ifndef WINNOW_OPTIONS_H
#define WINNOW_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"

enum option_type {
	OPTION_STRING,  /* const char * */
	OPTION_FLAG,    /* bool; takes no value, in the environment 1 or 0 */
	OPTION_COUNT,   /* uint64_t */
	OPTION_SIZE,    /* uint64_t bytes: 64M, 1G, 512 */
	OPTION_TIME,    /* uint64_t milliseconds: 50ms, 30s, 5m, 1h; "none" is UINT64_MAX */
	OPTION_SECONDS, /* the same; a bare number is seconds */
	OPTION_CHOICE,  /* int: the place in choices */
};

struct option_spec {
	const char *name; /* without the dashes */
	char letter;      /* a short form, or 0 */
	enum option_type type;
	size_t at;            /* of the field in the settings */
	unsigned takers;      /* the programs that take it, a set of bits */
	const char *standard; /* the value if none is given, or NULL: the field stays zero */
	const char *arg;      /* what stands for the value in --help; for OPTION_CHOICE "a|b|c" */
	const char *help;
};

struct options {
	const struct option_spec *specs;
	size_t n_specs;
	unsigned taker;     /* the bit of this program */
	const char *about;  /* for --help: what it does */
	const char *args;   /* for --help: what may follow the flags, or NULL for nothing */
	const char **given; /* [n_specs] out: the value on the command line, or NULL */
	const char **rest;  /* [n_rest] out: what followed the flags; freed by options_done */
	size_t n_rest;
	struct buf unknown; /* out: names of WINNOW_* that no program takes, one a line */
};

/*
 * Fill the settings. --help and --version print and exit 0; a wrong command line is told and exits
 * EXIT_PERMANENT, by argp. Returns 0, or ERR_USAGE: for a password on the command line, or for a
 * wrong variable, with a message that names it, the value and what it should be.
 */
int options_parse(struct options *o, void *settings, int argc, char **argv) WARN_UNUSED;

void options_done(struct options *o);

/*
 * Set an option that was neither given nor is in the environment, as if it had been given; value
 * must live on. One that this program does not take is left alone. 0 or ERR_USAGE.
 */
int
options_presume(struct options *o, void *settings, const char *name, const char *value) WARN_UNUSED;

/* The value in force of spec i as it was written: given, of the environment, standard, or NULL. */
const char *options_text(const struct options *o, size_t i);

/*
 * Append to args, n of which are in use, what the environment sets of the options of this program,
 * as "--name=value". Each is allocated. The new n; args has room for n_specs more.
 */
size_t options_environment(const struct options *o, char **args, size_t n);

/* Parse one value, as "64M" or "50ms"; 0 or ERR_USAGE. */
int option_size(const char *text, uint64_t *ret_bytes) WARN_UNUSED;
int option_time(const char *text, uint64_t *ret_ms) WARN_UNUSED;
int option_count(const char *text, uint64_t *ret_count) WARN_UNUSED;

#endif
