/*
 * address - ADDR:PORT: listening there, and connecting to it.
 */
#ifndef WINNOW_ADDRESS_H
#define WINNOW_ADDRESS_H

#include "common/err.h"

/*
 * Listen by TCP at ADDR:PORT: an IPv4 address or a name of this machine, [an IPv6 address], or *
 * for all addresses; port 0 is any free one. *ret_port is the port. Returns 0; ERR_USAGE if it is
 * no address, or none of this machine; ERR_SYS if it is in use. *ret_fd is close-on-exec.
 */
int address_listen(const char *address, int backlog, int *ret_fd, int *ret_port) WARN_UNUSED;

/* Connect by TCP, waiting at most so long, also for what is sent and received then. ERR_USAGE,
 * ERR_SYS. */
int address_connect(const char *address, int timeout_ms, int *ret_fd) WARN_UNUSED;

#endif
