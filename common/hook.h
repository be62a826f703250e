/*
 * hook - rules that a test build can switch off, to show that the tests notice.
 *
 * With the CMake option WINNOW_TEST_HOOKS the environment variable HOOKS lists the names of rules
 * that are off, separated by commas. In any other build every rule is on and nothing is asked.
 */
#ifndef WINNOW_HOOK_H
#define WINNOW_HOOK_H

#include <stdbool.h>

#ifdef WINNOW_TEST_HOOKS
#	include <stdlib.h>
#	include <string.h>

static inline bool
hook_is_off(const char *rule)
{
	const char *p = getenv("HOOKS");
	size_t n = strlen(rule);

	for (; p != NULL; p = strchr(p, ',') == NULL ? NULL : strchr(p, ',') + 1)
		if (strncmp(p, rule, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
	return false;
}
#else
static inline bool
hook_is_off(const char *rule)
{
	(void)rule;
	return false;
}
#endif

#endif
