/* Run a fuzz target over the files of its corpus, without libFuzzer: what ctest does. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/fuzz/target.h"

static void
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *bytes;
	size_t n;

	if (f == NULL || fstat(fileno(f), &st) < 0) {
		perror(path);
		exit(1);
	}
	bytes =
	    malloc((size_t)st.st_size + 1); /* of its own size, so that a sanitizer sees overruns */
	n = fread(bytes, 1, (size_t)st.st_size, f);
	fclose(f);
	bytes = realloc(bytes, n == 0 ? 1 : n);
	LLVMFuzzerTestOneInput(bytes, n);
	free(bytes);
}

int
main(int argc, char **argv)
{
	DIR *d = argc > 1 ? opendir(argv[1]) : NULL;
	struct dirent *e;
	char path[4096];
	int n = 0;

	if (d == NULL) {
		fprintf(stderr, "usage: %s CORPUS\n", argv[0]);
		return 1;
	}
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", argv[1], e->d_name);
			replay(path);
			n++;
		}
	closedir(d);
	printf("%d inputs\n", n);
	return n > 0 ? 0 : 1; /* an empty corpus would test nothing */
}
