#include "stages/winnow/own_output.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "stages/parts.h"
#include "stages/state.h"

static int
check(const struct settings *s, const char *path, const char *what)
{
	struct stat own, source;

	if (path == NULL || stat(path, &own) < 0 || !S_ISREG(own.st_mode))
		return 0;
	for (size_t i = 0; i < s->n_sources; i++)
		if (stat(s->sources[i], &source) == 0 && source.st_dev == own.st_dev &&
		    source.st_ino == own.st_ino)
			return err_set(ERR_USAGE, "%s is a source and %s", s->sources[i], what);
	return 0;
}

int
own_output_check(const struct settings *s)
{
	static const char letters[] = "the file of this run's dead letters; choose another -o or "
				      "--dead-letters";
	char *dead_letters = state_dead_letters(s);
	int r = parts_check(s);

	if (r == 0)
		r = check(s, s->output, "the output");

	if (r == 0)
		r = check(s, dead_letters, letters);
	free(dead_letters);
	return r;
}
