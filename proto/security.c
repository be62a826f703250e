#include "proto/security.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "common/mem.h"

#define SCHEME "tcp://"

enum { HOST_BYTES = 256, CONTEXTS = 4 };

/* Of this process: it has one identity. */
static struct {
	bool has_key, insecure;
	struct certificate own;
	char *peers;
	struct {
		void *context; /* NULL: free */
		struct zap *zap;
	} guards[CONTEXTS];
} security;

/* The folder that a path lies in, allocated. */
static char *
folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return mem_string(".", 1);
	return mem_string(path, slash == path ? 1 : (size_t)(slash - path));
}

int
security_open(const struct security_wish *wish)
{
	security.insecure = wish->insecure;
	if (wish->key == NULL || wish->key[0] == '\0')
		return wish->peers == NULL || wish->peers[0] == '\0'
			   ? 0
			   : err_set(ERR_USAGE, "--peers says who may connect, which only keys can "
						"tell: --key FILE is needed");
	TRY(certificate_load(&security.own, wish->key));
	if (security.own.secret_key[0] == '\0')
		return err_set(
		    ERR_USAGE, "%s has no secret-key: name the file .key_secret", wish->key);
	security.has_key = true;
	security.peers = wish->peers != NULL ? mem_string(wish->peers, strlen(wish->peers))
					     : folder_of(wish->key);
	return 0;
}

void
security_close(void)
{
	for (int i = 0; i < CONTEXTS; i++)
		zap_close(security.guards[i].zap);
	free(security.peers);
	explicit_bzero(&security, sizeof(security));
}

/* The host of tcp://[SOURCE;]HOST:PORT, without the brackets of IPv6. */
static void
host_of(const char *endpoint, char ret[HOST_BYTES])
{
	const char *from = endpoint + strlen(SCHEME), *source = strrchr(from, ';');
	const char *to = strrchr(endpoint, ':');
	size_t n;

	from = source != NULL ? source + 1 : from;
	if (from[0] == '[') {
		from++;
		to = strchr(from, ']') != NULL ? strchr(from, ']') : to;
	}
	n = to > from ? (size_t)(to - from) : 0;
	n = n < HOST_BYTES ? n : HOST_BYTES - 1;
	memcpy(ret, from, n);
	ret[n] = '\0';
}

static bool
is_loopback(const char *host)
{
	static const char mapped[] = "::ffff:";

	if (strncmp(host, mapped, sizeof(mapped) - 1) == 0)
		host += sizeof(mapped) - 1;
	return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
	       strcmp(host, "localhost") == 0 || strcmp(host, "lo") == 0;
}

static int
set(void *socket, int option, const void *value, size_t n)
{
	if (zmq_setsockopt(socket, option, value, n) < 0)
		return err_set(ERR_SYS, "keys of a socket: %s", zmq_strerror(errno));
	return 0;
}

/* The context has a handler from now on. */
static int
guard_context(void *context)
{
	int at = -1;

	for (int i = CONTEXTS - 1; i >= 0; i--) {
		if (security.guards[i].context == context)
			return 0;
		at = security.guards[i].context == NULL ? i : at;
	}
	if (at < 0)
		return err_set(ERR_SYS, "sockets with keys in more than %d contexts", CONTEXTS);
	TRY(zap_open(&security.guards[at].zap, context, security.peers));
	security.guards[at].context = context;
	return 0;
}

void
security_leave(void *context)
{
	for (int i = 0; i < CONTEXTS; i++)
		if (security.guards[i].context == context && context != NULL) {
			zap_close(security.guards[i].zap);
			security.guards[i].zap = NULL;
			security.guards[i].context = NULL;
		}
}

static int
guard(void *context, void *socket)
{
	static const int yes = 1;

	TRY(guard_context(context));
	TRY(set(socket, ZMQ_CURVE_SERVER, &yes, sizeof(yes)));
	TRY(set(socket, ZMQ_CURVE_SECRETKEY, security.own.secret_key, KEY_CHARS + 1));
	return set(socket, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN));
}

/* Whom the host has to be. */
static int
meet(void *socket, const char *host)
{
	struct certificate server = security.own;
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s.key", security.peers, host);
	if (strchr(host, '/') == NULL && access(path, F_OK) == 0)
		TRY(certificate_load(&server, path));
	TRY(set(socket, ZMQ_CURVE_SERVERKEY, server.public_key, KEY_CHARS + 1));
	TRY(set(socket, ZMQ_CURVE_PUBLICKEY, security.own.public_key, KEY_CHARS + 1));
	return set(socket, ZMQ_CURVE_SECRETKEY, security.own.secret_key, KEY_CHARS + 1);
}

int
security_apply(void *context, void *socket, const char *endpoint, bool binds)
{
	char host[HOST_BYTES];

	if (strncmp(endpoint, SCHEME, strlen(SCHEME)) != 0)
		return 0;
	host_of(endpoint, host);
	if (security.has_key)
		return binds ? guard(context, socket) : meet(socket, host);
	if (!binds || security.insecure || is_loopback(host))
		return 0;
	return err_set(ERR_USAGE,
	    "%s: without keys anybody who reaches this address can send documents, read them and "
	    "report them done: give --key (winnow keygen makes one), bind to 127.0.0.1, or, on a "
	    "network that only this chain is on, add --insecure",
	    endpoint);
}
