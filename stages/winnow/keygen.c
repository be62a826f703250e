/*
 * keygen - certificates for links over tcp: pairs of files in a folder.
 */
#include <stdio.h>
#include <string.h>

#include "common/log.h"
#include "proto/certificate.h"
#include "stages/winnow/commands.h"

static int
usage(FILE *out, int status)
{
	fputs(
	    "usage: winnow keygen DIR [NAME...]\n\n"
	    "Make DIR/NAME.key, which others may have, and DIR/NAME.key_secret, which stays with "
	    "its\n"
	    "owner; one pair called winnow, for a whole chain, or one for each NAME. A pair for a\n"
	    "host is called as in tcp://HOST:PORT. --key names the secret file of a process, "
	    "--peers\n"
	    "the folder of those who may connect. zmq.auth of pyzmq reads and writes the same "
	    "files.\n",
	    out);
	return status;
}

static int
make(const char *folder, const char *name)
{
	struct certificate c;

	TRY(certificate_make(&c));
	TRY(certificate_save(&c, folder, name));
	explicit_bzero(&c, sizeof(c));
	printf("%s/%s.key\n%s/%s.key_secret\n", folder, name, folder, name);
	return 0;
}

int
command_keygen(int argc, char **argv)
{
	int r = 0;

	log_open("winnow keygen");
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return usage(stdout, 0);
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-')
			return usage(stderr, EXIT_PERMANENT);
	if (argc < 2)
		return usage(stderr, EXIT_PERMANENT);
	if (argc == 2)
		r = make(argv[1], "winnow");
	for (int i = 2; r == 0 && i < argc; i++)
		r = make(argv[1], argv[i]);
	if (r < 0)
		log_line(LOG_ERROR, "%s", err_text());
	return err_exit(r);
}
