/* Rule texts through parser and compiler, databases left out of the cache. What loads is written, and loads again. */
#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "engine/load.h"

struct text {
	int fd;
	char path[64];
};

static struct text
open_text(const char *name)
{
	struct text t = { .fd = memfd_create(name, 0) };

	if (t.fd < 0)
		abort();
	snprintf(t.path, sizeof(t.path), "/proc/self/fd/%d", t.fd);
	return t;
}

static void
on_refused(void *arg, const struct hg_error *why, uint32_t sid)
{
	(void)sid;
	fuzz_require(why->text[0] != '\0' && why->line > 0, "refused without a sentence or a line");
	++*(uint32_t *)arg;
}

/* How many rules loaded. */
static uint32_t
compile(const struct hg_config *config, const struct hg_catalog *catalog, const char *from, const char *to,
	uint32_t *refused)
{
	struct hg_compile_config c = { .config = config,
		.catalog = catalog,
		.protos_enabled = UINT64_MAX,
		.refused = on_refused,
		.arg = refused,
		.write_loaded = to };
	struct hg_snapshot *rules = NULL;
	struct hg_error err = { 0 };
	uint32_t loaded = 0;

	*refused = 0;
	if (hg_compile(&rules, &from, 1, &c, &err) == 0)
		loaded = rules->n_loaded;
	else
		fuzz_require(err.text[0] != '\0', "an error without a sentence");
	hg_snapshot_close(rules);
	return loaded;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hg_app_catalog catalog;
	static struct hg_config *config;
	struct hg_options options = { .verb = HG_VERB_REPLAY };
	static struct hg_settings settings;
	struct text in = open_text("in"), out = open_text("out");
	uint32_t first, again, refused;
	struct hg_error err;

	if (config == NULL) {
		hg_app_catalog(&catalog);
		if (hg_load_config(&options, &config, &settings, &err) < 0)
			abort();
	}
	if (write(in.fd, data, size) != (ssize_t)size)
		abort();
	first = compile(config, &catalog.catalog, in.path, out.path, &refused);
	if (first > 0) {
		again = compile(config, &catalog.catalog, out.path, NULL, &refused);
		fuzz_require(first == again && refused == 0, "%u rules loaded, then %u, %u refused", first,
			again, refused);
	}
	close(in.fd);
	close(out.fd);
	return 0;
}
