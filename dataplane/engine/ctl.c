#include "engine/ctl.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

#include "base/log.h"
#include "base/socket.h"
#include "base/thread.h"
#include "engine/control_int.h"
#include "engine/say.h"

enum { DONE = 0, REFUSED = 1, NOBODY = 2 };

#define WAIT_MS 600000 /* for an answer: rules may take long to load */
#define ANSWER_MOST ((size_t)64 << 20)
#define NAME_COLUMNS 28

/* What a word without '=' is the value of. */
static const struct {
	const char *command, *argument;
} positions[] = { { "conf-get", "variable" }, { "iface-stat", "iface" }, { "block-add", "address" },
	{ "block-del", "address" }, { "worker-restart", "worker" }, { "dataset-clear", "setname" } };

static const char *const numbers[] = { "worker", "ttl", "vlan", "vni", "src_port", "dest_port", "from",
	"offset", "count", "score", "limit" };

static bool
is_number(const char *name, const char *value, json_int_t *number)
{
	char *end;

	for (size_t i = 0; i < HG_COUNT(numbers); i++) {
		if (strcmp(numbers[i], name) != 0)
			continue;
		*number = strtoll(value, &end, 10);
		return end != value && *end == '\0';
	}
	return false;
}

static int
add_argument(json_t *arguments, const char *command, const char *word, struct hg_error *err)
{
	const char *equals = strchr(word, '='), *value = equals == NULL ? word : equals + 1;
	char name[64] = "";
	json_int_t number;

	if (equals != NULL)
		snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);
	for (size_t i = 0; equals == NULL && i < HG_COUNT(positions); i++)
		if (strcmp(positions[i].command, command) == 0)
			snprintf(name, sizeof(name), "%s", positions[i].argument);
	if (name[0] == '\0')
		return hg_error_set(
			err, -EINVAL, "'%s' is no argument of %s; write it as NAME=VALUE", word, command);
	json_object_set_new(
		arguments, name, is_number(name, value, &number) ? json_integer(number) : json_string(value));
	return 0;
}

static json_t *
make_order(const struct hg_options *o, struct hg_error *err)
{
	json_t *arguments = json_object(), *order;
	int r = 0;

	for (unsigned i = 1; i < o->n_captures && r == 0; i++)
		r = add_argument(arguments, o->captures[0], o->captures[i], err);
	if (r < 0) {
		json_decref(arguments);
		return NULL;
	}
	order = json_pack("{s:s}", "command", o->captures[0]);
	if (json_object_size(arguments) > 0)
		json_object_set(order, "arguments", arguments);
	json_decref(arguments);
	return order;
}

static int
send_all(int fd, const char *text, size_t len, struct hg_error *err)
{
	const uint64_t deadline = hg_thread_now() + (uint64_t)WAIT_MS * 1000000u;
	size_t sent = 0;

	while (sent < len) {
		const ssize_t n =
			hg_socket_send(fd, hg_span(text + sent, len - sent), hg_thread_left(deadline));

		if (n < 0 || (n == 0 && hg_thread_left(deadline) == 0))
			return hg_error_set(err, -EPIPE, "the engine does not read");
		sent += (size_t)n;
	}
	return 0;
}

/* A line, with room behind it; the caller frees it. */
static char *
read_line(int fd, struct hg_error *err)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t len = 0, size = 0;
	char *line = NULL;
	ssize_t n = 1;

	while (len == 0 || line[len - 1] != '\n') {
		if (size - len < 4096) {
			char *more = size > ANSWER_MOST ? NULL : realloc(line, 2 * size + 8192);

			if (more == NULL)
				break;
			line = more;
			size = 2 * size + 8192;
		}
		if (poll(&p, 1, WAIT_MS) != 1 || (n = read(fd, line + len, size - len - 1)) <= 0)
			break;
		len += (size_t)n;
	}
	if (len > 0 && line[len - 1] == '\n') {
		line[len] = '\0';
		return line;
	}
	free(line);
	hg_error_set(err, -EIO, "the engine does not answer");
	return NULL;
}

/* One message and its answer; NULL: err says why. */
static json_t *
ask(int fd, const json_t *message, struct hg_error *err)
{
	char *text = json_dumps(message, JSON_COMPACT), *line = NULL;
	json_t *answer = NULL;

	if (text == NULL)
		return NULL;
	if (send_all(fd, text, strlen(text), err) == 0)
		line = read_line(fd, err);
	free(text);
	if (line == NULL)
		return NULL;
	answer = json_loads(line, 0, NULL);
	free(line);
	if (!json_is_object(answer)) {
		hg_error_set(err, -EPROTO, "the answer is not understood");
		json_decref(answer);
		return NULL;
	}
	return answer;
}

/* The text may be an attacker's: no control character reaches the terminal. */
static void
print_text(const char *text)
{
	for (; *text != '\0'; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
}

static void
print_scalar(const json_t *v)
{
	if (json_is_string(v))
		print_text(json_string_value(v));
	else if (json_is_null(v))
		fputs("-", stdout);
	else
		json_dumpf(v, stdout, JSON_ENCODE_ANY);
}

static bool
is_scalar(const json_t *v)
{
	return !json_is_object(v) && !json_is_array(v);
}

/* An object as "name=value name=value". */
static void
print_row(const json_t *o)
{
	const char *name, *gap = "";
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)o, name, v)
	{
		printf("%s%s=", gap, name);
		if (is_scalar(v))
			print_scalar(v);
		else
			json_dumpf(v, stdout, JSON_COMPACT);
		gap = "  ";
	}
}

static void
print_list(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);

		if (json_is_object(v))
			print_row(v);
		else if (is_scalar(v))
			print_scalar(v);
		else
			json_dumpf(v, stdout, JSON_COMPACT);
		putchar('\n');
	}
}

