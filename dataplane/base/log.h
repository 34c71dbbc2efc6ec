/* log: the operator's log on standard error. Few lines, each a sentence with a next step; never per packet. Where standard error
 * is systemd's journal ($JOURNAL_STREAM) each line has its priority there. */
#ifndef HG_BASE_LOG_H
#define HG_BASE_LOG_H

#include "base/error.h"

enum hg_log_level { HG_LOG_ERROR, HG_LOG_WARNING, HG_LOG_NOTICE, HG_LOG_INFO, HG_LOG_DEBUG };

void hg_log_level(enum hg_log_level most); /* prints up to this one; default: notice */
void hg_log(enum hg_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
void hg_log_error(enum hg_log_level level, const struct hg_error *err); /* with its place in front */

/* A finding in a file that somebody looks through: at any level, and without a level's name. */
void hg_log_finding(enum hg_log_level level, const char *text);

#endif
