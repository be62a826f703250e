/*
 * redis - one connection to a Redis server: hiredis behind a small face that never waits for long.
 *
 * What is wrong with the way there, or with the server for a while (it is loading, a replica, out
 * of memory), is ERR_HOLD with words: the connection is dropped then, with all that was sent and
 * not answered, and is made again after 100 ms, doubling to 5 s, with jitter. A look-up of a name
 * takes as long as the system's resolver does; everything else ends after a second. SIGPIPE is to
 * be ignored by the process: hiredis writes to what may be closed.
 *
 * Source: https://redis.io/docs/reference/protocol-spec, hiredis 0.14 (no TLS: a sidecar's affair).
 */
#ifndef WINNOW_REDIS_H
#define WINNOW_REDIS_H

#include <hiredis/hiredis.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/span.h"
#include "common/uri.h"

enum {
	REDIS_PORT = 6379,
	REDIS_FIRST_MS = 100, /* before the second attempt to connect */
	REDIS_LAST_MS = 5000,
	REDIS_CONNECT_MS = 500,
	REDIS_ANSWER_MS = 1000,
};

struct redis;

/*
 * Make a connection to redis://user@host:port/database, or redis+unix:///path/of/socket with the
 * key db; nothing is sent yet. Takes the key password-file, too; the variable
 * WINNOW_REDIS_PASSWORD holds the password else. ERR_USAGE: the URI cannot be, also rediss://.
 */
int redis_open(struct redis **ret_redis, struct uri *uri) WARN_UNUSED;

void redis_close(struct redis *r); /* NULL is a no-op */

/* Host and port, or the path: for messages. */
const char *redis_name(const struct redis *r);

/*
 * Connect if there is no connection and it is time to try. Returns 0, ERR_HOLD (also before it is
 * time), ERR_USAGE (a wrong password, no such database).
 */
int redis_ready(struct redis *r) WARN_UNUSED;

/* How many connections were made: when it grows, the server may be another, or have forgotten. */
uint64_t redis_connections(const struct redis *r);

/* Append a command of n arguments to what is sent with the next redis_answer. */
void redis_send(struct redis *r, const struct span *args, size_t n);

/*
 * The next answer, for freeReplyObject; answers come in the order of the commands. Returns 0 with
 * one that is no error; ERR_HOLD; ERR_USAGE for an error that a restart cannot help (no rights, a
 * key of another type); ERR_RECORD for any other error, of which redis_said knows more. Only after
 * ERR_HOLD are the answers that would follow gone.
 */
int redis_answer(struct redis *r, redisReply **ret_reply) WARN_UNUSED;

/* Connect if need be, send one command and take its answer. */
int redis_command(
    struct redis *r, const struct span *args, size_t n, redisReply **ret_reply) WARN_UNUSED;

/* Whether the newest error began with this code, as BUSYGROUP. */
bool redis_said(const struct redis *r, const char *code);

/* The text of an answer, n 0 if it has none. */
static inline struct span
redis_text(const redisReply *reply)
{
	return reply->str == NULL ? span_of(NULL, 0) : span_of(reply->str, reply->len);
}

#endif
