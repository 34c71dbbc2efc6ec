/* The control socket's messages, framed as they come, and what commands make of their arguments. */
#include "engine/control_int.h"
#include "engine/framing.h"
#include "engine/settings.h"
#include "fuzz.h"

static enum hg_control_added
add(void *arg, const struct hg_control_block *b, const char **why)
{
	(void)arg;
	(void)why;
	fuzz_require(b->match.family == 4 || b->match.family == 6, "family %u", b->match.family);
	fuzz_require(b->match.bits <= (b->match.family == 4 ? 32 : 128), "%u bits", b->match.bits);
	fuzz_require(b->match.proto == 0 || b->match.bits == 0, "%u bits of a tuple", b->match.bits);
	fuzz_require(b->id != NULL && b->reason != NULL, "a text is missing");
	return (enum hg_control_added)(b->match.a.b[3] % 3);
}

static bool
del(void *arg, const struct hg_control_block *b)
{
	(void)arg;
	return b->match.a.b[3] & 1;
}

static uint32_t
list(void *arg, const struct hg_control_page *page, void (*each)(void *to, const struct hg_control_block *b),
	void *to)
{
	const struct hg_control_block b = { .match = { .family = 4, .bits = 24 }, .id = "a", .reason = "" };

	(void)arg;
	fuzz_require(page->count <= 1000, "%u entries", page->count);
	each(to, &b);
	return page->from;
}

static void
stats(void *arg, struct hg_control_block_stats *s)
{
	(void)arg;
	*s = (struct hg_control_block_stats){ .entries = 1 };
}

static bool
set(void *arg, const char *name, struct hg_control_set *s)
{
	static const struct hg_set_config config = { .type = HG_SET_STRING, .memory = 1 << 20 };
	static struct hg_set *strings;

	(void)arg;
	if (strings == NULL && hg_set_open(&strings, &config, NULL) < 0)
		abort();
	*s = (struct hg_control_set){ strings, HG_SEC };
	return strcmp(name, "strings") == 0;
}

static void
obey(const json_t *order, struct hg_config *config)
{
	static const struct hg_control_ops ops = { .running_mode = "m",
		.capture_mode = "c",
		.block_add = add,
		.block_del = del,
		.block_list = list,
		.block_stats = stats,
		.set = set };
	const char *name = json_string_value(json_object_get(order, "command"));
	const json_t *arguments = json_object_get(order, "arguments");
	const struct hg_command *c;

	for (size_t i = 0; (c = hg_command_at(i)) != NULL; i++) {
		struct hg_call call = { .ops = &ops, .config = config, .arguments = arguments };

		if (name == NULL || strcmp(c->name, name) != 0 ||
			(arguments != NULL && !json_is_object(arguments)))
			continue;
		if (c->run(&call) < 0)
			fuzz_require(call.err.text[0] != '\0', "refused without a sentence");
		else
			fuzz_require(call.message != NULL, "no answer to %s", name);
		json_decref(call.message);
	}
}

static size_t
take(const uint8_t *data, size_t size, struct hg_config *config)
{
	struct hg_framing whole = { 0 }, parts = { 0 };
	const ssize_t n = hg_framing_find(&whole, hg_span(data, size));
	ssize_t again = 0;
	json_t *order;

	for (size_t len = 1; len <= size && again == 0; len++)
		again = hg_framing_find(&parts, hg_span(data, len));
	fuzz_require(n == again, "cut: %zd, whole: %zd", again, n);
	if (n <= 0)
		return 0;
	order = json_loadb((const char *)data, (size_t)n, 0, NULL);
	obey(order, config);
	json_decref(order);
	return (size_t)n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hg_config *config = NULL;
	size_t at = 0, n;

	if (size == 0)
		return 0;
	if (hg_settings_schema(&config) < 0)
		abort();
	while (at < size && (n = take(data + at, size - at, config)) > 0)
		at += n;
	hg_config_close(config);
	return 0;
}
