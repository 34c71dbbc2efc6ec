/* app_example: the examples of dataplane/app/<protocol>/examples.md, read one after the other.
 *
 * An example is a fenced block: "port N [udp] [peer] [logins]" (logins: are records, too; peer: compat: suricata7, where cuts count, so that each step is fed
 * whole), then lines `> "bytes"` of the client and `< "bytes"` of the server with C's
 * escapes \r \n \t \\ \" and \xHH, then "records" and the records, one a line.
 */
#ifndef HG_TESTS_APP_EXAMPLE_H
#define HG_TESTS_APP_EXAMPLE_H

#include <stdio.h>

#include "app_drive.h"

#define EXAMPLE_NAME 32
#define EXAMPLE_STEPS 64
#define EXAMPLE_BYTES (64 * 1024)

struct example {
	char title[128];
	struct drive_setup setup;
	struct {
		enum hg_dir dir;
		size_t from, len;
	} steps[EXAMPLE_STEPS];
	unsigned n;
	uint8_t bytes[EXAMPLE_BYTES];
	size_t used;
	char records[EXAMPLE_BYTES];
};

/* The examples of the i-th protocol that has some; NULL: there is none. */
FILE *example_open(unsigned i, char protocol[EXAMPLE_NAME]);
bool example_next(FILE *in, struct example *e); /* false: none is left */
struct hg_span example_step(const struct example *e, unsigned i);

#endif
