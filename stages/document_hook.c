#include "stages/document_hook.h"

#ifdef WINNOW_TEST_HOOKS

#	include <fcntl.h>
#	include <signal.h>
#	include <stdio.h>
#	include <stdlib.h>
#	include <sys/socket.h>
#	include <unistd.h>

#	include "common/jail.h"
#	include "common/mem.h"

enum { MARK_BYTES = 64, REQUEST_FD = 4, BOMB_BYTES = 16 << 20 };

static volatile int nothing;
static volatile int *volatile nowhere;
static bool spoilt; /* the next document pays */

static void
crash(void)
{
	*nowhere = 1;
}

static void
crash_once(void)
{
	if (jail_generation() <= 1)
		crash();
}

static void
hang(void)
{
	for (;;)
		nothing++;
}

static void
sleep_for_ever(void)
{
	char byte;

	while (read(REQUEST_FD, &byte, 1) == 1)
		;
}

static void
eat_memory(void)
{
	for (;;)
		memset(mem_alloc(BOMB_BYTES), 1, BOMB_BYTES);
}

static int
go_deep(int n)
{
	volatile char frame[4096];

	frame[n & 4095] = 1;
	return n < 0 ? 0 : go_deep(n + 1) + frame[0];
}

static void
overrun_stack(void)
{
	nothing = go_deep(0);
}

static void
open_file(void)
{
	nothing = open("/etc/hostname", O_RDONLY);
}

static void
make_socket(void)
{
	nothing = socket(AF_INET, SOCK_STREAM, 0);
}

static void
make_process(void)
{
	nothing = fork();
}

static void
become_another(void)
{
	nothing = execl("/bin/true", "true", NULL);
}

static void
kill_parent(void)
{
	nothing = kill(1, SIGKILL);
}

static void
spoil(void)
{
	spoilt = true;
}

static const struct {
	const char *name;
	void (*act)(void);
} hooks[] = {
    {"crash", crash},
    {"crash-once", crash_once},
    {"abort", abort},
    {"hang", hang},
    {"sleep", sleep_for_ever},
    {"memory", eat_memory},
    {"stack", overrun_stack},
    {"open", open_file},
    {"socket", make_socket},
    {"fork", make_process},
    {"exec", become_another},
    {"kill", kill_parent},
    {"spoil", spoil},
};

/* Whether the mark is in the text, and not as the beginning of a longer one. */
static bool
has(struct span text, const char *mark)
{
	size_t n = strlen(mark);
	const char *p = text.n >= n ? memmem(text.p, text.n, mark, n) : NULL;

	return p != NULL && (p + n == text.p + text.n || p[n] != '-');
}

static bool
asks_for(const struct document *d, const char *name, const char *what)
{
	char mark[MARK_BYTES];
	bool found;

	snprintf(mark, sizeof(mark), "winnow-hook:%s:%s", name, what);
	found = has(d->raw, mark);
	for (size_t i = 0; i < d->n_paragraphs && !found; i++)
		found = has(d->paragraphs[i].text, mark);
	return found;
}

void
document_hook(const char *name, struct document *d)
{
	if (spoilt)
		crash();
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if (asks_for(d, name, hooks[i].name))
			hooks[i].act();
	if (asks_for(d, name, "forge"))
		d->key++; /* to pass for another document */
}

#endif
