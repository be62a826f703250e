#include "common/options.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/mem.h"
#include "common/secret.h"

#define PREFIX "WINNOW_"

enum { FIRST_KEY = 256, NAME_BYTES = 64 };

extern char **environ;

const char *argp_program_version = "winnow " WINNOW_VERSION;

struct parse {
	struct options *options;
	void *settings;
};

/* Digits, then a unit of the list, whose n-th entry multiplies by the n-th factor. */
static int
number(const char *text, const char *const *units, const uint64_t *factors, uint64_t *ret)
{
	char *end;
	uint64_t v;

	errno = 0;
	v = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || errno != 0)
		return ERR_USAGE;
	for (size_t i = 0; units[i] != NULL; i++)
		if (strcasecmp(end, units[i]) == 0)
			return __builtin_mul_overflow(v, factors[i], ret) ? ERR_USAGE : 0;
	return ERR_USAGE;
}

int
option_size(const char *text, uint64_t *ret_bytes)
{
	static const char *const units[] = {"", "k", "M", "G", "T", NULL};
	static const uint64_t factors[] = {1, 1ULL << 10, 1ULL << 20, 1ULL << 30, 1ULL << 40};

	if (number(text, units, factors, ret_bytes) < 0)
		return err_set(ERR_USAGE, "'%s' is not a size, such as 64M", text);
	return 0;
}

int
option_time(const char *text, uint64_t *ret_ms)
{
	static const char *const units[] = {"ms", "s", "m", "h", "d", NULL};
	static const uint64_t factors[] = {1, 1000, 60000, 3600000, 86400000};

	if (strcmp(text, "none") == 0) {
		*ret_ms = UINT64_MAX;
		return 0;
	}
	if (number(text, units, factors, ret_ms) < 0)
		return err_set(ERR_USAGE, "'%s' is not a time, such as 50ms, 30s or none", text);
	return 0;
}

int
option_count(const char *text, uint64_t *ret_count)
{
	static const char *const units[] = {"", NULL};
	static const uint64_t factors[] = {1};

	if (number(text, units, factors, ret_count) < 0)
		return err_set(ERR_USAGE, "'%s' is not a number", text);
	return 0;
}

static int
seconds(const char *text, uint64_t *ret_ms)
{
	uint64_t n;

	if (option_count(text, &n) < 0)
		return option_time(text, ret_ms);
	if (__builtin_mul_overflow(n, 1000, ret_ms))
		return err_set(ERR_USAGE, "'%s' is no number of seconds", text);
	return 0;
}

static int
choice(const char *text, const char *choices, int *ret)
{
	size_t n = strlen(text);
	int at = 0;

	for (const char *p = choices; *p != '\0'; at++) {
		size_t length = strcspn(p, "|");
		if (length == n && memcmp(p, text, n) == 0) {
			*ret = at;
			return 0;
		}
		p += length + (p[length] == '|');
	}
	return err_set(ERR_USAGE, "'%s' is none of %s", text, choices);
}

static int
flag(const char *text, bool *ret)
{
	if (text == NULL || strcmp(text, "1") == 0 || strcmp(text, "true") == 0)
		*ret = true;
	else if (text[0] == '\0' || strcmp(text, "0") == 0 || strcmp(text, "false") == 0)
		*ret = false;
	else
		return err_set(ERR_USAGE, "'%s' is neither 1 nor 0", text);
	return 0;
}

static int
set_value(const struct option_spec *spec, void *settings, const char *text)
{
	void *field = (char *)settings + spec->at;

	switch (spec->type) {
	case OPTION_STRING: *(const char **)field = text; return 0;
	case OPTION_FLAG: return flag(text, field);
	case OPTION_COUNT: return option_count(text, field);
	case OPTION_SIZE: return option_size(text, field);
	case OPTION_TIME: return option_time(text, field);
	case OPTION_SECONDS: return seconds(text, field);
	case OPTION_CHOICE: return choice(text, spec->arg, field);
	}
	return ERR_USAGE;
}

static void
variable_name(const char *name, char ret[NAME_BYTES])
{
	size_t i = strlen(PREFIX);

	memcpy(ret, PREFIX, i);
	for (; *name != '\0' && i < NAME_BYTES - 1; name++)
		ret[i++] = *name == '-' ? '_' : (char)toupper((unsigned char)*name);
	ret[i] = '\0';
}

static int
from_environment(struct options *o, void *settings)
{
	char variable[NAME_BYTES];

	for (size_t i = 0; i < o->n_specs; i++) {
		const struct option_spec *spec = &o->specs[i];
		const char *text;

		variable_name(spec->name, variable);
		text = (spec->takers & o->taker) != 0 ? getenv(variable) : NULL;
		if (text != NULL && set_value(spec, settings, text) < 0) {
			char why[512];
			snprintf(why, sizeof(why), "%s", err_text());
			return err_set(ERR_USAGE, "%s: %s", variable, why);
		}
	}
	return 0;
}

