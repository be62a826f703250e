#include "common/memory_limit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROOT "/sys/fs/cgroup"

enum { PATH_BYTES = 4096 };

uint64_t
memory_limit_in(const char *path)
{
	FILE *f = fopen(path, "re");
	uint64_t n;

	if (f == NULL)
		return UINT64_MAX;
	if (fscanf(f, "%" SCNu64, &n) != 1)
		n = UINT64_MAX;
	fclose(f);
	return n;
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Of our own group of cgroup v2 and of those above it, which limit it too. */
static uint64_t
own_limit(void)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[PATH_BYTES], path[2 * PATH_BYTES];
	uint64_t limit = UINT64_MAX;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, "0::/", 4) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		for (char *end = strchr(line, '\0'); end != NULL; end = strrchr(line, '/')) {
			*end = '\0';
			snprintf(path, sizeof(path), ROOT "%s/memory.max",
			    end > line + 3 ? line + 3 : "");
			limit = least(limit, memory_limit_in(path));
		}
	}
	if (f != NULL)
		fclose(f);
	return limit;
}

uint64_t
memory_limit(void)
{
	uint64_t bytes = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	bytes = least(bytes, own_limit());
	bytes = least(bytes, memory_limit_in(ROOT "/memory.max"));
	bytes = least(bytes, memory_limit_in(ROOT "/memory/memory.limit_in_bytes"));
	return bytes / 10 * 6;
}
