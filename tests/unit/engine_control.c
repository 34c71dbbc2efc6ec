#include "check.h"

#include "engine/control.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/socket.h"
#include "engine/settings.h"

/* A control socket and a client of it, in one thread. */
struct talk {
	struct hg_config *config;
	struct hg_control_ops ops;
	struct hg_control *control;
	char folder[32], path[64];
	int fd;
	char heard[64 << 10];
};

static void
begin(struct talk *t)
{
	memset(t, 0, sizeof(*t));
	snprintf(t->folder, sizeof(t->folder), "/tmp/hg-unit-XXXXXX");
	CU_ASSERT_FATAL(mkdtemp(t->folder) != NULL);
	snprintf(t->path, sizeof(t->path), "%s/c.sock", t->folder);
	CU_ASSERT_FATAL(hg_settings_schema(&t->config) == 0);
	t->ops = (struct hg_control_ops){ .running_mode = "workers", .capture_mode = "none" };
	CU_ASSERT_FATAL(hg_control_open(&t->control, t->path, 0600, &t->ops, t->config, NULL) == 0);
	CU_ASSERT_FATAL(hg_socket_connect(&t->fd, t->path, SOCK_STREAM, NULL) == 0);
}

static void
finish(struct talk *t)
{
	close(t->fd);
	hg_control_close(t->control);
	hg_config_close(t->config);
	rmdir(t->folder);
}

/* Until there is nothing more to do. */
static void
serve(struct talk *t)
{
	struct pollfd p = { .fd = hg_control_fd(t->control), .events = POLLIN };

	while (poll(&p, 1, 0) == 1)
		hg_control_serve(t->control);
}

static void
say(struct talk *t, const char *text, size_t len)
{
	(void)!send(t->fd, text, len, MSG_NOSIGNAL);
	serve(t);
}

/* What was answered since; "(closed)" behind it when that is so. */
static const char *
hear(struct talk *t)
{
	size_t len = 0;
	ssize_t n;

	while ((n = recv(t->fd, t->heard + len, sizeof(t->heard) - len - 16, MSG_DONTWAIT)) > 0)
		len += (size_t)n;
	snprintf(t->heard + len, 16, "%s", n == 0 ? "(closed)" : "");
	return t->heard;
}

#define HELLO "{\"version\": \"0.2\"}"
#define OK "{\"return\":\"OK\"}\n"
#define WORKERS "{\"return\":\"OK\",\"message\":\"workers\"}\n"
#define UNKNOWN "{\"return\":\"NOK\",\"message\":\"Unknown command\"}\n"

static const struct {
	const char *title, *said, *answer;
} rows[] = {
	{ "greeting of the first version", "{\"version\":\"0.1\"}", OK },
	{ "greeting and command at once", HELLO "{\"command\":\"running-mode\"}", OK WORKERS },
	{ "white space between", " \r\n\t" HELLO "\n\n{\"command\":\"running-mode\"}\n", OK WORKERS },
	{ "braces and quotes in a text", HELLO "{\"command\":\"}{\\\"\\\\\"}{\"command\":\"running-mode\"}",
		OK UNKNOWN WORKERS },
	{ "nested", HELLO "{\"command\":\"x\",\"arguments\":{\"a\":[{},[]]}}", OK UNKNOWN },
	{ "not yet whole", HELLO "{\"command\":\"running-mode\"", OK },
	{ "no command", HELLO "{}", OK "{\"return\":\"NOK\",\"message\":\"there is no \\\"command\\\"\"}\n" },
	{ "arguments that are none", HELLO "{\"command\":\"uptime\",\"arguments\":[1]}",
		OK "{\"return\":\"NOK\",\"message\":\"\\\"arguments\\\" must be an object\"}\n" },
	{ "brackets that do not fit", HELLO "{\"command\":]",
		OK "{\"return\":\"NOK\",\"message\":\"a message must be a JSON object\"}\n" },
	{ "an unknown version", "{\"version\":\"9\"}",
		"{\"return\":\"NOK\",\"message\":\"unknown version; this server speaks 0.1 and "
		"0.2\"}\n(closed)" },
	{ "no greeting", "{\"command\":\"uptime\"}",
		"{\"return\":\"NOK\",\"message\":\"the first message must be {\\\"version\\\": "
		"\\\"0.2\\\"}\"}\n(closed)" },
	{ "no JSON", "GET / HTTP/1.0", "(closed)" },
	{ "a bracket too many", HELLO "}", OK "(closed)" },
};

static void
test_control_frames_objects_whole_and_byte_by_byte(void)
{
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const size_t len = strlen(rows[i].said);

		for (size_t cut = 1; cut <= len; cut = cut < 4 ? cut + 1 : cut == len ? len + 1 : len) {
			struct talk t;

			begin(&t);
			for (size_t at = 0; at < len; at += cut)
				say(&t, rows[i].said + at, HG_MIN(cut, len - at));
			hg_check_str(rows[i].title, hear(&t), rows[i].answer);
			finish(&t);
		}
	}
}

static void
test_control_ends_a_message_without_end(void)
{
	static char much[64 << 10];
	struct talk t;
	unsigned sent = 0;

	begin(&t);
	memset(much, 'x', sizeof(much));
	say(&t, HELLO "{\"command\":\"", strlen(HELLO "{\"command\":\""));
	hg_check_str("greeted", hear(&t), OK);
	while (send(t.fd, much, sizeof(much), MSG_NOSIGNAL) > 0 && ++sent < 64)
		serve(&t);
	hg_check_bool("not before a megabyte", sent >= 15, true);
	hg_check_bool("soon after it", sent <= 18, true);
	finish(&t);
}

static void
test_control_keeps_a_place_for_who_speaks(void)
{
	struct talk t;
	int quiet[100];

	begin(&t);
	for (size_t i = 0; i < HG_COUNT(quiet); i++) {
		CU_ASSERT_FATAL(hg_socket_connect(&quiet[i], t.path, SOCK_STREAM, NULL) == 0);
		serve(&t);
		say(&t, i == 0 ? HELLO : "{\"command\":\"running-mode\"}",
			strlen(i == 0 ? HELLO : "{\"command\":\"running-mode\"}"));
		hg_check_str("still answered", hear(&t), i == 0 ? OK : WORKERS);
	}
	for (size_t i = 0; i < HG_COUNT(quiet); i++)
		close(quiet[i]);
	finish(&t);
}

HG_TESTS("engine_control", HG_TEST(test_control_frames_objects_whole_and_byte_by_byte),
	HG_TEST(test_control_ends_a_message_without_end), HG_TEST(test_control_keeps_a_place_for_who_speaks))
