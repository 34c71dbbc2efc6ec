#include "app/telnet/command.h"

const char *const hg_telnet_dangers[HG_TELNET_DANGERS] = {
	[HG_DANGER_DOWNLOAD] = "download",
	[HG_DANGER_EXECUTE] = "execute",
	[HG_DANGER_REVERSE_SHELL] = "reverse_shell",
	[HG_DANGER_DESTROY] = "destroy",
	[HG_DANGER_RESTART] = "restart",
	[HG_DANGER_ACCOUNT] = "account",
	[HG_DANGER_PERSIST] = "persist",
	[HG_DANGER_CREDENTIALS] = "credentials",
	[HG_DANGER_HIDE] = "hide",
	[HG_DANGER_FIREWALL] = "firewall",
	[HG_DANGER_CONFIGURE] = "configure",
	[HG_DANGER_PROBE] = "probe",
};

/* A word of the program's name, which stands where a command begins; the rest must be found behind it, in order. Text alone
 * (no program) may stand anywhere. */
static const struct {
	uint8_t danger;
	const char *program, *rest;
} rows[] = {
	{ HG_DANGER_DOWNLOAD, "wget", NULL },
	{ HG_DANGER_DOWNLOAD, "curl", NULL },
	{ HG_DANGER_DOWNLOAD, "tftp", NULL },
	{ HG_DANGER_DOWNLOAD, "ftpget", NULL },
	{ HG_DANGER_DOWNLOAD, "rz", NULL },
	{ HG_DANGER_DOWNLOAD, "copy", "tftp:" },
	{ HG_DANGER_DOWNLOAD, "copy", "ftp:" },
	{ HG_DANGER_EXECUTE, NULL, "|sh" },
	{ HG_DANGER_EXECUTE, NULL, "| sh" },
	{ HG_DANGER_EXECUTE, NULL, "|bash" },
	{ HG_DANGER_EXECUTE, NULL, "| bash" },
	{ HG_DANGER_EXECUTE, "chmod", "+x" },
	{ HG_DANGER_EXECUTE, "chmod", "777" },
	{ HG_DANGER_EXECUTE, NULL, "base64 -d" },
	{ HG_DANGER_REVERSE_SHELL, NULL, "/dev/tcp/" },
	{ HG_DANGER_REVERSE_SHELL, NULL, "/dev/udp/" },
	{ HG_DANGER_REVERSE_SHELL, "nc", "-e" },
	{ HG_DANGER_REVERSE_SHELL, "ncat", "-e" },
	{ HG_DANGER_REVERSE_SHELL, "socat", "exec" },
	{ HG_DANGER_REVERSE_SHELL, "mkfifo", "nc" },
	{ HG_DANGER_DESTROY, "mkfs", NULL },
	{ HG_DANGER_DESTROY, "dd", "of=/dev/" },
	{ HG_DANGER_DESTROY, "shred", NULL },
	{ HG_DANGER_DESTROY, "fdisk", NULL },
	{ HG_DANGER_DESTROY, "erase", NULL },
	{ HG_DANGER_DESTROY, "write", "erase" },
	{ HG_DANGER_DESTROY, "format", NULL },
	{ HG_DANGER_DESTROY, "delete", NULL },
	{ HG_DANGER_DESTROY, "reset", "saved-configuration" },
	{ HG_DANGER_DESTROY, "restore", "factory" },
	{ HG_DANGER_DESTROY, "virsh", "destroy" },
	{ HG_DANGER_DESTROY, "virsh", "undefine" },
	{ HG_DANGER_RESTART, "reboot", NULL },
	{ HG_DANGER_RESTART, "reload", NULL },
	{ HG_DANGER_RESTART, "shutdown", NULL },
	{ HG_DANGER_RESTART, "poweroff", NULL },
	{ HG_DANGER_RESTART, "halt", NULL },
	{ HG_DANGER_RESTART, "init", " 0" },
	{ HG_DANGER_RESTART, "init", " 6" },
	{ HG_DANGER_RESTART, "virsh", "reboot" },
	{ HG_DANGER_ACCOUNT, "useradd", NULL },
	{ HG_DANGER_ACCOUNT, "adduser", NULL },
	{ HG_DANGER_ACCOUNT, "userdel", NULL },
	{ HG_DANGER_ACCOUNT, "usermod", NULL },
	{ HG_DANGER_ACCOUNT, "passwd", NULL },
	{ HG_DANGER_ACCOUNT, "chpasswd", NULL },
	{ HG_DANGER_ACCOUNT, "local-user", NULL },
	{ HG_DANGER_ACCOUNT, "username", NULL },
	{ HG_DANGER_ACCOUNT, "net", " user" },
	{ HG_DANGER_ACCOUNT, "net", "localgroup" },
	{ HG_DANGER_ACCOUNT, "visudo", NULL },
	{ HG_DANGER_PERSIST, "crontab", "-e" },
	{ HG_DANGER_PERSIST, NULL, "authorized_keys" },
	{ HG_DANGER_PERSIST, NULL, "ld.so.preload" },
	{ HG_DANGER_PERSIST, NULL, ">/etc/" },
	{ HG_DANGER_PERSIST, NULL, "> /etc/" },
	{ HG_DANGER_PERSIST, "chmod", "+s" },
	{ HG_DANGER_PERSIST, "insmod", NULL },
	{ HG_DANGER_PERSIST, "modprobe", NULL },
	{ HG_DANGER_PERSIST, "systemctl", "enable" },
	{ HG_DANGER_CREDENTIALS, NULL, "/etc/shadow" },
	{ HG_DANGER_CREDENTIALS, NULL, "/etc/gshadow" },
	{ HG_DANGER_CREDENTIALS, NULL, "id_rsa" },
	{ HG_DANGER_HIDE, "history", "-c" },
	{ HG_DANGER_HIDE, NULL, "histfile" },
	{ HG_DANGER_HIDE, NULL, ".bash_history" },
	{ HG_DANGER_HIDE, "clear", "log" },
	{ HG_DANGER_HIDE, "reset", "logbuffer" },
	{ HG_DANGER_HIDE, "undo", "info-center" },
	{ HG_DANGER_HIDE, "no", "logging" },
	{ HG_DANGER_HIDE, "rm", "/var/log" },
	{ HG_DANGER_FIREWALL, "iptables", " -f" },
	{ HG_DANGER_FIREWALL, "nft", "flush" },
	{ HG_DANGER_FIREWALL, "systemctl", "stop firewalld" },
	{ HG_DANGER_FIREWALL, "undo", "firewall" },
	{ HG_DANGER_FIREWALL, "undo", "acl" },
	{ HG_DANGER_FIREWALL, "no", "access-list" },
	{ HG_DANGER_FIREWALL, "setenforce", "0" },
	{ HG_DANGER_CONFIGURE, "configure", NULL },
	{ HG_DANGER_CONFIGURE, "conf", " t" },
	{ HG_DANGER_CONFIGURE, "system-view", NULL },
	{ HG_DANGER_CONFIGURE, "save", NULL },
	{ HG_DANGER_CONFIGURE, "write", NULL },
	{ HG_DANGER_CONFIGURE, "copy", "startup-config" },
	{ HG_DANGER_CONFIGURE, "undo", NULL },
	{ HG_DANGER_PROBE, NULL, "\\x7f\\x45\\x4c\\x46" },
};