size_t
options_environment(const struct options *o, char **args, size_t n)
{
	char variable[NAME_BYTES];

	for (size_t i = 0; i < o->n_specs; i++) {
		const struct option_spec *spec = &o->specs[i];
		struct buf arg = {0};
		const char *text;
		bool on = true;

		variable_name(spec->name, variable);
		text = (spec->takers & o->taker) != 0 ? getenv(variable) : NULL;
		if (text == NULL || (spec->type == OPTION_FLAG && (flag(text, &on) < 0 || !on)))
			continue;
		buf_print(&arg, "--%s", spec->name);
		if (spec->type != OPTION_FLAG)
			buf_print(&arg, "=%s", text);
		args[n++] = mem_string(arg.p, arg.n);
		buf_done(&arg);
	}
	return n;
}

/* Names in the environment that look like ours and are not; passwords are no options. */
static void
find_unknown(struct options *o)
{
	char variable[NAME_BYTES];

	for (char **e = environ; e != NULL && *e != NULL; e++) {
		size_t n = strcspn(*e, "=");
		bool known = strncmp(*e, PREFIX, strlen(PREFIX)) != 0 ||
			     span_ends(span_of(*e, n), SPAN("_PASSWORD"));

		for (size_t i = 0; !known && i < o->n_specs; i++) {
			variable_name(o->specs[i].name, variable);
			known = strlen(variable) == n && memcmp(variable, *e, n) == 0;
		}
		if (!known) {
			buf_put(&o->unknown, *e, n);
			buf_byte(&o->unknown, '\n');
		}
	}
}

/* What argp calls the option: its letter, or a number beyond all letters. */
static int
key_of(const struct options *o, size_t i)
{
	return o->specs[i].letter != 0 ? o->specs[i].letter : FIRST_KEY + (int)i;
}

static error_t
parse_one(int key, char *arg, struct argp_state *state)
{
	struct parse *p = state->input;
	struct options *o = p->options;

	for (size_t i = 0; i < o->n_specs; i++) {
		const struct option_spec *spec = &o->specs[i];
		if (key_of(o, i) != key || (spec->takers & o->taker) == 0)
			continue;
		if (set_value(spec, p->settings, arg) < 0)
			argp_error(state, "--%s: %s", spec->name, err_text());
		o->given[i] = arg != NULL ? arg : "1";
		return 0;
	}
	if (key == ARGP_KEY_ARG && o->args != NULL) {
		o->rest = mem_grow(o->rest, (o->n_rest + 1) * sizeof(*o->rest));
		o->rest[o->n_rest++] = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* --help shows the variable's name nowhere: README says the rule once. */
static struct argp_option *
argp_table(const struct options *o)
{
	struct argp_option *table = mem_zero(o->n_specs + 1, sizeof(*table));
	size_t n = 0;

	for (size_t i = 0; i < o->n_specs; i++) {
		const struct option_spec *spec = &o->specs[i];
		if ((spec->takers & o->taker) == 0)
			continue;
		table[n].name = spec->name;
		table[n].key = key_of(o, i);
		table[n].arg = spec->type == OPTION_FLAG ? NULL : spec->arg;
		table[n++].doc = spec->help;
	}
	return table;
}

/* What stands on a command line, everybody on the machine can read. */
static int
check_secrets(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (secret_is_in(span_str(argv[i])))
			return err_set(ERR_USAGE,
			    "the command line holds a password, which `ps` shows to everybody: put "
			    "it "
			    "into " PREFIX "REDIS_PASSWORD or " PREFIX "KAFKA_PASSWORD, or into a "
			    "file that the URI names as ?password-file=PATH");
	return 0;
}

int
options_parse(struct options *o, void *settings, int argc, char **argv)
{
	struct parse parse = {o, settings};
	struct argp argp = {.parser = parse_one, .args_doc = o->args, .doc = o->about};
	struct argp_option *table = argp_table(o);
	error_t failed;
	int r = check_secrets(argc, argv);

	o->given = mem_zero(o->n_specs, sizeof(*o->given));
	for (size_t i = 0; r == 0 && i < o->n_specs; i++)
		if (o->specs[i].standard != NULL)
			r = set_value(&o->specs[i], settings, o->specs[i].standard);
	if (r == 0)
		r = from_environment(o, settings);
	find_unknown(o);
	argp.options = table;
	argp_err_exit_status = EXIT_PERMANENT;
	failed = r == 0 ? argp_parse(&argp, argc, argv, 0, NULL, &parse) : 0;
	if (failed != 0)
		r = err_set(ERR_USAGE, "%s", strerror(failed));
	free(table);
	return r;
}

int
options_presume(struct options *o, void *settings, const char *name, const char *value)
{
	char variable[NAME_BYTES];

	for (size_t i = 0; i < o->n_specs; i++) {
		if (strcmp(o->specs[i].name, name) != 0 || (o->specs[i].takers & o->taker) == 0)
			continue;
		variable_name(name, variable);
		if (o->given[i] != NULL || getenv(variable) != NULL)
			return 0;
		o->given[i] = value;
		return set_value(&o->specs[i], settings, value);
	}
	return 0;
}

const char *
options_text(const struct options *o, size_t i)
{
	char variable[NAME_BYTES];
	const char *text = o->given[i];

	variable_name(o->specs[i].name, variable);
	if (text == NULL)
		text = getenv(variable);
	return text != NULL ? text : o->specs[i].standard;
}

void
options_done(struct options *o)
{
	free(o->given);
	free(o->rest);
	buf_done(&o->unknown);
	o->given = o->rest = NULL;
	o->n_rest = 0;
}
