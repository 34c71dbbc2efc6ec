#include "app_example.h"

#include <glob.h>
#include <stdlib.h>

#define FOLDERS HG_SOURCE_ROOT "/dataplane/app/"

static size_t
unescape(const char *from, uint8_t *to)
{
	size_t n = 0;

	for (; *from != '"' && *from != '\0'; from++) {
		if (*from != '\\') {
			to[n++] = (uint8_t)*from;
			continue;
		}
		switch (*++from) {
		case 'r':
			to[n++] = '\r';
			break;
		case 'n':
			to[n++] = '\n';
			break;
		case 't':
			to[n++] = '\t';
			break;
		case 'x': {
			char hex[3] = { from[1], from[2], '\0' };

			to[n++] = (uint8_t)strtoul(hex, NULL, 16);
			from += 2;
			break;
		}
		default:
			to[n++] = (uint8_t)*from;
		}
	}
	return n;
}

static void
add_step(struct example *e, const char *line)
{
	const char *quote = strchr(line, '"');

	if (quote == NULL || e->n == EXAMPLE_STEPS)
		return;
	e->steps[e->n].dir = line[0] == '>' ? HG_TO_SERVER : HG_TO_CLIENT;
	e->steps[e->n].from = e->used;
	e->steps[e->n].len = unescape(quote + 1, e->bytes + e->used);
	e->used += e->steps[e->n].len;
	e->n++;
}

bool
example_next(FILE *in, struct example *e)
{
	char line[8192];
	bool inside = false, records = false;

	memset(e, 0, sizeof(*e));
	while (fgets(line, sizeof(line), in) != NULL) {
		if (strncmp(line, "## ", 3) == 0)
			snprintf(e->title, sizeof(e->title), "%.*s", (int)strcspn(line + 3, "\n"), line + 3);
		else if (strncmp(line, "```", 3) == 0 && inside)
			return true;
		else if (strncmp(line, "```", 3) == 0)
			inside = true;
		else if (!inside)
			continue;
		else if (records)
			snprintf(e->records + strlen(e->records), sizeof(e->records) - strlen(e->records),
				"%s", line);
		else if (strncmp(line, "port ", 5) == 0) {
			e->setup.port = (uint16_t)strtoul(line + 5, NULL, 10);
			e->setup.udp = strstr(line, "udp") != NULL;
			e->setup.suricata7 = strstr(line, "peer") != NULL;
			e->setup.logins = strstr(line, "logins") != NULL;
		} else if (strcmp(line, "records\n") == 0)
			records = true;
		else
			add_step(e, line);
	}
	return false;
}

struct hg_span
example_step(const struct example *e, unsigned i)
{
	return hg_span(e->bytes + e->steps[i].from, e->steps[i].len);
}

FILE *
example_open(unsigned i, char protocol[EXAMPLE_NAME])
{
	glob_t files;
	FILE *in = NULL;

	if (glob(FOLDERS "*/examples.md", 0, NULL, &files) != 0)
		return NULL;
	if (i < files.gl_pathc) {
		const char *name = files.gl_pathv[i] + sizeof(FOLDERS) - 1;

		snprintf(protocol, EXAMPLE_NAME, "%.*s", (int)strcspn(name, "/"), name);
		in = fopen(files.gl_pathv[i], "r");
	}
	globfree(&files);
	return in;
}
