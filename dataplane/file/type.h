/* type: what a file is by its first bytes, as libmagic says it.
 *
 * One a thread, made at start or where rules are loaded. Asking takes a little of the heap, which libmagic gives no way
 * round (ADR 0020): it is done once a file, and only when a rule or the configuration wants types.
 */
#ifndef HG_FILE_TYPE_H
#define HG_FILE_TYPE_H

#include "base/error.h"
#include "base/span.h"

#define HG_TYPE_LEAST 512               /* bytes before which only a whole file is asked about */
#define HG_TYPE_MOST ((size_t)16 << 10) /* bytes that are looked at: what it costs grows with them */

#define HG_TYPE_HEAD ((size_t)4 << 10) /* … natively: always so many, if there are */

struct hg_typer;

/* data: libmagic's compiled file; NULL: the system's. */
int hg_typer_open(struct hg_typer **ret, const char *data, struct hg_error *err);
void hg_typer_close(struct hg_typer *t);                              /* t may be NULL */
struct hg_span hg_typer_ask(struct hg_typer *t, struct hg_span head); /* lives until the next one */

#endif
