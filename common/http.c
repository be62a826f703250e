#include "common/http.h"

#include <dlfcn.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/address.h"
#include "common/mem.h"

#define LIBRARY "libmicrohttpd.so.12"

enum {
	CONNECTIONS = 16,
	IDLE_S = 10,
	REQUEST_BYTES = 8 << 10, /* of memory a connection */
	BACKLOG = 16,
};

/* What is used of the library. */
static struct {
	__typeof__(MHD_start_daemon) *start;
	__typeof__(MHD_stop_daemon) *stop;
	__typeof__(MHD_create_response_from_buffer) *respond;
	__typeof__(MHD_add_response_header) *header;
	__typeof__(MHD_queue_response) *queue;
	__typeof__(MHD_destroy_response) *release;
} mhd;

struct http {
	struct MHD_Daemon *daemon;
	http_answer *answer;
	void *object;
	int port;
};

static int
load(void)
{
	const struct {
		const char *name;
		void *place;
	} functions[] = {
	    {"MHD_start_daemon", &mhd.start},
	    {"MHD_stop_daemon", &mhd.stop},
	    {"MHD_create_response_from_buffer", &mhd.respond},
	    {"MHD_add_response_header", &mhd.header},
	    {"MHD_queue_response", &mhd.queue},
	    {"MHD_destroy_response", &mhd.release},
	};
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (library == NULL)
		return err_set(
		    ERR_SYS, "cannot serve HTTP: %s; install libmicrohttpd12", dlerror());
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *found = dlsym(library, functions[i].name);

		if (found == NULL)
			return err_set(ERR_SYS, "cannot serve HTTP: %s", dlerror());
		memcpy(functions[i].place, &found, sizeof(found));
	}
	return 0;
}

/* answers */

static enum MHD_Result
send_reply(struct MHD_Connection *connection, struct http_reply *reply)
{
	struct MHD_Response *response =
	    mhd.respond(reply->body.n, reply->body.p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result sent;

	if (response == NULL)
		return MHD_NO;
	mhd.header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
	mhd.header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	sent = mhd.queue(connection, (unsigned)reply->status, response);
	mhd.release(response);
	return sent;
}

static enum MHD_Result
take_request(void *object, struct MHD_Connection *connection, const char *path, const char *method,
    const char *version, const char *upload, size_t *upload_bytes, void **seen)
{
	static char known;
	struct http *h = object;
	struct http_reply reply = {.status = MHD_HTTP_METHOD_NOT_ALLOWED, .type = "text/plain"};
	enum MHD_Result sent;

	(void)version;
	(void)upload;
	if (*seen == NULL || *upload_bytes > 0) { /* the head alone, or a body: it is thrown away */
		*seen = &known;
		*upload_bytes = 0;
		return MHD_YES;
	}
	if (strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0)
		h->answer(h->object, span_str(path), &reply);
	else
		buf_str(&reply.body, "only GET\n");
	sent = send_reply(connection, &reply);
	buf_done(&reply.body);
	return sent;
}

/* What is wrong with a request is between the library and who asked. */
static void
hush(void *object, const char *format, va_list args)
{
	(void)object;
	(void)format;
	(void)args;
}

int
http_open(struct http **ret, const char *address, http_answer *answer, void *object)
{
	struct http *h;
	int fd, port;

	TRY(load());
	TRY(address_listen(address, BACKLOG, &fd, &port));
	h = mem_zero(1, sizeof(*h));
	*h = (struct http){.answer = answer, .object = object, .port = port};
	h->daemon = mhd.start(MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL,
	    take_request, h, MHD_OPTION_EXTERNAL_LOGGER, hush, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_BYTES,
	    MHD_OPTION_END);
	if (h->daemon == NULL) {
		close(fd);
		free(h);
		return err_set(ERR_SYS, "cannot serve HTTP at %s: %s", address, strerror(errno));
	}
	*ret = h;
	return 0;
}

int
http_port(const struct http *h)
{
	return h->port;
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	mhd.stop(h->daemon); /* closes the socket, too */
	free(h);
}
