#include "proto/watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

enum {
	REFUSED = ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
		  ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL,
};

int
watch_open(struct watch *w, void *context, void *socket, bool with_losses)
{
	int events = REFUSED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED, none = 0;
	char name[64];

	if (!with_losses && strncmp(w->endpoint, "tcp://", 6) != 0)
		return 0;
	snprintf(name, sizeof(name), "inproc://watch-%p", socket);
	if (zmq_socket_monitor(socket, name, events | (with_losses ? ZMQ_EVENT_DISCONNECTED : 0)) <
	    0)
		return err_set(ERR_SYS, "%s: %s", name, zmq_strerror(errno));
	w->socket = socket;
	w->monitor = zmq_socket(context, ZMQ_PAIR);
	if (w->monitor == NULL || zmq_connect(w->monitor, name) < 0 ||
	    zmq_setsockopt(w->monitor, ZMQ_LINGER, &none, sizeof(none)) < 0)
		return err_set(ERR_SYS, "%s: %s", name, zmq_strerror(errno));
	return 0;
}

void
watch_close(struct watch *w)
{
	if (w->socket != NULL)
		zmq_socket_monitor(w->socket, NULL, 0);
	if (w->monitor != NULL)
		zmq_close(w->monitor);
	w->socket = w->monitor = NULL;
}

/* The first part of an event: 16 bits of what it is, 32 of its value. */
static void
take_event(struct watch *w, zmq_msg_t *part)
{
	uint16_t event = 0;

	if (zmq_msg_size(part) >= sizeof(event))
		memcpy(&event, zmq_msg_data(part), sizeof(event));
	w->losses += event == ZMQ_EVENT_DISCONNECTED && !w->refused_just;
	w->refusals += (event & REFUSED) != 0;
	w->refused_just = (event & REFUSED) != 0;
	if ((event & (REFUSED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED)) != 0)
		w->refused = event != ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
}

void
watch_take(struct watch *w)
{
	zmq_msg_t part;

	if (w->monitor == NULL)
		return;
	zmq_msg_init(&part);
	/* an event is two parts; the second, the address, comes with the first */
	while (zmq_msg_recv(&part, w->monitor, ZMQ_DONTWAIT) >= 0)
		if (zmq_msg_more(&part))
			take_event(w, &part);
	zmq_msg_close(&part);
}
