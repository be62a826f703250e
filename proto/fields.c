#include "proto/fields.h"

int
read_count(struct scan *s, size_t least, uint32_t *ret_n)
{
	uint32_t n;

	TRY(scan_array(s, &n));
	if (n > scan_left(s) / least)
		return ERR_RECORD;
	*ret_n = n;
	return 0;
}

int
read_name(struct scan *s, int (*parse)(struct span), int *ret_value)
{
	struct span name;
	int value;

	TRY(scan_str(s, &name));
	value = parse(name);
	if (value < 0)
		return ERR_RECORD;
	*ret_value = value;
	return 0;
}
