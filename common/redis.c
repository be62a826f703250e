#include "common/redis.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/secret.h"

struct redis {
	redisContext *context; /* NULL: no connection */
	char *host;            /* or the path of a socket */
	unsigned port;         /* 0: host is a path */
	char *user, *password; /* NULL: none */
	char *database;        /* NULL: the first */
	char *name;
	uint64_t connections;
	unsigned failures; /* since the last answer */
	uint64_t retry_at; /* ms */
	char why[256];     /* the newest failure */
	char error[128];   /* the newest error that the server said */
};

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static char *
copy(struct span s)
{
	return s.n == 0 ? NULL : mem_string(s.p, s.n);
}

/* opening */

static int
take_place(struct redis *r, struct uri *u)
{
	bool socket = span_equal(u->scheme, SPAN("redis+unix"));
	struct span db = uri_take(u, "db");
	struct buf name = {0};

	if (span_equal(u->scheme, SPAN("rediss")))
		return err_set(ERR_USAGE, "rediss://: this build has no TLS to Redis; use redis:// "
					  "to a sidecar that has, such as stunnel or ghostunnel");
	if (!socket && !span_equal(u->scheme, SPAN("redis")))
		return err_set(
		    ERR_USAGE, "'%.*s' is no URI of Redis", (int)u->scheme.n, u->scheme.p);
	if (u->authority.n > 0 && u->host.n == 0)
		return err_set(ERR_USAGE, "redis:// takes one host, not a list");
	if (socket ? u->path.n == 0 || u->host.n > 0 : u->host.n == 0)
		return err_set(ERR_USAGE, "name the server as redis://host:6379/0 or "
					  "redis+unix:///path/of/socket");
	buf_print(&name, socket ? "/%.*s" : "%.*s", (int)(socket ? u->path.n : u->host.n),
	    socket ? u->path.p : u->host.p);
	r->host = mem_string(name.p, name.n);
	r->port = socket ? 0 : u->port == 0 ? REDIS_PORT : u->port;
	if (!socket)
		buf_print(&name, ":%u", r->port);
	r->name = mem_string(name.p, name.n);
	buf_done(&name);
	if (!socket && db.n == 0)
		db = u->path;
	for (size_t i = 0; i < db.n; i++)
		if (db.p[i] < '0' || db.p[i] > '9')
			return err_set(
			    ERR_USAGE, "'%.*s' is no number of a database", (int)db.n, db.p);
	r->database = copy(db);
	return 0;
}

int
redis_open(struct redis **ret_redis, struct uri *u)
{
	struct redis *r = mem_zero(1, sizeof(*r));
	struct span file = uri_take(u, "password-file");
	int result = take_place(r, u);

	if (result == 0)
		result = secret_password(&r->password, "WINNOW_REDIS_PASSWORD", file);
	if (result < 0) {
		redis_close(r);
		return result;
	}
	r->user = copy(u->user);
	*ret_redis = r;
	return 0;
}

void
redis_close(struct redis *r)
{
	if (r == NULL)
		return;
	if (r->context != NULL)
		redisFree(r->context);
	free(r->host);
	free(r->user);
	free(r->password);
	free(r->database);
	free(r->name);
	free(r);
}

const char *
redis_name(const struct redis *r)
{
	return r->name;
}

uint64_t
redis_connections(const struct redis *r)
{
	return r->connections;
}

bool
redis_said(const struct redis *r, const char *code)
{
	size_t n = strlen(code);

	return strncmp(r->error, code, n) == 0 && (r->error[n] == ' ' || r->error[n] == '\0');
}

/* failing */

/* Half of the pause is by lot: many clients of a server that was away do not come at once. */
static uint64_t
pause_ms(unsigned failures)
{
	uint64_t most = REDIS_FIRST_MS, lot = 0;

	for (unsigned i = 1; i < failures && most < REDIS_LAST_MS; i++)
		most *= 2;
	if (most > REDIS_LAST_MS)
		most = REDIS_LAST_MS;
	if (getrandom(&lot, sizeof(lot), 0) < 0)
		lot = now_ms();
	return most / 2 + lot % (most / 2 + 1);
}

static int
is_away(struct redis *r, const char *why)
{
	snprintf(r->why, sizeof(r->why), "Redis at %s: %s", r->name, why);
	if (r->context != NULL)
		redisFree(r->context);
	r->context = NULL;
	r->failures++;
	r->retry_at = now_ms() + pause_ms(r->failures);
	return err_set(ERR_HOLD, "%s", r->why);
}

/* What hiredis says is wrong with the connection. */
static int
is_broken(struct redis *r)
{
	const redisContext *c = r->context;
	char why[sizeof(c->errstr)];
	bool late = c->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);

	snprintf(why, sizeof(why), "%s", c->errstr);
	return is_away(r, late ? "no answer within a second" : why);
}

/* Whether the newest error began with one of these codes. */
static bool
said_any(const struct redis *r, const char *const *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (redis_said(r, codes[i]))
			return true;
	return false;
}

