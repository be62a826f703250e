#include "common/fold_ascii.h"

size_t
fold_ascii_plain(char *out, const char *in, size_t n)
{
	size_t i = 0;

	for (; i < n; i++) {
		signed char c = (signed char)in[i];

		if (c < ' ' || (c == ' ' && i > 0 && in[i - 1] == ' '))
			break;
		out[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return i;
}

const struct fold_form *
fold_ascii_forms(void)
{
	static struct fold_form forms[] = {
		{"plain", fold_ascii_plain, true},
#if defined(__x86_64__)
		{"sse2", fold_ascii_sse2, true},
		{"avx2", fold_ascii_avx2, false},
		{"avx512", fold_ascii_avx512, false},
#elif defined(__ARM_NEON) && defined(__aarch64__)
		{"neon", fold_ascii_neon, true},
#endif
		{NULL, NULL, false},
	};

#if defined(__x86_64__)
	__builtin_cpu_init();
	forms[2].works = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
	forms[3].works = forms[2].works && __builtin_cpu_supports("avx512bw") &&
			 __builtin_cpu_supports("avx512vl");
#endif
	return forms;
}

fold_ascii *
fold_ascii_best(void)
{
	fold_ascii *best = fold_ascii_plain;

	for (const struct fold_form *form = fold_ascii_forms(); form->name != NULL; form++)
		best = form->works ? form->fold : best;
	return best;
}