static struct hg_span
take_word(struct hg_span *rest)
{
	const struct hg_span from = hg_span_skip_blanks(*rest);
	size_t n = 0;

	while (n < from.len && !hg_is_blank(from.p[n]))
		n++;
	*rest = hg_span_from(from, n);
	return hg_span_sub(from, 0, n);
}

/* "/bin/busybox" is called busybox. */
static struct hg_span
base_name(struct hg_span word)
{
	for (size_t i = word.len; i-- > 0;)
		if (word.p[i] == '/')
			return hg_span_from(word, i + 1);
	return word;
}

/* The program of a simple command, behind what only runs another one, and what it is given. */
static struct hg_span
program_of(struct hg_span one, struct hg_span *arguments)
{
	struct hg_span word;

	do {
		word = base_name(take_word(&one));
	} while (hg_span_eq(word, HG_BYTES("sudo")) || hg_span_eq(word, HG_BYTES("nohup")) ||
		hg_span_eq(word, HG_BYTES("exec")) || hg_span_eq(word, HG_BYTES("do")));
	*arguments = one;
	return word;
}

/* Up to ; | & and the like; what stands in quotes is not told apart. */
static struct hg_span
take_simple(struct hg_span *line)
{
	size_t n = 0;
	struct hg_span one;

	while (n < line->len && line->p[n] != ';' && line->p[n] != '|' && line->p[n] != '&' &&
		line->p[n] != '\n' && line->p[n] != '`')
		n++;
	one = hg_span_sub(*line, 0, n);
	*line = hg_span_from(*line, n + 1);
	return one;
}

/* "-r -f" and "--recursive --force" are -rf. */
static bool
removes_all(struct hg_span arguments)
{
	bool recursive = false, forced = false;
	struct hg_span word;

	while ((word = take_word(&arguments)).len > 0) {
		const bool letters = word.p[0] == '-' && !hg_span_starts(word, HG_BYTES("--"));

		recursive |= letters && hg_span_has_nocase(word, HG_BYTES("r"));
		recursive |= hg_span_eq(word, HG_BYTES("--recursive"));
		forced |= letters && hg_span_has(word, HG_BYTES("f"));
		forced |= hg_span_eq(word, HG_BYTES("--force"));
	}
	return recursive && forced;
}

