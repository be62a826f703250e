/*
 * features - the numbers by which the model (trees.h) judges a sentence.
 *
 * Whole numbers of 16 bits, so that they are the same on every machine; shares are in
 * ten-thousandths, counts end at FEATURE_MOST. The list below is the only definition of each: the
 * model is trained on what this code prints (train/README.md).
 */
#ifndef WINNOW_FEATURES_H
#define WINNOW_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "proto/sentence.h"
#include "stages/summarize/survey.h"

enum { FEATURE_MOST = 32767 };

/*
 * Of a sentence in its document: name, and the part of the score that it speaks for. Those that
 * are the same for all sentences of a document tell how it is laid out; they count to what they
 * tell most about.
 */
#define FEATURES_ALONE(X)                                                               \
	X(order, POSITION)         /* sentences before it */                            \
	X(from_end, POSITION)      /* sentences behind it */                            \
	X(depth, POSITION)         /* share of the words before it */                   \
	X(paragraph, POSITION)     /* paragraphs before its own */                      \
	X(place, POSITION)         /* sentences before it in its paragraph */           \
	X(of, POSITION)            /* sentences of its paragraph */                     \
	X(sentences, POSITION)     /* of the document */                                \
	X(paragraphs, POSITION)    /* of the document */                                \
	X(per_paragraph, POSITION) /* sentences a paragraph, in hundredths */           \
	X(words, LENGTH)                                                                \
	X(words_of_mean, LENGTH) /* words against the mean of the document */           \
	X(mean_words, LENGTH)    /* of the document's sentences, in tenths */           \
	X(word_bytes, LENGTH)    /* bytes a word, in tenths */                          \
	X(topics, LENGTH)                                                               \
	X(topics_per_word, LENGTH)                                                      \
	X(document_words, LENGTH)                                                       \
	X(elides, LENGTH)      /* the language does: "l'eau" is counted as one word */  \
	X(central, CENTRALITY) /* see survey.h */                                       \
	X(central_of_most, CENTRALITY)                                                  \
	X(second_of_most, CENTRALITY)                                                   \
	X(shared, CENTRALITY)     /* earlier and later, a sentence of the document */   \
	X(earlier, CENTRALITY)    /* a topic */                                         \
	X(later, CENTRALITY)      /* a topic */                                         \
	X(top, CENTRALITY)        /* topics that are TOPIC_TOP */                       \
	X(like_first, CENTRALITY) /* share of its topics that the first sentence has */ \
	X(like_lead, CENTRALITY)  /* share of its topics that the first three have */   \
	X(fresh, CENTRALITY)      /* topics that stood nowhere before */                \
	X(fresh_share, CENTRALITY)                                                      \
	X(titled, TITLE)      /* topics of the title */                                 \
	X(of_title, TITLE)    /* share of the title's topics that it has */             \
	X(title_share, TITLE) /* share of its topics that the title has */              \
	X(names, FACTS)       /* topics that are names */                               \
	X(fresh_names, FACTS) /* those that stood nowhere before */                     \
	X(known_names, FACTS) /* sentences with its most frequent name, a sentence */   \
	X(capitals, FACTS)                                                              \
	X(numbers, FACTS)                                                               \
	X(quantities, FACTS) /* and shares and money */                                 \
	X(dates, FACTS)                                                                 \
	X(quotations, FACTS)                                                            \
	X(facts, FACTS)                                                                 \
	X(claim, FACTS) /* check-worthiness */                                          \
	X(question, STYLE)                                                              \
	X(open, STYLE)                                                                  \
	X(quoted, STYLE)      /* opens with a quotation mark */                         \
	X(pointing, STYLE)    /* opens with "he", "but" ... */                          \
	X(stops_share, STYLE) /* function words a word */                               \
	X(shouted, STYLE)                                                               \
	X(quotes, STYLE)                                                                \
	X(commas, STYLE)                                                                \
	X(marks, STYLE)                                                                 \
	X(says, STYLE)                                                                  \
	X(events, STYLE)                                                                \
	X(opinions, STYLE)                                                              \
	X(selves, STYLE)                                                                \
	X(leans, STYLE)

/* Of a sentence beside those that are chosen already. */
#define FEATURES_BESIDE(X)                                                       \
	X(alone)         /* its score without them */                            \
	X(alone_of_best) /* less that of the first that was chosen */            \
	X(chosen)        /* how many there are */                                \
	X(chosen_words)  /* together */                                          \
	X(likeness)      /* Dice's coefficient with the nearest */               \
	X(covered)       /* share of its topics that one of them has */          \
	X(uncovered)     /* topics that none of them has */                      \
	X(new_names)     /* names that none of them has */                       \
	X(gap)           /* sentences behind the last of them, or less than 0 */ \
	X(nearest)       /* sentences from the nearest of them */

#define FEATURE_ENUM(name, ...) FEATURE_##name,

enum feature { FEATURES_ALONE(FEATURE_ENUM) FEATURES_BESIDE(FEATURE_ENUM) FEATURE_COUNT };

enum { FEATURES_OF_ONE = FEATURE_alone }; /* so many are of the sentence in its document */

#undef FEATURE_ENUM

/* The part of the score that each feature of a sentence in its document speaks for. */
extern const uint8_t feature_parts[FEATURES_OF_ONE];

/* Their names, for training. */
extern const char *const feature_names[FEATURE_COUNT];

/*
 * The features of line i in its document, which is prose: feature f goes to ret[f * stride], for f
 * below FEATURES_OF_ONE. Cost: O(1 + its topics).
 */
void features_put(int16_t *ret, size_t stride, const struct survey *s, size_t i);

/* n in the range of a feature. */
static inline int16_t
feature_clamp(int64_t n)
{
	if (n > FEATURE_MOST)
		return FEATURE_MOST;
	return (int16_t)(n < -FEATURE_MOST ? -FEATURE_MOST : n);
}

#endif
