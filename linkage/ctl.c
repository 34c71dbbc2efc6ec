#include "linkage/ctl.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "linkage/policy/policy.h"
#include "linkage/say.h"

#define LINKD_SOCKET "/run/hangu/linkd.sock"
#define CHUNK 2000 /* addresses of one request */
#define UNREACHABLE 2

static FILE *
connect_to(const char *path)
{
	struct sockaddr_un where = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	FILE *f;

	if (fd < 0 || strlen(path) >= sizeof(where.sun_path))
		return NULL;
	memcpy(where.sun_path, path, strlen(path) + 1);
	if (connect(fd, (const struct sockaddr *)&where, sizeof(where)) < 0 ||
		(f = fdopen(fd, "r+")) == NULL) {
		close(fd);
		return NULL;
	}
	return f;
}

/* The message of an answer, which is the caller's; NULL: there was none, and the reason has been told. */
static json_t *
ask(FILE *f, const char *command, json_t *arguments)
{
	json_t *request = json_pack("{s:s, s:o}", "command", command, "arguments", arguments), *root,
	       *message = NULL;
	const char *said;

	json_dumpf(request, f, JSON_COMPACT);
	json_decref(request);
	fputc('\n', f);
	fflush(f);
	root = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL);
	said = json_string_value(json_object_get(root, "return"));
	if (said == NULL)
		hg_log(HG_LOG_ERROR, "the daemon gave no answer");
	else if (strcmp(said, "OK") != 0)
		hg_log(HG_LOG_ERROR, "%s", json_string_value(json_object_get(root, "message")));
	else
		message = json_incref(json_object_get(root, "message"));
	/* The end of the answer's line. */
	if (root != NULL)
		fgetc(f);
	json_decref(root);
	return message;
}

static const char *
text(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s == NULL ? "" : s;
}

static void
left_text(const json_t *lease, char *out, size_t size)
{
	const json_t *ttl = json_object_get(lease, "ttl");
	const long long n = json_integer_value(ttl);

	if (ttl == NULL)
		snprintf(out, size, "%s", hg_say("until deleted"));
	else if (n >= 86400)
		snprintf(out, size, "%lldd %lldh", n / 86400, n / 3600 % 24);
	else if (n >= 3600)
		snprintf(out, size, "%lldh %lldm", n / 3600, n / 60 % 60);
	else
		snprintf(out, size, "%lldm %llds", n / 60, n % 60);
}

static const unsigned columns[] = { 26, 14, 10, 22, 18 };

static void
print_row(const char *const cells[5], const char *last)
{
	for (size_t i = 0; i < HG_COUNT(columns); i++) {
		hg_say_padded(stdout, cells[i], columns[i] - 1);
		putchar(' ');
	}
	puts(last);
}

static void
print_head(void)
{
	const char *const head[] = { hg_say("address"), hg_say("time left"), hg_say("by"), hg_say("why"),
		hg_say("decision") };

	print_row(head, hg_say("targets"));
}

static void
print_ban(const json_t *ban)
{
	json_t *leases = json_object_get(ban, "leases"), *state;
	char targets[512] = "";
	const char *name;
	size_t used = 0;

	json_object_foreach(json_object_get(ban, "targets"), name, state)
	{
		if (used < sizeof(targets))
			used += (size_t)snprintf(targets + used, sizeof(targets) - used, "%s%s: %s",
				used == 0 ? "" : ", ", name, hg_say(json_string_value(state)));
	}
	for (size_t i = 0; i < json_array_size(leases); i++) {
		const json_t *l = json_array_get(leases, i);
		char left[64], why[64];
		const char *const cells[] = { text(ban, "address"), left, hg_say(text(l, "origin")), why,
			text(l, "id") };

		left_text(l, left, sizeof(left));
		snprintf(why, sizeof(why), "%s%s", text(l, "rule"), text(l, "comment"));
		if (json_object_get(l, "sid") != NULL)
			snprintf(why, sizeof(why), "%s (sid %lld)", text(l, "rule"),
				(long long)json_integer_value(json_object_get(l, "sid")));
		print_row(cells, targets);
	}
}

