/*
 * uri - what a source or a sink is named by: scheme://user@host:port/path?key=value&key=value.
 *
 * Values are percent-decoded, the name of the scheme is as it stands. A password is refused: a URI
 * is seen by everybody (`ps`, logs, states); common/secret.h says where passwords come from.
 *
 * Source: RFC 3986; as an exception the authority may be a list, as Kafka's host:port,host:port.
 */
#ifndef WINNOW_URI_H
#define WINNOW_URI_H

#include <stdbool.h>

#include "common/buf.h"
#include "common/err.h"

enum { URI_PAIRS = 16 };

/* Spans point into `text` and into the memory that uri_done frees; n 0: it is not there. */
struct uri {
	struct span text;      /* as given; its owner is the caller */
	struct span scheme;    /* redis, zmq+submit */
	struct span user;      /* decoded */
	struct span authority; /* host:port, without the user */
	struct span host;      /* of an authority that is no list; of [::1] without the brackets */
	unsigned port;         /* 0: none is given */
	struct span path;      /* decoded, without the slash at its start */
	struct uri_pair {
		struct span key, value; /* decoded */
		bool taken;             /* somebody knows it */
	} pairs[URI_PAIRS];
	size_t n_pairs;
	char *memory;
};

/* Whether a text is a URI at all, scheme://...; anything else is the path of a file. */
bool uri_is(const char *text);

/*
 * Read it. Returns 0, or ERR_USAGE with words that never hold a password: no URI, a password in it,
 * a port that is none, a broken percent-code, a key that comes twice.
 */
int uri_parse(struct uri *ret_uri, const char *text) WARN_UNUSED;

void uri_done(struct uri *u);

/* The value of a key, which is now known; p NULL: it is not given. */
struct span uri_take(struct uri *u, const char *key);

/* The same for a key that is needed: ERR_USAGE names it. */
int uri_need(struct uri *u, const char *key, struct span *ret_value) WARN_UNUSED;

/* ERR_USAGE, with the name of the first key that nobody took: a slip of the pen is no default. */
int uri_check(const struct uri *u) WARN_UNUSED;

/* Append scheme://authority/path, without the user and the pairs. */
void uri_name(struct buf *out, const struct uri *u);

#endif
