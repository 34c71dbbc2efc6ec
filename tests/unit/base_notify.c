#include "check.h"

#include "base/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"

static char folder[64], path[80];
static int manager = -1;

/* The manager's end, at a path or, with '@' in front, at an abstract name. */
static void
manage(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const size_t len = strlen(name);

	memcpy(a.sun_path, name, len);
	if (name[0] == '@')
		a.sun_path[0] = '\0';
	manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	CU_ASSERT_FATAL(bind(manager, (const struct sockaddr *)&a,
				(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == 0);
	setenv("NOTIFY_SOCKET", name, 1);
}

static void
begin(struct hg_notify *n)
{
	snprintf(folder, sizeof(folder), "/tmp/hg-notify-XXXXXX");
	CU_ASSERT_FATAL(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/notify", folder);
	manage(path);
	hg_notify_open(n);
}

static void
end(struct hg_notify *n)
{
	hg_notify_close(n);
	close(manager);
	unlink(path);
	rmdir(folder);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

/* The next message; "": there is none. */
static const char *
heard(void)
{
	static char text[2048];
	const ssize_t got = recv(manager, text, sizeof(text) - 1, 0);

	text[got < 0 ? 0 : got] = '\0';
	return text;
}

static void
test_notify_tells_each_state(void)
{
	unsigned long long usec = 0;
	struct hg_notify n;
	int at = 0;

	begin(&n);
	hg_notify_status(&n, "loading");
	hg_check_str("status", heard(), "STATUS=loading");
	hg_notify_ready(&n, "2 workers");
	hg_check_str("ready", heard(), "READY=1\nSTATUS=2 workers");
	hg_notify_reloading(&n);
	hg_check_bool("reloading, with the time",
		sscanf(heard(), "RELOADING=1\nMONOTONIC_USEC=%llu%n", &usec, &at) == 1 && at > 0 && usec > 0,
		true);
	hg_notify_stopping(&n);
	hg_check_str("stopping", heard(), "STOPPING=1");
	hg_check_str("nothing else", heard(), "");
	end(&n);
}

static void
test_notify_status_is_one_line(void)
{
	static char text[4096];
	struct hg_notify n;

	begin(&n);
	hg_notify_status(&n, "a\nMAINPID=1");
	hg_check_str("no second assignment", heard(), "STATUS=a MAINPID=1");
	memset(text, 'x', sizeof(text) - 1);
	hg_notify_ready(&n, text);
	hg_check_bool("a long one is cut", strlen(heard()) < 1024, true);
	end(&n);
}

static void
test_notify_finds_an_abstract_name(void)
{
	struct hg_notify n;
	char name[64];

	snprintf(name, sizeof(name), "@hg-notify-%d", getpid());
	manage(name);
	hg_notify_open(&n);
	hg_notify_stopping(&n);
	hg_check_str("heard", heard(), "STOPPING=1");
	end(&n);
}

static void
test_notify_tells_nobody_where_nobody_asks(void)
{
	static const char *const names[] = { "", "/", "relative", "@" };
	static char longest[200];
	struct hg_notify n;

	unsetenv("NOTIFY_SOCKET");
	hg_notify_open(&n);
	hg_check_bool("not set", n.fd < 0, true);
	hg_notify_ready(&n, "x");
	for (size_t i = 0; i < HG_COUNT(names); i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		hg_notify_open(&n);
		hg_check_bool(names[i], n.fd < 0, true);
	}
	memset(longest, '/', sizeof(longest) - 1);
	setenv("NOTIFY_SOCKET", longest, 1);
	hg_notify_open(&n);
	hg_check_bool("too long", n.fd < 0, true);
	setenv("NOTIFY_SOCKET", "/nobody/listens/here", 1);
	hg_notify_open(&n);
	hg_notify_ready(&n, "x");
	hg_notify_close(&n);
	unsetenv("NOTIFY_SOCKET");
}

static void
test_notify_lives_twice_a_time_out(void)
{
	struct hg_notify n;

	setenv("WATCHDOG_USEC", "4000000", 1);
	begin(&n);
	hg_notify_alive(&n, 100 * HG_SEC);
	hg_check_str("at once", heard(), "WATCHDOG=1");
	hg_notify_alive(&n, 102 * HG_SEC - 1);
	hg_check_str("not yet", heard(), "");
	hg_notify_alive(&n, 102 * HG_SEC);
	hg_check_str("half of it over", heard(), "WATCHDOG=1");
	end(&n);
}

static void
test_notify_lives_for_itself_only(void)
{
	struct hg_notify n;
	char pid[24];

	setenv("WATCHDOG_USEC", "4000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	begin(&n);
	hg_notify_alive(&n, HG_SEC);
	hg_check_str("another process is meant", heard(), "");
	end(&n);
	snprintf(pid, sizeof(pid), "%d", getpid());
	setenv("WATCHDOG_USEC", "4000000", 1);
	setenv("WATCHDOG_PID", pid, 1);
	begin(&n);
	hg_notify_alive(&n, HG_SEC);
	hg_check_str("this one is meant", heard(), "WATCHDOG=1");
	end(&n);
	begin(&n);
	hg_notify_alive(&n, HG_SEC);
	hg_check_str("none is asked for", heard(), "");
	end(&n);
}

/* A manager that reads nothing: signs of life are lost, not waited for; what it must know comes when it reads again. */
static void
test_notify_does_not_wait_for_a_full_socket(void)
{
	unsigned signs = 0;
	struct hg_notify n;

	setenv("WATCHDOG_USEC", "2", 1);
	begin(&n);
	for (uint64_t now = 1; now < 20000; now++)
		hg_notify_alive(&n, now * HG_SEC);
	while (strcmp(heard(), "WATCHDOG=1") == 0)
		signs++;
	hg_check_bool("some came, some were lost", signs > 0 && signs < 19999, true);
	hg_notify_stopping(&n);
	hg_check_str("read again", heard(), "STOPPING=1");
	end(&n);
}

HG_TESTS("base_notify", HG_TEST(test_notify_tells_each_state), HG_TEST(test_notify_status_is_one_line),
	HG_TEST(test_notify_finds_an_abstract_name), HG_TEST(test_notify_tells_nobody_where_nobody_asks),
	HG_TEST(test_notify_lives_twice_a_time_out), HG_TEST(test_notify_lives_for_itself_only),
	HG_TEST(test_notify_does_not_wait_for_a_full_socket))
