/*
 * security - the keys of this process, and what a socket needs of them before it binds or connects.
 *
 * Only tcp needs them: an ipc socket is guarded by the permissions of its folder. With a key every
 * socket that binds lets only listed keys in (proto/zap.h); every one that connects shows its own,
 * and wants to meet the one whose certificate is called like the host, PEERS/HOST.key, or, if there
 * is none, its own: one certificate for a whole chain. Without a key a socket binds only where none
 * but this machine reaches it.
 *
 * Source: ZeroMQ RFC 26; zmq_curve(7), https://libzmq.readthedocs.io/
 */
#ifndef WINNOW_SECURITY_H
#define WINNOW_SECURITY_H

#include <stdbool.h>

#include "common/err.h"
#include "proto/certificate.h"
#include "proto/zap.h"

/* What the command line says; the strings live on. */
struct security_wish {
	const char *key;   /* path of our NAME.key_secret; NULL: no keys */
	const char *peers; /* folder of certificates; NULL: the one of key */
	bool insecure;     /* bind anywhere without keys */
};

/*
 * Once for a process, before its sockets: read the key. ERR_USAGE: a file is not as it has to be.
 * Without this call there is no key. security_close is right after a failure.
 */
int security_open(const struct security_wish *wish) WARN_UNUSED;

/* For when the sockets of all contexts are closed. */
void security_close(void);

/*
 * Set what a socket of this context needs to bind or connect at this endpoint, as zmq_bind and
 * zmq_connect take it; before they do. The first socket that binds makes the handler of the
 * context. ERR_USAGE: without keys this endpoint is not for binding, a certificate is damaged, or
 * the folder cannot be read; ERR_SYS.
 */
int security_apply(void *context, void *socket, const char *endpoint, bool binds) WARN_UNUSED;

/*
 * End the handler of a context, if it has one, before zmq_ctx_term and when all its sockets are
 * closed: it can only be terminated then.
 */
void security_leave(void *context);

#endif
