#include "stages/dedup/near_least.h"

#include <stddef.h>
#include <string.h>

enum { DIGITS = 4, LEAST = 2000, MOST = 10000, STANDARD = 4000 };

/* One digit, a dot, up to four digits. Returns -1 if it is none. */
static int32_t
ten_thousandths(const char *text)
{
	size_t n = strlen(text);
	int32_t v;

	if (n < 1 || n == 2 || n > 2 + DIGITS || text[0] < '0' || text[0] > '1' ||
	    (n > 1 && text[1] != '.'))
		return -1;
	v = text[0] - '0';
	for (size_t i = 2; i < 2 + DIGITS; i++) {
		if (i < n && (text[i] < '0' || text[i] > '9'))
			return -1;
		v = v * 10 + (i < n ? text[i] - '0' : 0);
	}
	return v;
}

int
near_least_parse(const char *text, int32_t *ret_least)
{
	int32_t v = text == NULL ? STANDARD : ten_thousandths(text);

	if (v < LEAST || v > MOST)
		return err_set(
		    ERR_USAGE, "--similarity: '%s' is no number from 0.2 to 1, as 0.45", text);
	*ret_least = v;
	return 0;
}
