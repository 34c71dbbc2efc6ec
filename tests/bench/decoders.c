/* What decoders cost a transaction, each alone and with warm caches: fed with the sessions of dataplane/app/<protocol>/examples.md, message by
 * message, from the first byte, by which the protocol is identified, to the end of the session. Neither packets nor TCP are in it, nor
 * rules and records.
 *
 * usage: decoders [ROUNDS] [--json]        sessions of each protocol are run through so many times, by default 200,000 / 100; the best of five is shown
 */
#include <stdlib.h>
#include <string.h>

#include "app_example.h"
#include "table.h"

#define SHARE 100
#define SESSIONS 128

/* A protocol's sessions. */
struct sessions {
	char protocol[EXAMPLE_NAME];
	struct drive *drive;
	struct example *examples;
	unsigned n;
};

/* All sessions once; how many transactions they have. */
static uint64_t
run_once(const struct sessions *s)
{
	uint64_t made = 0;

	for (unsigned i = 0; i < s->n; i++) {
		const struct example *e = &s->examples[i];

		made += drive_again(s->drive, &e->setup);
		for (unsigned k = 0; k < e->n; k++)
			drive_feed(s->drive, e->steps[k].dir, example_step(e, k));
		drive_finish(s->drive);
	}
	return made + drive_again(s->drive, &s->examples[0].setup);
}

static void
run(void *arg, unsigned rounds)
{
	while (rounds-- > 0)
		run_once(arg);
}

/* Those of the peer's answers are left out: they want another configuration. */
static bool
open_sessions(struct sessions *s, FILE *in)
{
	s->examples = calloc(SESSIONS, sizeof(*s->examples));
	while (s->examples != NULL && s->n < SESSIONS && example_next(in, &s->examples[s->n]))
		s->n += !s->examples[s->n].setup.suricata7;
	if (s->n == 0)
		return false;
	s->drive = drive_open(&s->examples[0].setup);
	drive_quiet(s->drive);
	return true;
}

static void
close_sessions(struct sessions *s)
{
	if (s->drive != NULL)
		drive_close(s->drive);
	free(s->examples);
}

static int
run_protocol(struct table *t, struct sessions *s, FILE *in)
{
	struct part p = { .what = s->protocol, .each = "transaction", .run = run, .arg = s, .share = SHARE };

	if (open_sessions(s, in))
		p.units = (double)run_once(s);
	if (p.units > 0)
		table_run(t, &p, 1);
	else
		fprintf(stderr, "decoders: no transaction in the examples of %s\n", s->protocol);
	close_sessions(s);
	return p.units > 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct sessions s = { 0 };
	struct table t;
	int failed = 0;

	if (!table_read(&t, argc, argv, false, "decoders [ROUNDS] [--json]"))
		return 2;
	table_head(&t);
	for (unsigned i = 0; !failed; i++) {
		FILE *in = example_open(i, s.protocol);

		if (in == NULL)
			break;
		failed = run_protocol(&t, &s, in);
		fclose(in);
		memset(&s, 0, sizeof(s));
	}
	return failed;
}
