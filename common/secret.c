#include "common/secret.h"

#include <stdlib.h>

#include "common/files.h"
#include "common/mem.h"

static const struct span mark = SPAN("://");

/* How many bytes of s come before the first of these characters, a control or a space. */
static size_t
run_before(struct span s, const char *ends)
{
	size_t n = 0;

	while (n < s.n && (unsigned char)s.p[n] > ' ' && strchr(ends, s.p[n]) == NULL)
		n++;
	return n;
}

/* Whether what looks like HOST:PORT is none: then a password was cut by a slash of its own. */
static bool
is_cut_password(struct span authority)
{
	const char *colon = authority.n == 0 ? NULL : memchr(authority.p, ':', authority.n);
	size_t at = colon == NULL ? authority.n : (size_t)(colon + 1 - authority.p);

	if (colon == NULL || authority.p[0] == '[') /* an IPv6 address has colons of its own */
		return false;
	while (at < authority.n && authority.p[at] >= '0' && authority.p[at] <= '9')
		at++;
	return at < authority.n || colon == authority.p;
}

/* The length of user and password at the start of s, which stands behind the mark; 0: none. */
static size_t
user_info(struct span s)
{
	struct span authority = span_cut(s, 0, run_before(s, "/?#\"'<>"));
	struct span word = span_cut(s, 0, run_before(s, "\"'<>"));
	const char *at = authority.n == 0 ? NULL : memrchr(authority.p, '@', authority.n);

	if (at == NULL && is_cut_password(authority))
		at = memrchr(word.p, '@', word.n);
	return at == NULL ? 0 : (size_t)(at - s.p);
}

/* Cut the text behind its next mark; *ret_user: what follows of user and password, n 0 if nothing.
 */
static bool
next_uri(struct span *text, struct span *ret_user)
{
	const char *found = text->n == 0 ? NULL : memmem(text->p, text->n, mark.p, mark.n);

	if (found == NULL)
		return false;
	*text = span_cut(*text, (size_t)(found - text->p) + mark.n, text->n);
	*ret_user = span_cut(*text, 0, user_info(*text));
	return true;
}

void
secret_mask(struct buf *out, struct span text)
{
	struct span rest = text, user;

	while (next_uri(&rest, &user)) {
		buf_span(out, span_cut(text, 0, text.n - rest.n));
		if (user.n > 0)
			buf_str(out, "***");
		rest = text = span_cut(rest, user.n, rest.n);
	}
	buf_span(out, text);
}

bool
secret_is_in(struct span text)
{
	struct span user;

	while (next_uri(&text, &user)) {
		const char *colon = user.n == 0 ? NULL : memchr(user.p, ':', user.n);
		if (colon != NULL && colon + 1 < user.p + user.n)
			return true;
	}
	return false;
}

static int
from_file(char **ret_password, const char *path)
{
	struct buf b = {0};
	const char *end;
	int r = file_read(path, &b);

	if (r == ERR_STOP)
		r = err_set(ERR_USAGE, "the file with the password is not there: %s", path);
	else if (r == 0) {
		end = b.n == 0 ? NULL : memchr(b.p, '\n', b.n);
		b.n = end == NULL ? b.n : (size_t)(end - b.p);
		if (b.n == 0)
			r = err_set(ERR_USAGE, "the file with the password is empty: %s", path);
		else
			*ret_password = mem_string(b.p, b.n);
	}
	buf_done(&b);
	return r;
}

int
secret_password(char **ret_password, const char *variable, struct span file)
{
	const char *text = getenv(variable);
	char *path;
	int r;

	if (file.n > 0) {
		path = mem_string(file.p, file.n);
		r = from_file(ret_password, path);
		free(path);
		return r;
	}
	*ret_password = text == NULL || text[0] == '\0' ? NULL : mem_string(text, strlen(text));
	return 0;
}
