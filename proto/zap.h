/*
 * zap - who may connect: a handler of ZeroMQ's authentication protocol in the context of the links.
 *
 * libzmq asks the handler of a socket's own context about each connection to a socket with keys;
 * without one it would let any key in. Ours says yes to a key whose certificate lies in a folder,
 * in our domain and by CURVE; to anything else no. The folder is read again when it changes: who is
 * put there may connect, who is taken away may not connect again.
 *
 * Source: ZeroMQ RFC 27, https://rfc.zeromq.org/spec/27/
 */
#ifndef WINNOW_ZAP_H
#define WINNOW_ZAP_H

#include "common/err.h"

#define ZAP_DOMAIN "winnow"

struct zap;

/*
 * Serve a context, in a thread, before any socket of it binds. The folder, NAME.key files, must
 * live on as a string. Returns 0, ERR_USAGE (the folder, or a certificate in it, cannot be read),
 * ERR_SYS.
 */
int zap_open(struct zap **ret, void *context, const char *folder) WARN_UNUSED;

/*
 * Ends the handler, and with it the context, which can then only be terminated: for when its other
 * sockets are closed. NULL is a no-op.
 */
void zap_close(struct zap *z);

#endif
