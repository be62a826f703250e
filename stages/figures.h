/*
 * figures - the numbers of meters as OpenMetrics text, for Prometheus and its like.
 *
 * Source: OpenMetrics 1.0, https://github.com/prometheus/OpenMetrics/blob/main/specification/
 */
#ifndef WINNOW_FIGURES_H
#define WINNOW_FIGURES_H

#include "stages/health.h"

#define FIGURES_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

/*
 * Append all figures of these processes. Of several of one stage the sum, so that there are as many
 * lines for any number of workers.
 */
void figures_print(struct buf *out, const struct health *h);

#endif
