/*
 * settings - every option of every program, in one table: what it is called, who takes it, what
 * it means. Each flag --some-name has an environment variable, WINNOW_SOME_NAME.
 */
#ifndef WINNOW_SETTINGS_H
#define WINNOW_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum paragraphs_mode { PARAGRAPHS_AUTO, PARAGRAPHS_LINE, PARAGRAPHS_BLANK };
enum extract_mode { EXTRACT_ARTICLE, EXTRACT_ALL };
enum dedup_mode { DEDUP_EXACT, DEDUP_NEAR, DEDUP_OFF };
enum action { ACTION_DROP, ACTION_MARK };
enum same_document { SAME_OCCURRENCE, SAME_ID, SAME_URL };
enum dropped_text { DROPPED_TEXT_NONE, DROPPED_TEXT_NEAR, DROPPED_TEXT_ALL };
enum when_full { WHEN_FULL_HOLD, WHEN_FULL_FORGET };
enum empty { EMPTY_KEEP, EMPTY_SKIP };
enum summarize_mode { SUMMARIZE_KEPT, SUMMARIZE_DOCUMENT };
enum format { FORMAT_AUTO, FORMAT_PRETTY, FORMAT_JSONL, FORMAT_MSGPACK };
enum input { INPUT_AUTO, INPUT_TEXT, INPUT_JSONL, INPUT_MSGPACK, INPUT_HTML };
enum log_format { LOG_TEXT, LOG_JSON };

/* Who takes an option: the programs, as bits. */
enum taker {
	TAKES_READ = 1 << 0,
	TAKES_EXTRACT = 1 << 1,
	TAKES_DEDUP = 1 << 2,
	TAKES_SUMMARIZE = 1 << 3,
	TAKES_WRITE = 1 << 4,
	TAKES_RUN = 1 << 5,
	TAKES_CAT = 1 << 6,
	TAKES_CLAIMS = 1 << 8,
	TAKES_NEAR = 1 << 9,
	TAKES_INDEX = 1 << 10,
	SHAPES = 1 << 7, /* nobody's: the option shapes the records that come out */
	TAKES_STAGES = TAKES_READ | TAKES_EXTRACT | TAKES_DEDUP | TAKES_SUMMARIZE | TAKES_WRITE,
};

struct settings {
	/* the ends of the links */
	const char *in, *out, *control, *ask_dedup, *ask_write;
	/* read */
	const char **sources; /* what followed the flags */
	size_t n_sources;
	const char *source_name; /* of standard input, or NULL */
	enum input input;
	uint64_t max_document; /* bytes */
	const char *filter;    /* which documents are wanted, as proto/filter.h says; or NULL */
	uint64_t status_fd;    /* where read tells its progress; 0: nowhere */
	uint64_t exit_when_idle_ms; /* of a queue: end when nothing came for so long; 0: never */
	/* extract */
	const char *map; /* comma-separated from=to, or NULL */
	enum paragraphs_mode paragraphs;
	enum extract_mode extract; /* of HTML */
	const char *lang;          /* auto, or a BCP 47 code */
	/* dedup */
	enum dedup_mode dedup; /* extract, too */
	const char
	    *similarity; /* from which on two paragraphs are near: a decimal number up to 1 */
	enum action action;
	enum same_document same_document;
	enum dropped_text dropped_text;
	uint64_t min_chars;   /* code points of the normal form */
	const char *index;    /* a URI; NULL: in memory */
	uint64_t index_limit; /* bytes of memory; 0: 60 % of what the machine or cgroup has */
	enum when_full when_full;
	/* summarize */
	const char *summary; /* 5 | 60w | 400b | 10% | all | 0 */
	uint64_t claims;
	enum summarize_mode summarize;
	/* write */
	const char *output; /* NULL: standard output */
	const char *parts;  /* where output is a folder: what names of files in it end in */
	enum format format;
	enum empty empty;
	const char *dead_letters;  /* NULL: OUT.dead.jsonl, or the log */
	const char *state;         /* a folder, or NULL */
	uint64_t hold_timeout_ms;  /* UINT64_MAX: no limit */
	uint64_t drain_timeout_ms; /* UINT64_MAX: no limit */
	bool force;
	bool allow_loss;         /* a sink that brings a record at most once is right */
	const char *fingerprint; /* the options that shape the output, as text, or NULL */
	/* run */
	uint64_t workers; /* 0: the cores of the machine or cgroup */
	bool restart;     /* begin anew: forget the state of the output */
	bool take_back;   /* with restart: also the owners of that run in a named index */
	/* near */
	uint64_t sample; /* how many near drops are shown */
	/* the jailed children of extract and summarize */
	uint64_t document_timeout_ms; /* of processor time; UINT64_MAX: no limit */
	uint64_t document_memory;     /* bytes */
	/* index */
	bool json;
	uint64_t older_than_ms; /* UINT64_MAX: not given */
	uint64_t documents;     /* 0: not given */
	uint64_t count;
	/* the table of claims */
	bool csv;
	/* all */
	enum log_format log;
	const char *http;          /* where figures are shown; NULL or "": nowhere */
	uint64_t stall_timeout_ms; /* UINT64_MAX: nothing is stuck ever */
	const char *key;           /* path of our certificate with its secret; NULL: no keys */
	const char *peers;         /* folder of the certificates of others; NULL: that of key */
	bool insecure;             /* bind anywhere without keys */
	uint64_t meter_fd;         /* of the page of figures; 0: its own */
	bool times;                /* say at the end where the processor time went */
};

struct options;

/*
 * Read the command line of the program `taker` (a bit of enum taker) and the environment. `about`
 * is for --help; `args` says what may follow the flags, or is NULL. Warns of unknown WINNOW_*.
 * A queue as SOURCE has other standard values: --same-document id, --when-full forget-oldest,
 * --hold-timeout none. Returns 0 or ERR_USAGE. The settings are good until settings_done.
 */
int settings_parse(struct settings *ret_settings, struct options *o, enum taker taker,
    const char *about, const char *args, int argc, char **argv);

void settings_done(struct options *o);

/* The first SOURCE that is a queue, by its URI; NULL: none is. */
const char *settings_queue(const struct settings *s);

/*
 * Append to args, n of which are in use, the flags of o's command line that `taker` takes too, as
 * "--name=value". Each is allocated. The new n; args has room for settings_count() more.
 */
size_t settings_forward(const struct options *o, enum taker taker, char **args, size_t n);

size_t settings_count(void);

/*
 * The options that shape the records, as "name=value" lines: two runs with the same text and the
 * same inputs give the same output. Allocated.
 */
char *settings_fingerprint(const struct options *o);

#endif
