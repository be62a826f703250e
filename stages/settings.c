#include "stages/settings.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/log.h"
#include "common/mem.h"
#include "common/options.h"
#include "common/secret.h"
#include "common/uri.h"

#define AT(field) offsetof(struct settings, field)

enum {
	LINKED_IN = TAKES_EXTRACT | TAKES_DEDUP | TAKES_SUMMARIZE | TAKES_WRITE,
	LINKED_OUT = TAKES_READ | TAKES_EXTRACT | TAKES_DEDUP | TAKES_SUMMARIZE,
	AT_SINK = TAKES_WRITE | TAKES_READ | TAKES_RUN, /* read leaves these out of folders */
	RUN_AND_STAGES = TAKES_RUN | TAKES_STAGES,
	JAILED = TAKES_EXTRACT | TAKES_SUMMARIZE | TAKES_RUN,
};

static const struct option_spec specs[] = {
    {"in", 0, OPTION_STRING, AT(in), LINKED_IN, NULL, "ENDPOINT",
	"where batches come from, as tcp://0.0.0.0:5550 or ipc:///run/winnow/a"},
    {"out", 0, OPTION_STRING, AT(out), LINKED_OUT, NULL, "ENDPOINT", "where batches go"},
    {"control", 0, OPTION_STRING, AT(control), TAKES_DEDUP | TAKES_WRITE, NULL, "ENDPOINT",
	"where read asks what is done"},
    {"ask-dedup", 0, OPTION_STRING, AT(ask_dedup), TAKES_READ, NULL, "ENDPOINT",
	"the --control of dedup"},
    {"ask-write", 0, OPTION_STRING, AT(ask_write), TAKES_READ, NULL, "ENDPOINT",
	"the --control of write"},
    {"source-name", 0, OPTION_STRING, AT(source_name), TAKES_READ | TAKES_RUN | SHAPES, NULL,
	"NAME", "the name of standard input in records (default: stdin and the number of the run)"},
    {"input", 0, OPTION_CHOICE, AT(input), TAKES_READ | TAKES_RUN | SHAPES, "auto",
	"auto|text|jsonl|msgpack|html",
	"what the sources hold; auto looks at the first bytes of each"},
    {"max-document", 0, OPTION_SIZE, AT(max_document), RUN_AND_STAGES | SHAPES, "64M", "SIZE",
	"refuse larger documents (default 64M)"},
    {"filter", 0, OPTION_STRING, AT(filter), TAKES_READ | TAKES_EXTRACT | TAKES_RUN | SHAPES, NULL,
	"TERMS",
	"which documents are wanted, as 'status=2xx;mime=text/html;url=REGEX;lang=en;length=200' "
	"(default: of archives, pages and texts with status 2xx)"},
    {"exit-when-idle", 0, OPTION_SECONDS, AT(exit_when_idle_ms), TAKES_READ | TAKES_RUN, "0",
	"SECONDS", "of a queue: end when nothing has come for so long (default: never)"},
    {"status-fd", 0, OPTION_COUNT, AT(status_fd), TAKES_READ, "0", "N",
	"tell the progress on this descriptor, a line of numbers at a time"},
    {"map", 0, OPTION_STRING, AT(map), TAKES_EXTRACT | TAKES_RUN | SHAPES, NULL, "FROM=TO,...",
	"rename fields of input records, as body_text=text"},
    {"paragraphs", 0, OPTION_CHOICE, AT(paragraphs), TAKES_EXTRACT | TAKES_RUN | SHAPES, "auto",
	"auto|line|blank",
	"where paragraphs end: at each line, at blank lines (and unwrap), or as the text looks"},
    {"extract", 0, OPTION_CHOICE, AT(extract), TAKES_EXTRACT | TAKES_RUN | SHAPES, "article",
	"article|all", "of HTML: the article, or all that is shown (default article)"},
    {"lang", 0, OPTION_STRING, AT(lang), TAKES_EXTRACT | TAKES_SUMMARIZE | TAKES_RUN | SHAPES,
	"auto", "auto|CODE", "the language of documents that do not say"},
    {"dedup", 0, OPTION_CHOICE, AT(dedup), TAKES_EXTRACT | TAKES_DEDUP | TAKES_RUN | SHAPES,
	"exact", "exact|near|off",
	"which repeats are found; near: also paragraphs of which a few words were changed, but no "
	"number, name or negation (default exact)"},
    {"similarity", 0, OPTION_STRING, AT(similarity), TAKES_DEDUP | TAKES_RUN | SHAPES, "0.40",
	"0.20-1",
	"--dedup near: the estimated Jaccard similarity of two paragraphs' pairs of neighbouring "
	"words from which on they are near; 0.4 finds about a fifth of the words changed, 0.7 a "
	"tenth; of short ones, and where no capital letters tell names, a third of the way up to 1 "
	"is added (default 0.40)"},
    {"action", 0, OPTION_CHOICE, AT(action), TAKES_DEDUP | TAKES_SUMMARIZE | TAKES_RUN | SHAPES,
	"drop", "drop|mark",
	"drop repeats, or keep them all and say which they are (default drop)"},
    {"same-document", 0, OPTION_CHOICE, AT(same_document), TAKES_DEDUP | TAKES_RUN | SHAPES,
	"occurrence", "occurrence|id|url",
	"what makes two documents the same one: place and bytes, the id, or the url"},
    {"dropped-text", 0, OPTION_CHOICE, AT(dropped_text), TAKES_DEDUP | TAKES_RUN | SHAPES, "near",
	"none|near|all", "whose text stays in dropped (default near)"},
    {"min-chars", 0, OPTION_COUNT, AT(min_chars), TAKES_DEDUP | TAKES_RUN | SHAPES, "25", "N",
	"keep shorter paragraphs even if another document has them (default 25)"},
    {"index", 0, OPTION_STRING, AT(index), TAKES_DEDUP | TAKES_RUN, NULL, "URI",
	"where the owners of paragraphs are kept, as file:DIR (default: beside the state of the "
	"output, else in memory)"},
    {"index-limit", 0, OPTION_SIZE, AT(index_limit), TAKES_DEDUP | TAKES_RUN | TAKES_INDEX, "0",
	"SIZE", "how much memory the index may take (default: 60 % of the machine's or cgroup's)"},
    {"when-full", 0, OPTION_CHOICE, AT(when_full), TAKES_DEDUP | TAKES_RUN, "hold",
	"hold|forget-oldest",
	"at --index-limit wait, or forget what has been in the index the longest (default hold)"},
    {"summary", 0, OPTION_STRING, AT(summary), TAKES_SUMMARIZE | TAKES_RUN | SHAPES, "5",
	"N|Nw|Nb|N%|all|0",
	"how long: sentences, words, bytes, per cent of the sentences (default 5)"},
    {"claims", 0, OPTION_COUNT, AT(claims), TAKES_SUMMARIZE | TAKES_RUN | SHAPES, "5", "N",
	"how many claims at most (default 5)"},
    {"summarize", 0, OPTION_CHOICE, AT(summarize), TAKES_SUMMARIZE | TAKES_RUN | SHAPES, "kept",
	"kept|document", "score what is kept, or the whole document (with --action mark)"},
    {"output", 'o', OPTION_STRING, AT(output), AT_SINK, NULL, "FILE|URI",
	"write here; .jsonl or .msgpack, with .gz or .zst, choose by name (default: standard "
	"output); or redis://host/0?stream=NAME, kafka://host:9092/topic, zmq+push://host:port, "
	"zmq+pub://host:port, link://host:port, with --state; DIR/ gets one file an input"},
    {"parts", 0, OPTION_STRING, AT(parts), AT_SINK | SHAPES, "jsonl", "ENDING",
	"what the files in -o DIR/ are: jsonl (the default) or msgpack, with .gz or .zst behind "
	"it"},
    {"format", 0, OPTION_CHOICE, AT(format), TAKES_WRITE | TAKES_RUN | SHAPES, "auto",
	"auto|pretty|jsonl|msgpack", "the form of the records"},
    {"empty", 0, OPTION_CHOICE, AT(empty), TAKES_WRITE | TAKES_RUN | SHAPES, "keep", "keep|skip",
	"whether documents of which nothing is left leave a record (default keep)"},
    {"dead-letters", 0, OPTION_STRING, AT(dead_letters), AT_SINK, NULL, "FILE",
	"where refused documents go (default: OUTPUT.dead.jsonl, or the log)"},
    {"state", 0, OPTION_STRING, AT(state), AT_SINK, NULL, "DIR",
	"where the state of the run is kept (default: OUTPUT.winnow; needed where OUTPUT is a "
	"URI)"},
    {"hold-timeout", 0, OPTION_TIME, AT(hold_timeout_ms),
	TAKES_READ | TAKES_DEDUP | TAKES_WRITE | TAKES_RUN, "30m", "TIME",
	"give up after waiting so long for a full disk or the like (default 30m)"},
    {"drain-timeout", 0, OPTION_TIME, AT(drain_timeout_ms), TAKES_READ | JAILED, "30s", "TIME",
	"after SIGTERM wait so long for what is in flight (default 30s)"},
    {"fingerprint", 0, OPTION_STRING, AT(fingerprint), TAKES_WRITE, NULL, "TEXT",
	"the options that shape the output; a run goes on only under the same ones"},
    {"restart", 0, OPTION_FLAG, AT(restart), TAKES_RUN, NULL, NULL,
	"begin anew: the output and its state are removed first"},
    {"take-back", 0, OPTION_FLAG, AT(take_back), TAKES_RUN, NULL, NULL,
	"with --restart: take the owners of the abandoned run back from a named index"},
    {"force", 0, OPTION_FLAG, AT(force), TAKES_WRITE | TAKES_RUN, NULL, NULL,
	"overwrite an OUTPUT that is there"},
    {"allow-loss", 0, OPTION_FLAG, AT(allow_loss), TAKES_WRITE | TAKES_RUN, NULL, NULL,
	"a queue may lose records to a sink that brings each at most once (zmq+push, zmq+pub)"},
    {"workers", 'j', OPTION_COUNT, AT(workers), TAKES_RUN, "0", "N",
	"how many processes extract and summarize have each (default: the cores)"},
    {"document-timeout", 0, OPTION_TIME, AT(document_timeout_ms), JAILED, "30s", "TIME",
	"refuse a document that takes more processor time in a stage (default 30s)"},
    {"document-memory", 0, OPTION_SIZE, AT(document_memory), JAILED, "2G", "SIZE",
	"refuse a document that takes more memory in a stage (default 2G)"},
    {"json", 0, OPTION_FLAG, AT(json), TAKES_INDEX, NULL, NULL, "stats, who, top: as JSON"},
    {"older-than", 0, OPTION_TIME, AT(older_than_ms), TAKES_INDEX, "none", "TIME",
	"forget: what was first seen longer ago, as 90d"},
    {"documents", 0, OPTION_COUNT, AT(documents), TAKES_INDEX, "0", "N",
	"forget: so many documents, those that have been there the longest"},
    {"count", 0, OPTION_COUNT, AT(count), TAKES_INDEX, "20", "N",
	"top: so many paragraphs (default 20)"},
    {"csv", 0, OPTION_FLAG, AT(csv), TAKES_CLAIMS, NULL, NULL,
	"comma-separated values, with a line of titles"},
    {"sample", 0, OPTION_COUNT, AT(sample), TAKES_NEAR, "20", "N",
	"how many near drops are shown (default 20)"},
    {"log", 0, OPTION_CHOICE, AT(log), RUN_AND_STAGES, "text", "text|json", "the form of the log"},
    {"http", 0, OPTION_STRING, AT(http), RUN_AND_STAGES, NULL, "ADDR:PORT",
	"show /metrics, /healthz and /readyz there, as 127.0.0.1:9100; *:9100 is all addresses"},
    {"key", 0, OPTION_STRING, AT(key), RUN_AND_STAGES, NULL, "FILE",
	"the certificate of this process, NAME.key_secret, as `winnow keygen` makes it: over tcp "
	"only peers with listed keys are let in"},
    {"peers", 0, OPTION_STRING, AT(peers), RUN_AND_STAGES, NULL, "DIR",
	"the certificates NAME.key of those who may connect (default: the folder of --key)"},
    {"insecure", 0, OPTION_FLAG, AT(insecure), RUN_AND_STAGES, NULL, NULL,
	"without keys, bind also where others than this machine can connect"},
    {"stall-timeout", 0, OPTION_TIME, AT(stall_timeout_ms), RUN_AND_STAGES, "5m", "TIME",
	"/healthz fails when nothing moves for so long and no hold says why (default 5m)"},
    {"meter-fd", 0, OPTION_COUNT, AT(meter_fd), TAKES_STAGES, "0", "N",
	"keep the figures in this descriptor, for who started the stage"},
    {"times", 0, OPTION_FLAG, AT(times), RUN_AND_STAGES, NULL, NULL,
	"say at the end where the processor time went"},
};