#define DEPTH_MOST 16

/* An object a line a value, names of nested ones with dots. */
static void
print_object(const json_t *whole)
{
	struct {
		json_t *object;
		void *at;
		size_t name; /* length of what stands in front */
	} stack[DEPTH_MOST] = { { json_incref((json_t *)(uintptr_t)whole), NULL, 0 } };
	char name[512] = "";
	unsigned depth = 1;

	stack[0].at = json_object_iter(stack[0].object);
	while (depth > 0) {
		const unsigned i = depth - 1;
		void *at = stack[i].at;
		json_t *v;

		if (at == NULL) {
			depth--;
			continue;
		}
		stack[i].at = json_object_iter_next(stack[i].object, at);
		v = json_object_iter_value(at);
		snprintf(name + stack[i].name, sizeof(name) - stack[i].name, "%s%s",
			stack[i].name == 0 ? "" : ".", json_object_iter_key(at));
		if (json_is_object(v) && depth < DEPTH_MOST) {
			stack[depth].object = v;
			stack[depth].at = json_object_iter(v);
			stack[depth].name = strlen(name);
			depth++;
		} else if (json_is_array(v)) {
			printf("%s: %zu\n", name, json_array_size(v));
			print_list(v);
		} else {
			hg_say_padded(stdout, name, NAME_COLUMNS);
			putchar(' ');
			print_scalar(v);
			putchar('\n');
		}
	}
	json_decref(stack[0].object);
}

static void
print_message(const json_t *message)
{
	if (json_is_object(message)) {
		print_object(message);
	} else if (json_is_array(message)) {
		print_list(message);
	} else if (message != NULL) {
		print_scalar(message);
		putchar('\n');
	}
}

static bool
is_good(const json_t *answer)
{
	const char *result = json_string_value(json_object_get(answer, "return"));

	return result != NULL && strcmp(result, "OK") == 0;
}

static int
show(const struct hg_options *o, const json_t *answer)
{
	const bool good = is_good(answer);
	const json_t *message = json_object_get(answer, "message");

	if (o->json) {
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (good) {
		print_message(message);
	} else {
		hg_log(HG_LOG_ERROR, "%s: %s", o->captures[0],
			json_is_string(message) ? json_string_value(message) : "refused");
	}
	return good ? DONE : REFUSED;
}

/* Greets, orders; NULL: err says why. */
static json_t *
talk(int fd, const json_t *order, struct hg_error *err)
{
	json_t *hello = json_pack("{s:s}", "version", "0.2"), *answer = ask(fd, hello, err);

	json_decref(hello);
	if (answer == NULL)
		return NULL;
	json_decref(answer);
	return ask(fd, order, err);
}

/* A list comes in pages; who does not say how long one is to be gets them all. */
static bool
comes_in_pages(const struct hg_options *o, const json_t *order, const json_t *answer)
{
	return !o->json && is_good(answer) && strcmp(o->captures[0], "block-list") == 0 &&
		json_object_get(json_object_get(order, "arguments"), "count") == NULL;
}

/* The page where the one of `answer` ends; NULL: it was the last, or err says why. */
static json_t *
turn(int fd, const json_t *order, const json_t *answer, struct hg_error *err)
{
	json_t *next = json_object_get(json_object_get(answer, "message"), "next"), *page;

	if (next == NULL)
		return NULL;
	page = json_pack(
		"{s:O, s:{s:O}}", "command", json_object_get(order, "command"), "arguments", "from", next);
	answer = ask(fd, page, err);
	json_decref(page);
	return (json_t *)(uintptr_t)answer;
}

/* What is said of the whole comes first, then all entries, a page after the other. */
static int
show_pages(const struct hg_options *o, int fd, const json_t *order, const json_t *first, struct hg_error *err)
{
	const json_t *message = json_object_get(first, "message");
	json_t *whole = json_copy((json_t *)(uintptr_t)message), *answer, *before = NULL;

	json_object_del(whole, "entries");
	json_object_del(whole, "next");
	print_message(whole);
	json_decref(whole);
	print_list(json_object_get(message, "entries"));
	while ((answer = turn(fd, order, before == NULL ? first : before, err)) != NULL) {
		json_decref(before);
		before = answer;
		if (!is_good(answer))
			break;
		print_list(json_object_get(json_object_get(answer, "message"), "entries"));
	}
	if (answer != NULL)
		show(o, answer);
	json_decref(before);
	return answer != NULL ? REFUSED : err->text[0] != '\0' ? NOBODY : DONE;
}

int
hg_ctl(const struct hg_options *o)
{
	struct hg_error err = { 0 };
	json_t *order = make_order(o, &err), *answer = NULL;
	int fd = -1, status = REFUSED;

	if (order != NULL) {
		status = NOBODY;
		if (hg_socket_connect(&fd, o->socket, SOCK_STREAM, &err) == 0)
			answer = talk(fd, order, &err);
	}
	if (answer != NULL && comes_in_pages(o, order, answer))
		status = show_pages(o, fd, order, answer, &err);
	else if (answer != NULL)
		status = show(o, answer);
	if (err.text[0] != '\0')
		hg_log_error(HG_LOG_ERROR, &err);
	if (fd >= 0)
		close(fd);
	json_decref(answer);
	json_decref(order);
	return status;
}

void
hg_ctl_list(FILE *out)
{
	const struct hg_command *c;

	for (size_t i = 0; (c = hg_command_at(i)) != NULL; i++) {
		fputs("  ", out);
		hg_say_padded(out, c->name, NAME_COLUMNS);
		fprintf(out, "%s\n", hg_say(c->doc));
		if (c->arguments[0] != '\0')
			fprintf(out, "  %*s%s\n", NAME_COLUMNS, "", c->arguments);
	}
}
