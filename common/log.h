/*
 * log - one line an event on standard error, for people or as JSON.
 */
#ifndef WINNOW_LOG_H
#define WINNOW_LOG_H

#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO };

/* Say who speaks. `name` must live on. */
void log_open(const char *name);

/* Print each line as a JSON object from now on, or as text. */
void log_as_json(bool json);

/*
 * Print one line, of the first 2,047 bytes of the message; a line is one write, so that several
 * processes do not mix. What could steer a terminal (utf8_is_control) is a question mark, or as
 * JSON escaped where JSON has an escape; bytes that are no UTF-8 are U+FFFD. Passwords in URIs are
 * masked (common/secret.h).
 */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