/* What the server said instead of an answer. */
static int
take_error(struct redis *r, const redisReply *reply)
{
	static const char *const passing[] = {"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN",
	    "TRYAGAIN", "BUSY", "OOM", "MISCONF", "NOREPLICAS", "UNKILLABLE"};
	static const char *const cluster[] = {"MOVED", "ASK", "CROSSSLOT"};
	static const char *const secrets[] = {"NOAUTH", "WRONGPASS"};
	static const char *const lasting[] = {"NOPERM", "WRONGTYPE", "NOPROTO"};

	snprintf(r->error, sizeof(r->error), "%.*s", (int)reply->len, reply->str);
	if (said_any(r, passing, sizeof(passing) / sizeof(passing[0])))
		return is_away(r, r->error);
	if (said_any(r, cluster, sizeof(cluster) / sizeof(cluster[0])))
		return err_set(ERR_USAGE,
		    "Redis at %s is a node of a cluster, which Winnow does not speak to: name a "
		    "server that stands alone, or a proxy of the cluster (it said: %s)",
		    r->name, r->error);
	if (said_any(r, secrets, sizeof(secrets) / sizeof(secrets[0])))
		return err_set(ERR_USAGE,
		    "Redis at %s wants another password than %s: give it in WINNOW_REDIS_PASSWORD, "
		    "or in a file by ?password-file=PATH, its user as redis://USER@... (it said: "
		    "%s)",
		    r->name, r->password == NULL ? "none" : "the one it was given", r->error);
	return err_set(
	    said_any(r, lasting, sizeof(lasting) / sizeof(lasting[0])) ? ERR_USAGE : ERR_RECORD,
	    "Redis at %s refuses: %s", r->name, r->error);
}

/* talking */

void
redis_send(struct redis *r, const struct span *args, size_t n)
{
	const char **values = mem_alloc(n * sizeof(*values));
	size_t *lengths = mem_alloc(n * sizeof(*lengths));

	for (size_t i = 0; i < n; i++) {
		values[i] = args[i].n == 0 ? "" : args[i].p;
		lengths[i] = args[i].n;
	}
	if (r->context != NULL) /* else the answer says what is wrong */
		redisAppendCommandArgv(r->context, (int)n, values, lengths);
	free(values);
	free(lengths);
}

static int
take_answer(struct redis *r, redisReply **ret_reply)
{
	void *reply = NULL;
	int result;

	if (r->context == NULL)
		return err_set(ERR_HOLD, "%s", r->why);
	if (redisGetReply(r->context, &reply) != REDIS_OK)
		return is_broken(r);
	if (((redisReply *)reply)->type != REDIS_REPLY_ERROR) {
		*ret_reply = reply;
		return 0;
	}
	result = take_error(r, reply);
	freeReplyObject(reply);
	return result;
}

int
redis_answer(struct redis *r, redisReply **ret_reply)
{
	int result = take_answer(r, ret_reply);

	if (result != ERR_HOLD)
		r->failures = 0;
	return result;
}

/* A command of the greeting; an error of it lasts, unless it is one that passes. */
static int
greet_with(struct redis *r, const struct span *args, size_t n)
{
	redisReply *reply;
	int result;

	redis_send(r, args, n);
	result = take_answer(r, &reply);
	if (result == 0)
		freeReplyObject(reply);
	if (result == ERR_RECORD || result == ERR_USAGE) {
		redisFree(r->context);
		r->context = NULL;
		return ERR_USAGE;
	}
	return result;
}

static int
greet(struct redis *r)
{
	struct span auth[3] = {SPAN("AUTH")}, db[] = {SPAN("SELECT"), span_str(r->database)};
	struct span ping[] = {SPAN("PING")};
	size_t n = 1;

	if (r->user != NULL)
		auth[n++] = span_str(r->user);
	auth[n++] = span_str(r->password);
	if (r->password != NULL)
		TRY(greet_with(r, auth, n));
	if (r->database != NULL)
		TRY(greet_with(r, db, 2));
	return greet_with(r, ping, 1);
}

static int
connect_now(struct redis *r)
{
	struct timeval first = {.tv_usec = REDIS_CONNECT_MS * 1000};
	struct timeval answer = {.tv_sec = REDIS_ANSWER_MS / 1000};

	r->context = r->port == 0 ? redisConnectUnixWithTimeout(r->host, first)
				  : redisConnectWithTimeout(r->host, (int)r->port, first);
	if (r->context == NULL)
		mem_exhausted();
	if (r->context->err != 0)
		return is_away(r, r->context->errstr);
	fcntl(r->context->fd, F_SETFD, FD_CLOEXEC);
	redisSetTimeout(r->context, answer);
	if (r->port != 0)
		redisEnableKeepAlive(r->context);
	TRY(greet(r));
	r->connections++;
	return 0;
}

int
redis_ready(struct redis *r)
{
	if (r->context != NULL)
		return 0;
	if (r->failures > 0 && now_ms() < r->retry_at)
		return err_set(ERR_HOLD, "%s", r->why);
	return connect_now(r);
}

int
redis_command(struct redis *r, const struct span *args, size_t n, redisReply **ret_reply)
{
	TRY(redis_ready(r));
	redis_send(r, args, n);
	return redis_answer(r, ret_reply);
}
