/*
 * secret - passwords: kept out of what is logged or stored, and where they come from.
 */
#ifndef WINNOW_SECRET_H
#define WINNOW_SECRET_H

#include <stdbool.h>

#include "common/buf.h"
#include "common/err.h"

/*
 * Append text, in which the user and password of each URI are "***", up to the @ before the host.
 * What comes in doubt is masked: a password with an unescaped slash ends at the last @ of the word,
 * unless what is before the slash reads as HOST:PORT.
 *
 * Source: RFC 3986, section 3.2.
 */
void secret_mask(struct buf *out, struct span text);

/* Whether a URI of the text has a password; a user alone is none. */
bool secret_is_in(struct span text);

/*
 * The password of a server, never from a command line: of the file of this path (its first line),
 * if one is named, else of the environment variable; NULL if neither is there. Allocated.
 * ERR_USAGE: the file cannot be read, or is empty.
 */
int secret_password(char **ret_password, const char *variable, struct span file) WARN_UNUSED;

#endif
