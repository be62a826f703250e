/* A socket of a test: it forgets what was not sent, and tries again soon. */
#ifndef WINNOW_TESTS_QUICK_SOCKET_H
#define WINNOW_TESTS_QUICK_SOCKET_H

#include <criterion/criterion.h>
#include <zmq.h>

static inline void *
quick_socket(void *context, int type)
{
	int none = 0, fast = 10;
	void *s = zmq_socket(context, type);

	cr_assert_not_null(s);
	zmq_setsockopt(s, ZMQ_LINGER, &none, sizeof(none));
	zmq_setsockopt(s, ZMQ_RECONNECT_IVL, &fast, sizeof(fast));
	return s;
}

#endif
