/* diagnose: findings in rules and configuration as JSON lines, for editors and other tools: `hangu check --json`.
 *
 * A line is one object with the members of a Diagnostic of the Language Server Protocol (range from 0, characters in UTF-16,
 * severity, code, source, message, data) and the file it belongs to; docs/schema/tools/diagnostic.json says all of it.
 */
#ifndef HG_ENGINE_DIAGNOSE_H
#define HG_ENGINE_DIAGNOSE_H

#include <stdio.h>

#include "base/error.h"

/* Of LSP. */
enum hg_severity { HG_SEVERITY_ERROR = 1, HG_SEVERITY_WARNING = 2, HG_SEVERITY_INFORMATION = 3 };

/* sid 0: of no rule, or of none that is known. */
void hg_diagnose(FILE *out, const struct hg_error *err, enum hg_severity severity, uint32_t sid);

#endif
