#include "common/address.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
refused(const char *address)
{
	int fd, port;

	cr_assert_eq(address_listen(address, 1, &fd, &port), ERR_USAGE, "%s", address);
	cr_assert(strstr(err_text(), address) != NULL, "%s", err_text());
}

/* The address that names what listens there now. */
static const char *
with_port(const char *host, int port, char ret[64])
{
	snprintf(ret, 64, "%s:%d", host, port);
	return ret;
}

Test(address, what_is_none_is_refused_by_name)
{
	refused("9100");
	refused(":9100");
	refused("127.0.0.1:");
	refused("127.0.0.1:70000");
	refused("127.0.0.1:91x");
	refused("192.0.2.1:9100"); /* of no machine: RFC 5737 */
}

Test(address, who_listens_can_be_reached)
{
	static const char *const hosts[][2] = {
	    {"127.0.0.1:0", "127.0.0.1"}, {"localhost:0", "localhost"}, {"*:0", "127.0.0.1"}};

	for (int i = 0; i < 3; i++) {
		char address[64];
		int fd, port, peer;

		cr_assert_eq(address_listen(hosts[i][0], 1, &fd, &port), 0, "%s", err_text());
		cr_assert_gt(port, 0);
		with_port(hosts[i][1], port, address);
		cr_assert_eq(address_connect(address, 5000, &peer), 0, "%s", err_text());
		close(peer);
		close(fd);
	}
}

Test(address, one_that_is_taken_may_be_free_later)
{
	char address[64];
	int fd, again, port;

	cr_assert_eq(address_listen("127.0.0.1:0", 1, &fd, &port), 0);
	with_port("127.0.0.1", port, address);
	cr_assert_eq(address_listen(address, 1, &again, &port), ERR_SYS);
	cr_assert(strstr(err_text(), "in use by another process") != NULL, "%s", err_text());
	close(fd);
	cr_assert_eq(address_connect(address, 5000, &again), ERR_SYS, "nobody listens any more");
}
