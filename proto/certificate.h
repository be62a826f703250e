/*
 * certificate - a CURVE key pair in files: NAME.key, which others may have, and NAME.key_secret
 * (mode 0600), which nobody else may. Keys are 40 characters of Z85.
 *
 * The form is that of CZMQ and pyzmq (zmq.auth), in ZPL, so that theirs do, too.
 *
 * Source: ZeroMQ RFC 4 (ZPL), RFC 26 (CurveZMQ), RFC 32 (Z85).
 */
#ifndef WINNOW_CERTIFICATE_H
#define WINNOW_CERTIFICATE_H

#include <stdbool.h>

#include "common/err.h"

enum { KEY_CHARS = 40, KEY_BYTES = 32 };

/* Keys end with a NUL; an empty one is not there. */
struct certificate {
	char public_key[KEY_CHARS + 1], secret_key[KEY_CHARS + 1];
};

/* A new pair. ERR_SYS: this libzmq has no CURVE. */
int certificate_make(struct certificate *ret) WARN_UNUSED;

/*
 * Write FOLDER/NAME.key and FOLDER/NAME.key_secret; the folder is made (0700) if it is not there.
 * ERR_USAGE: one of them is there already, or cannot be written.
 */
int certificate_save(const struct certificate *c, const char *folder, const char *name) WARN_UNUSED;

/*
 * Read either file. ERR_USAGE, with the path: it cannot be read, has no key, or has a secret that
 * everybody on this machine may read.
 */
int certificate_load(struct certificate *ret, const char *path) WARN_UNUSED;

#endif