enum { SPECS = sizeof(specs) / sizeof(specs[0]) };

size_t
settings_count(void)
{
	return SPECS;
}

static void
warn_of_unknown(const struct options *o)
{
	struct span names = buf_view(&o->unknown);

	for (size_t at = 0; at < names.n;) {
		size_t end = at;
		while (names.p[end] != '\n')
			end++;
		log_line(LOG_WARNING, "the environment has %.*s, which no option is called",
		    (int)(end - at), names.p + at);
		at = end + 1;
	}
}

const char *
settings_queue(const struct settings *s)
{
	for (size_t i = 0; i < s->n_sources; i++)
		if (uri_is(s->sources[i]))
			return s->sources[i];
	return NULL;
}

/* What is standard where the source is a queue, as if it had been given: the stages get it, too. */
static int
set_for_queue(struct settings *s, struct options *o)
{
	static const struct {
		const char *name, *value;
	} standards[] = {
	    {"same-document", "id"}, {"when-full", "forget-oldest"}, {"hold-timeout", "none"}};

	for (size_t i = 0; i < sizeof(standards) / sizeof(standards[0]); i++)
		TRY(options_presume(o, s, standards[i].name, standards[i].value));
	return 0;
}

int
settings_parse(struct settings *ret_settings, struct options *o, enum taker taker,
    const char *about, const char *args, int argc, char **argv)
{
	*ret_settings = (struct settings){0};
	*o = (struct options){
	    .specs = specs, .n_specs = SPECS, .taker = taker, .about = about, .args = args};
	TRY(options_parse(o, ret_settings, argc, argv));
	ret_settings->sources = o->rest;
	ret_settings->n_sources = o->n_rest;
	if ((taker & (TAKES_READ | TAKES_RUN)) != 0 && settings_queue(ret_settings) != NULL)
		TRY(set_for_queue(ret_settings, o));
	log_as_json(ret_settings->log == LOG_JSON);
	if (taker == TAKES_RUN)
		warn_of_unknown(o); /* once, not by each stage */
	return 0;
}

void
settings_done(struct options *o)
{
	options_done(o);
}

size_t
settings_forward(const struct options *o, enum taker taker, char **args, size_t n)
{
	for (size_t i = 0; i < o->n_specs; i++) {
		struct buf flag = {0};

		if (o->given[i] == NULL || (specs[i].takers & taker) == 0)
			continue;
		buf_print(&flag, "--%s", specs[i].name);
		if (specs[i].type != OPTION_FLAG)
			buf_print(&flag, "=%s", o->given[i]);
		args[n++] = mem_string(flag.p, flag.n);
		buf_done(&flag);
	}
	return n;
}

char *
settings_fingerprint(const struct options *o)
{
	struct buf b = {0};
	char *text;

	for (size_t i = 0; i < o->n_specs; i++) {
		if ((specs[i].takers & SHAPES) == 0 || options_text(o, i) == NULL)
			continue;
		buf_print(&b, "%s=", specs[i].name);
		secret_mask(&b, span_str(options_text(o, i))); /* it is stored */
		buf_byte(&b, '\n');
	}
	text = mem_string(b.p, b.n);
	buf_done(&b);
	return text;
}
