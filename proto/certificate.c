#include "proto/certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "common/buf.h"
#include "common/files.h"

enum { PATH_BYTES = 4096 };

int
certificate_make(struct certificate *ret)
{
	if (zmq_curve_keypair(ret->public_key, ret->secret_key) < 0)
		return err_set(ERR_SYS, "cannot make keys: %s", zmq_strerror(errno));
	return 0;
}

/* writing */

static int
write_new(const char *path, mode_t mode, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	bool written;

	if (fd < 0 && errno == EEXIST)
		return err_set(ERR_USAGE, "%s is there already: another name, or remove it", path);
	if (fd < 0)
		return err_set(ERR_USAGE, "cannot write %s: %s", path, strerror(errno));
	written = write(fd, text->p, text->n) == (ssize_t)text->n;
	if (close(fd) == 0 && written)
		return 0;
	unlink(path);
	return err_set(ERR_SYS, "cannot write %s: %s", path, strerror(errno));
}

static void
print(struct buf *out, const struct certificate *c, const char *name, bool secret)
{
	buf_print(out, "# A CURVE certificate of Winnow, %s.\n",
	    secret ? "with its secret: it stays where it is used"
		   : "for those who are to know its owner");
	buf_print(out, "metadata\n    name = \"%s\"\ncurve\n", name);
	buf_print(out, "    public-key = \"%s\"\n", c->public_key);
	if (secret)
		buf_print(out, "    secret-key = \"%s\"\n", c->secret_key);
}

static int
save(const struct certificate *c, const char *folder, const char *name, bool secret)
{
	char path[PATH_BYTES];
	struct buf text = {0};
	int r;

	if (snprintf(path, sizeof(path), "%s/%s.key%s", folder, name, secret ? "_secret" : "") >=
	    (int)sizeof(path))
		return err_set(ERR_USAGE, "%s: too long a path", folder);
	print(&text, c, name, secret);
	r = write_new(path, secret ? 0600 : 0644, &text);
	buf_done(&text);
	return r;
}

int
certificate_save(const struct certificate *c, const char *folder, const char *name)
{
	char path[PATH_BYTES];
	int r;

	if (name[0] == '\0' || name[0] == '.' || strpbrk(name, "/\"\n") != NULL)
		return err_set(ERR_USAGE, "'%s' is no name for a certificate", name);
	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return err_set(ERR_USAGE, "cannot make %s: %s", folder, strerror(errno));
	TRY(save(c, folder, name, true));
	r = save(c, folder, name, false);
	if (r < 0 && snprintf(path, sizeof(path), "%s/%s.key_secret", folder, name) > 0)
		unlink(path); /* not one without the other */
	return r;
}

/* reading */

/* The value of a line `name = "value"` anywhere in the text, if it is a key. */
static void
find_key(char ret[KEY_CHARS + 1], const char *text, const char *name)
{
	const char *at = text;
	char value[KEY_CHARS + 2];

	for (; at != NULL && *at != '\0'; at = strchr(at, '\n')) {
		int end = 0; /* behind the second quotation mark, if it is there */

		at += strspn(at, "\n \t");
		if (strncmp(at, name, strlen(name)) != 0)
			continue;
		sscanf(at + strlen(name), " = \"%41[^\"\n]\"%n", value, &end);
		if (end > 0 && strlen(value) == KEY_CHARS)
			memcpy(ret, value, sizeof(value) - 1);
	}
}

/* Z85 has no other characters, and 40 of them are 32 bytes. */
static bool
is_key(const char *key)
{
	unsigned char bytes[KEY_BYTES];

	return key[0] == '\0' || zmq_z85_decode(bytes, key) != NULL;
}

static int
check_mode(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & 07) != 0)
		return err_set(ERR_USAGE,
		    "%s holds a secret, and everybody on this machine may read it: chmod 600 %s",
		    path, path);
	return 0;
}

int
certificate_load(struct certificate *ret, const char *path)
{
	struct certificate c = {0};
	struct buf text = {0};
	int r = file_read(path, &text);

	if (r == ERR_STOP)
		return err_set(ERR_USAGE, "there is no certificate %s", path);
	TRY(r);
	buf_byte(&text, '\0');
	find_key(c.public_key, text.p, "public-key");
	find_key(c.secret_key, text.p, "secret-key");
	buf_done(&text);
	if (c.public_key[0] == '\0' || !is_key(c.public_key) || !is_key(c.secret_key))
		return err_set(ERR_USAGE,
		    "%s is no certificate: it has no public-key; `winnow keygen` makes one", path);
	if (c.secret_key[0] != '\0')
		TRY(check_mode(path));
	*ret = c;
	return 0;
}