static uint32_t
danger_of_simple(struct hg_span one)
{
	struct hg_span arguments, program = program_of(one, &arguments);
	uint32_t bits = 0;

	/* Bots send it to see whether it answers as it should; what it is to run counts as well. */
	while (hg_span_eq_nocase(program, HG_BYTES("busybox"))) {
		bits |= 1u << HG_DANGER_PROBE;
		program = take_word(&arguments);
	}
	if (hg_span_eq(program, HG_BYTES("rm")) && removes_all(arguments))
		bits |= 1u << HG_DANGER_DESTROY;
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if (rows[i].program != NULL && hg_span_eq_nocase(program, hg_span_str(rows[i].program)) &&
			(rows[i].rest == NULL || hg_span_has_nocase(arguments, hg_span_str(rows[i].rest))))
			bits |= 1u << rows[i].danger;
	return bits;
}

uint32_t
hg_telnet_danger_of(struct hg_span command)
{
	struct hg_span left = hg_span_sub(command, 0, 1024);
	uint32_t bits = 0;

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if (rows[i].program == NULL && hg_span_has_nocase(left, hg_span_str(rows[i].rest)))
			bits |= 1u << rows[i].danger;
	while (left.len > 0)
		bits |= danger_of_simple(take_simple(&left));
	return bits;
}

/* The first argument that is no option. */
static struct hg_span
plain_argument(struct hg_span arguments)
{
	struct hg_span word;

	do {
		word = take_word(&arguments);
	} while (word.len > 0 && word.p[0] == '-');
	return word;
}

struct hg_telnet_rise
hg_telnet_rise_of(struct hg_span command)
{
	static const struct {
		const char *word, *how;
		bool asks;
	} ways[] = { { "su", "su", true }, { "sudo", "sudo", true }, { "doas", "doas", true },
		{ "enable", "enable", true }, { "en", "enable", true }, { "super", "super", true },
		{ "system-view", "system-view", false }, { "sys", "system-view", false },
		{ "configure", "configure", false }, { "conf", "configure", false } };
	struct hg_span rest = command, word = base_name(take_word(&rest));

	for (size_t i = 0; i < HG_COUNT(ways); i++) {
		struct hg_telnet_rise rise = { .how = ways[i].how, .asks = ways[i].asks };

		if (!hg_span_eq_nocase(word, hg_span_str(ways[i].word)))
			continue;
		if (strcmp(rise.how, "su") == 0)
			rise.user = plain_argument(rest);
		return rise;
	}
	return (struct hg_telnet_rise){ 0 };
}

static struct hg_span
url_in(struct hg_span text)
{
	while (text.len > 0) {
		const struct hg_span word = take_word(&text);

		if (hg_span_has(word, HG_BYTES("://")) || hg_span_starts_nocase(word, HG_BYTES("tftp:")) ||
			hg_span_starts_nocase(word, HG_BYTES("ftp:")))
			return word;
	}
	return HG_SPAN_NONE;
}

static struct hg_telnet_transfer
transfer_of_simple(struct hg_span one)
{
	static const struct {
		const char *program, *upload; /* upload: word that makes it one; "" always, NULL never */
	} tools[] = { { "wget", NULL }, { "curl", "-T" }, { "tftp", "put" }, { "ftpget", NULL },
		{ "ftpput", "" }, { "rz", NULL }, { "sz", "" }, { "scp", NULL }, { "ftp", NULL },
		{ "sftp", NULL }, { "copy", NULL }, { "rsync", NULL } };
	struct hg_span arguments, program = program_of(one, &arguments);

	if (hg_span_eq(program, HG_BYTES("busybox")))
		program = take_word(&arguments);
	for (size_t i = 0; i < HG_COUNT(tools); i++) {
		struct hg_telnet_transfer t = { .tool = tools[i].program, .object = url_in(arguments) };

		if (!hg_span_eq_nocase(program, hg_span_str(tools[i].program)))
			continue;
		if (strcmp(t.tool, "copy") == 0 && t.object.len == 0)
			break;
		t.upload = tools[i].upload != NULL &&
			(tools[i].upload[0] == '\0' ||
				hg_span_has_nocase(arguments, hg_span_str(tools[i].upload)));
		/* tftp -p of busybox */
		if (strcmp(t.tool, "tftp") == 0)
			t.upload |= hg_span_has(arguments, HG_BYTES("-p "));
		if (t.object.len == 0)
			t.object = hg_span_trim(arguments);
		return t;
	}
	return (struct hg_telnet_transfer){ 0 };
}

struct hg_telnet_transfer
hg_telnet_transfer_of(struct hg_span command)
{
	struct hg_span left = hg_span_sub(command, 0, 1024);

	while (left.len > 0) {
		const struct hg_telnet_transfer t = transfer_of_simple(take_simple(&left));

		if (t.tool != NULL)
			return t;
	}
	return (struct hg_telnet_transfer){ 0 };
}
