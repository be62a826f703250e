#include "stages/summarize/words.h"

#include "stages/summarize/vocabulary.h"

enum { FIRST_WORDS = 512, PROBES = 64 };

/* The slot of text or the free one where it belongs; n_slots if it finds no place. */
static inline size_t
find(const struct words *w, struct span text, uint32_t hash)
{
	size_t i = hash & (w->n_slots - 1);

	for (size_t probe = 0; probe < PROBES; probe++) {
		const struct word_slot *slot = &w->slots[i];
		if (slot->id == 0 ||
		    (slot->hash == hash && lexicon_same(w->word[slot->id - 1].text, text)))
			return i;
		i = (i + 1) & (w->n_slots - 1);
	}
	return w->n_slots;
}

static void
resize(struct words *w, size_t cap)
{
	struct word *word = arena_alloc(w->arena, cap * sizeof(*word));

	if (w->n > 0)
		memcpy(word, w->word, w->n * sizeof(*word));
	w->word = word;
	w->cap = cap;
	w->n_slots = 2 * cap;
	w->slots = arena_zero(w->arena, w->n_slots, sizeof(*w->slots));
	for (size_t i = 0; i < w->n; i++) {
		uint32_t hash = word[i].key;
		size_t slot = find(w, word[i].text, hash);
		if (slot < w->n_slots)
			w->slots[slot] = (struct word_slot){hash, (uint32_t)i + 1};
	}
}

void
words_init(struct words *w, struct arena *a, const struct lexicon *l)
{
	*w = (struct words){.lexicon = l, .arena = a};
	resize(w, FIRST_WORDS);
	words_id(w, SPAN(""));
}

/* Whether a final s can be that of a plural. */
static bool
may_be_plural(const char *p, size_t n)
{
	if (n < 4 || p[n - 1] != 's')
		return false;
	return p[n - 2] != 's' && p[n - 2] != 'u' && p[n - 2] != 'i' && p[n - 2] != '\'';
}

size_t
words_singular(char *p, const char *word, size_t n)
{
	if (n > 0)
		memcpy(p, word, n);
	if (!may_be_plural(word, n))
		return n;
	if (n > 4 && memcmp(word + n - 3, "ies", 3) == 0) {
		p[n - 3] = 'y';
		return n - 2;
	}
	if (n > 4 && word[n - 2] == 'e' &&
	    (word[n - 3] == 'x' || memcmp(word + n - 4, "ss", 2) == 0 ||
		memcmp(word + n - 4, "sh", 2) == 0 || memcmp(word + n - 4, "ch", 2) == 0))
		return n - 2;
	return n - 1;
}

/* Add a word that is not there, with itself as its topic; 0 if it finds no place. */
static uint32_t
add(struct words *w, struct span text, uint32_t hash, size_t slot, const struct lexeme *lex)
{
	if (w->n == w->cap) {
		resize(w, 2 * w->cap);
		slot = find(w, text, hash);
	}
	if (slot == w->n_slots)
		return 0;
	w->word[w->n] = (struct word){
	    .lex = lex, .text = arena_copy(w->arena, text), .key = hash, .topic = (uint32_t)w->n};
	w->slots[slot] = (struct word_slot){hash, (uint32_t)w->n + 1};
	return (uint32_t)w->n++;
}

/* The topic of a word's stem: that stem, if it is new. */
static uint32_t
topic_of(struct words *w, const struct known *x)
{
	size_t slot = find(w, x->stem, x->stem_key);

	if (slot < w->n_slots && w->slots[slot].id != 0)
		return w->word[w->slots[slot].id - 1].topic;
	return add(w, x->stem, x->stem_key, slot, x->stem_lex);
}

/* The singular of a new word that looks like a plural, where the language makes them with "s". */
static void
set_singular(struct words *w, struct word *word)
{
	char single[WORD_BYTES];
	size_t n;

	if (!may_be_plural(word->text.p, word->text.n) || (word->lex->classes & LEX_STOP) != 0 ||
	    (lexicon_writes(w->lexicon) & LANGUAGE_PLURAL_S) == 0)
		return;
	n = words_singular(single, word->text.p, word->text.n);
	word->singular = arena_copy(w->arena, span_of(single, n));
}

void
words_expect(const struct words *w, uint32_t hash)
{
	vocabulary_expect(lexicon_vocabulary(w->lexicon), hash);
}

uint32_t
words_id(struct words *w, struct span text)
{
	return words_id_of(w, text, lexicon_hash(text));
}

uint32_t
words_id_of(struct words *w, struct span text, uint32_t hash)
{
	uint32_t id, topic;
	size_t slot = find(w, text, hash);
	struct known known;

	if (slot < w->n_slots && w->slots[slot].id != 0)
		return w->slots[slot].id - 1;
	known = vocabulary_find(lexicon_vocabulary(w->lexicon), text, hash);
	id = add(w, text, hash, slot, known.lex);
	if (id == 0)
		return 0;
	set_singular(w, &w->word[id]);
	if (known.stem_key != hash || !lexicon_same(known.stem, text)) {
		topic = topic_of(w, &known);
		w->word[id].topic = topic;
	}
	return id;
}
