#include "proto/fields.h"

int
read_fields(struct scan *s, struct arena *a, void *object, field_reader *field)
{
	uint32_t pairs;
	struct span key;

	TRY(scan_map(s, &pairs));
	while (pairs-- > 0) {
		TRY(scan_str(s, &key));
		TRY(field(object, key, s, a));
	}
	return 0;
}

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
read_element(struct scan *s, struct arena *a, size_t least, void *object, field_reader *field)
{
	size_t before = scan_left(s);

	TRY(read_fields(s, a, object, field));
	return before - scan_left(s) < least ? ERR_RECORD : 0;
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
