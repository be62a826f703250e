#include "stages/extract/renames.h"

#include <stdlib.h>

#include "common/mem.h"

int
renames_parse(struct renames *ret_renames, const char *map)
{
	struct renames r = {0};

	while (map != NULL && *map != '\0') {
		size_t n = strcspn(map, ",");
		const char *equals = memchr(map, '=', n);

		if (equals == NULL || equals == map || equals + 1 == map + n) {
			free(r.list);
			return err_set(ERR_USAGE, "--map: '%.*s' is not FROM=TO", (int)n, map);
		}
		r.list = mem_grow(r.list, (r.n + 1) * sizeof(*r.list));
		r.list[r.n++] = (struct rename){
		    .from = span_of(map, (size_t)(equals - map)),
		    .to = span_of(equals + 1, (size_t)(map + n - equals - 1)),
		};
		map += n + (map[n] == ',');
	}
	*ret_renames = r;
	return 0;
}

struct span
renames_apply(const struct renames *renames, struct span key)
{
	for (size_t i = 0; i < renames->n; i++)
		if (span_equal(renames->list[i].from, key))
			return renames->list[i].to;
	return key;
}
