/*
 * link - messages between processes over ZeroMQ.
 *
 * A port is one socket at one endpoint, with every option set that ZeroMQ leaves at an unsafe
 * default (checked on 4.3.4): high-water marks of 2 batches, message size, linger, heartbeats,
 * mandatory routing. Bytes from a socket are hostile: what is not a frame of ours, whole and with a
 * right checksum, is counted and goes no further.
 */
#ifndef WINNOW_LINK_H
#define WINNOW_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <zmq.h>

#include "common/buf.h"
#include "common/err.h"
#include "proto/header.h"
#include "proto/watch.h"

/* PUSH/PULL carry batches, DEALER/ROUTER what read asks and the answers. */
enum port_type { PORT_PUSH, PORT_PULL, PORT_DEALER, PORT_ROUTER };

enum { PORT_HIGH_WATER = 2 }; /* batches a peer */

struct port {
	void *socket; /* NULL: not open */
	const char *endpoint;
	struct watch
	    watch; /* of those that send batches, and of tcp; who: the port's owner says it */
	enum port_type type;
	int lock;           /* of a bound ipc path, or -1 */
	uint64_t strangers; /* messages that were not ours */
	unsigned other;     /* the wire version of the newest stranger, if it has one; else 0 */
};

struct frame {
	struct header header;
	zmq_msg_t body;
	zmq_msg_t peer; /* ROUTER: who sent it */
};

/* The most bytes of a message where documents have at most so many; INT64_MAX where that is over.
 */
uint64_t port_max_bytes(uint64_t max_document);

/*
 * Open a port. `binds` is what the stage does by itself; "bind:" or "connect:" before the endpoint
 * overrides it. Messages over max_bytes are not taken. A second binder of an ipc path is refused
 * (ZeroMQ would let it steal the path). Returns 0, ERR_USAGE if the endpoint cannot be, ERR_SYS if
 * it cannot be now. *port is written in any case; port_close is right after a failure.
 */
int port_open(struct port *port, void *context, enum port_type type, const char *endpoint,
    bool binds, uint64_t max_bytes) WARN_UNUSED;

void port_close(struct port *port);

/*
 * Bind or connect a socket, of a port or any other; errors as of port_open. An ipc path stays with
 * its first binder while *ret_lock is open; of any other address that is -1.
 */
int port_bind(void *socket, const char *endpoint, int *ret_lock) WARN_UNUSED;
int port_connect(void *socket, const char *endpoint) WARN_UNUSED;

/*
 * Send a header and a body; never waits. The body is shared, not copied: it may be sent again.
 * `peer` is for a ROUTER, else NULL. Returns 0, ERR_HOLD if there is no room (or no such peer),
 * ERR_SYS.
 */
int port_send(
    struct port *port, const zmq_msg_t *peer, const struct header *h, zmq_msg_t *body) WARN_UNUSED;

/*
 * Take one message; never waits. Returns 0 with a frame for frame_done, ERR_HOLD if there is none,
 * ERR_RECORD for a message that is not ours (counted; err_text() says why; port->other is its
 * version if it is another one of ours), ERR_SYS. On a ROUTER who speaks another version gets an
 * empty report in ours, so that it can tell, too.
 */
int port_receive(struct port *port, struct frame *ret_frame) WARN_UNUSED;

static inline struct span
frame_body(struct frame *f)
{
	return span_of(zmq_msg_data(&f->body), zmq_msg_size(&f->body));
}

/* Release a frame that port_receive gave. */
void frame_done(struct frame *f);

/* Make a message out of a buf without copying; the buf is {0} afterwards. Out of memory: the end.
 */
void message_take(zmq_msg_t *ret_message, struct buf *b);

#endif
