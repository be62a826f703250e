#include "common/address.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { HOST_BYTES = 256 };

/* The host, without the brackets of IPv6, and the port behind the last colon. */
static int
split(const char *address, char host[HOST_BYTES], const char **ret_port)
{
	const char *colon = strrchr(address, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - address);
	size_t digits = colon == NULL ? 0 : strspn(colon + 1, "0123456789");

	if (n == 0 || n >= HOST_BYTES || digits == 0 || digits > 5 || colon[1 + digits] != '\0' ||
	    atoi(colon + 1) > 65535)
		return err_set(ERR_USAGE,
		    "'%s' is no ADDR:PORT, such as 127.0.0.1:9100, [::1]:9100 or *:9100", address);
	if (n > 2 && address[0] == '[' && colon[-1] == ']') {
		address++;
		n -= 2;
	}
	memcpy(host, address, n);
	host[n] = '\0';
	*ret_port = colon + 1;
	return 0;
}

static int
look_up(const char *address, int flags, struct addrinfo **ret)
{
	struct addrinfo hints = {
	    .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags, .ai_family = AF_UNSPEC};
	char host[HOST_BYTES];
	const char *port = NULL;
	int failed;

	TRY(split(address, host, &port));
	failed = getaddrinfo(host, port, &hints, ret);
	if (failed != 0)
		return err_set(failed == EAI_AGAIN ? ERR_SYS : ERR_USAGE, "%s: %s", address,
		    gai_strerror(failed));
	return 0;
}

static int
port_of(int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);

	if (getsockname(fd, (struct sockaddr *)&a, &n) < 0)
		return 0;
	return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
					     : ((struct sockaddr_in *)&a)->sin_port);
}

/* A listening socket, or -1 with errno. */
static int
listen_at(const struct addrinfo *a, int backlog)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, off = 0, error;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (a->ai_family == AF_INET6) /* all addresses are IPv4's, too */
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, backlog) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int
address_listen(const char *address, int backlog, int *ret_fd, int *ret_port)
{
	char all[HOST_BYTES];
	struct addrinfo *found;
	bool is_all = strncmp(address, "*:", 2) == 0;
	int fd, error;

	snprintf(all, sizeof(all), "[::]%s", address + is_all);
	TRY(look_up(is_all ? all : address, AI_PASSIVE, &found));
	fd = listen_at(found, backlog);
	error = errno;
	freeaddrinfo(found);
	if (fd < 0 && is_all && error != EADDRINUSE) { /* there is no IPv6 */
		snprintf(all, sizeof(all), "0.0.0.0%s", address + 1);
		return address_listen(all, backlog, ret_fd, ret_port);
	}
	if (fd < 0)
		return err_set(error == EADDRNOTAVAIL || error == EACCES ? ERR_USAGE : ERR_SYS,
		    "cannot listen at %s: %s", address,
		    error == EADDRINUSE ? "in use by another process: stop it, or name another port"
					: strerror(error));
	*ret_fd = fd;
	*ret_port = port_of(fd);
	return 0;
}

int
address_connect(const char *address, int timeout_ms, int *ret_fd)
{
	struct timeval limit = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
	struct addrinfo *found;
	int fd = -1, error = 0;

	TRY(look_up(address, 0, &found));
	for (const struct addrinfo *a = found; a != NULL; a = a->ai_next) {
		fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		/* connect() keeps to the limit of sending */
		if (fd >= 0 &&
		    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) == 0 &&
		    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) == 0 &&
		    connect(fd, a->ai_addr, a->ai_addrlen) == 0)
			break;
		error = errno == EINPROGRESS ? ETIMEDOUT : errno;
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(found);
	if (fd < 0)
		return err_set(ERR_SYS, "cannot connect to %s: %s", address, strerror(error));
	*ret_fd = fd;
	return 0;
}