static int
list(FILE *f, const struct hg_options *o)
{
	long long offset = 0, total = 1;

	while (offset < total) {
		json_t *message = ask(f, "list", json_pack("{s:I}", "offset", (json_int_t)offset));
		const json_t *entries = json_object_get(message, "entries");
		const size_t n = json_array_size(entries);

		if (message == NULL)
			return 1;
		total = json_integer_value(json_object_get(message, "total"));
		if (offset == 0 && !o->json && total > 0)
			print_head();
		for (size_t i = 0; i < n; i++) {
			if (o->json) {
				json_dumpf(json_array_get(entries, i), stdout, JSON_COMPACT);
				putchar('\n');
			} else {
				print_ban(json_array_get(entries, i));
			}
		}
		offset += n == 0 ? total : (long long)n;
		json_decref(message);
	}
	if (!o->json)
		printf("%lld %s\n", total, hg_say("blocked"));
	return 0;
}

static void
print_refused(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *r = json_array_get(list, i);
		const char *detail = text(r, "detail");

		printf("%s: %s: %s%s%s\n", text(r, "address"), hg_say("refused"), hg_say(text(r, "text")),
			detail[0] == '\0' ? "" : ": ", hg_say(detail));
	}
}

/* Sends what has been gathered; false: something of it was refused or absent. */
static bool
change(FILE *f, const struct hg_options *o, json_t *addresses, uint32_t ttl, long long *done)
{
	const bool add = o->command[0] == 'a';
	json_t *arguments = json_pack("{s:o}", "addresses", addresses), *message;
	size_t not ;

	if (o->reason != NULL)
		json_object_set_new(arguments, "reason", json_string(o->reason));
	if (add && ttl != 0)
		json_object_set_new(arguments, "ttl", json_integer(ttl));
	if (add && o->wide)
		json_object_set_new(arguments, "wide", json_true());
	if (add && o->n_targets > 0) {
		json_t *targets = json_array();

		for (unsigned i = 0; i < o->n_targets; i++)
			json_array_append_new(targets, json_string(o->targets[i]));
		json_object_set_new(arguments, "targets", targets);
	}
	message = ask(f, o->command, arguments);
	not = json_array_size(json_object_get(message, add ? "refused" : "absent"));
	*done += json_integer_value(json_object_get(message, add ? "added" : "deleted"));
	if (o->json && message != NULL) {
		json_dumpf(message, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (add) {
		print_refused(json_object_get(message, "refused"));
	}
	json_decref(message);
	return message != NULL && not == 0;
}

static int
change_all(FILE *f, const struct hg_options *o)
{
	FILE *in = o->file == NULL ? NULL : strcmp(o->file, "-") == 0 ? stdin : fopen(o->file, "re");
	json_t *some = json_array();
	char line[256], word[64];
	long long done = 0;
	bool well = true;
	uint32_t ttl = 0;

	if ((o->file != NULL && in == NULL) ||
		(o->ttl != NULL && (!hg_policy_seconds(o->ttl, &ttl) || ttl == 0))) {
		hg_log(HG_LOG_ERROR,
			o->file != NULL && in == NULL ? "cannot open %s"
						      : "not a time such as 600, 10m, 36h or 7d: %s",
			o->file != NULL && in == NULL ? o->file : o->ttl);
		json_decref(some);
		return 1;
	}
	for (unsigned i = 0; i < o->n_words; i++)
		json_array_append_new(some, json_string(o->words[i]));
	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		if (sscanf(line, " %63[^ #\t\r\n]", word) != 1)
			continue;
		json_array_append_new(some, json_string(word));
		if (json_array_size(some) == CHUNK) {
			well &= change(f, o, some, ttl, &done);
			some = json_array();
		}
	}
	if (json_array_size(some) > 0 || (o->n_words == 0 && in == NULL))
		well &= change(f, o, some, ttl, &done);
	else
		json_decref(some);
	if (in != NULL && in != stdin)
		fclose(in);
	if (!o->json)
		printf("%lld %s\n", done, hg_say(o->command[0] == 'a' ? "blocked" : "no longer blocked"));
	return well ? 0 : 1;
}

static void
print_explained(const json_t *m)
{
	const json_t *bans = json_object_get(m, "bans"), *offences = json_object_get(m, "offences");
	const char *detail = text(m, "detail");

	printf("%s: %s\n", text(m, "address"), hg_say(json_array_size(bans) > 0 ? "blocked" : "not blocked"));
	if (json_array_size(bans) > 0)
		print_head();
	for (size_t i = 0; i < json_array_size(bans); i++)
		print_ban(json_array_get(bans, i));
	if (json_is_true(json_object_get(m, "may_be_blocked")))
		puts(hg_say("an alert with two-way traffic would have it blocked"));
	else
		printf("%s: %s%s%s\n", hg_say("no alert would have it blocked"), hg_say(text(m, "text")),
			detail[0] == '\0' ? "" : ": ", hg_say(detail));
	if (offences != NULL)
		printf("%s: %lld\n", hg_say("offences that are remembered"),
			(long long)json_integer_value(offences));
}

static int
explain(FILE *f, const struct hg_options *o)
{
	int status = o->n_words == 0;

	if (o->n_words == 0)
		hg_log(HG_LOG_ERROR, "explain wants an address");
	for (unsigned i = 0; i < o->n_words; i++) {
		json_t *m = ask(f, "explain", json_pack("{s:s}", "address", o->words[i]));

		if (m == NULL) {
			status = 1;
			continue;
		}
		if (o->json) {
			json_dumpf(m, stdout, JSON_COMPACT);
			putchar('\n');
		} else {
			print_explained(m);
		}
		json_decref(m);
	}
	return status;
}

/* Members of nested objects as lines: decisions.granted 12 */
static void
print_members(const char *prefix, json_t *o)
{
	const char *name;
	json_t *value;

	json_object_foreach(o, name, value)
	{
		char full[128];

		snprintf(full, sizeof(full), "%s%s%s", prefix, prefix[0] == '\0' ? "" : ".", name);
		if (json_is_object(value))
			print_members(full, value);
		else if (json_is_integer(value))
			printf("%-32s %lld\n", full, (long long)json_integer_value(value));
		else if (json_is_string(value))
			printf("%-32s %s\n", full, json_string_value(value));
		else if (json_is_boolean(value))
			printf("%-32s %s\n", full, json_is_true(value) ? "yes" : "no");
		for (size_t i = 0; i < json_array_size(value); i++) {
			snprintf(full, sizeof(full), "%s.%s", name, text(json_array_get(value, i), "name"));
			print_members(full, json_array_get(value, i));
		}
	}
}

static int
plain(FILE *f, const struct hg_options *o)
{
	json_t *m = ask(f, o->command, json_object());

	if (m == NULL)
		return 1;
	if (o->json) {
		json_dumpf(m, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
		putchar('\n');
	} else if (json_is_string(m)) {
		puts(hg_say(json_string_value(m)));
	} else {
		print_members("", m);
	}
	json_decref(m);
	return 0;
}

int
hg_ctl(const struct hg_options *o)
{
	static const struct {
		const char *name;
		int (*run)(FILE *f, const struct hg_options *o);
	} commands[] = { { "list", list }, { "add", change_all }, { "del", change_all },
		{ "explain", explain }, { "stats", plain }, { "panic-open", plain }, { "resume", plain } };
	const char *path = o->socket == NULL ? LINKD_SOCKET : o->socket;
	FILE *f = connect_to(path);
	int status = 1;

	if (f == NULL) {
		hg_log(HG_LOG_ERROR, "cannot reach hangu-linkd at %s: %s", path, strerror(errno));
		return UNREACHABLE;
	}
	for (size_t i = 0; i < HG_COUNT(commands); i++)
		if (strcmp(commands[i].name, o->command) == 0)
			status = commands[i].run(f, o);
	fclose(f);
	return status;
}
