/* The rows of dataplane/app/http/differences.h: the operators' page shows them, the code asks for each and for nothing else. */
#include <dirent.h>
#include <stdio.h>

#include "app/http/differences.h"
#include "check.h"

#define FOLDER HG_SOURCE_ROOT "/dataplane/app/http"
#define ROW(name, reason) { #name, "HG_HTTP_PEER_" #name, "| `" #name "` | " reason " |\n" },

static const struct {
	const char *name, *symbol, *line;
} rows[] = { HG_HTTP_DIFFERENCES(ROW) };

static const char *
text_of(const char *path)
{
	static char text[128 * 1024];
	FILE *in = fopen(path, "r");
	size_t n = in == NULL ? 0 : fread(text, 1, sizeof(text) - 1, in);

	if (in != NULL)
		fclose(in);
	text[n] = '\0';
	hg_check_bool(path, n > 0 && n < sizeof(text) - 1, true);
	return text;
}

static void
test_page_shows_the_rows_in_their_order(void)
{
	const char *page = text_of(HG_SOURCE_ROOT "/docs/protocols/http.md");
	const char *at = strstr(page, "\n## `compat: suricata7`\n");
	char shown[512];

	at = at == NULL ? NULL : strstr(at, "\n|---|---|\n");
	hg_check_bool("the page has the table", at != NULL, true);
	at = at == NULL ? "" : at + strlen("\n|---|---|\n");
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		size_t len = strcspn(at, "\n");

		snprintf(shown, sizeof(shown), "%.*s\n", (int)len, at);
		hg_check_str(rows[i].name, shown, rows[i].line);
		at += len + (at[len] == '\n');
	}
	hg_check_bool("and no other row", at[0] != '|', true);
}

static bool
is_source(const char *name)
{
	size_t n = strlen(name);

	return n > 2 && strcmp(name + n - 2, ".c") == 0;
}

static void
test_code_asks_for_each_row_and_never_for_the_setting(void)
{
	bool asked[HG_COUNT(rows)] = { false };
	DIR *folder = opendir(FOLDER);
	struct dirent *e;

	hg_check_bool("the sources are there", folder != NULL, true);
	while (folder != NULL && (e = readdir(folder)) != NULL) {
		char path[512];
		const char *text;

		if (!is_source(e->d_name))
			continue;
		snprintf(path, sizeof(path), FOLDER "/%s", e->d_name);
		text = text_of(path);
		hg_check_bool(path, strstr(text, "compat") == NULL, true);
		for (size_t i = 0; i < HG_COUNT(rows); i++)
			asked[i] |= strstr(text, rows[i].symbol) != NULL;
	}
	if (folder != NULL)
		closedir(folder);
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_bool(rows[i].name, asked[i], true);
}

HG_TESTS("http_differences", HG_TEST(test_page_shows_the_rows_in_their_order),
	HG_TEST(test_code_asks_for_each_row_and_never_for_the_setting))
