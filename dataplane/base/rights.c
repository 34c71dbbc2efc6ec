#include "base/rights.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
find_group(struct hg_rights *r, const char *name, struct hg_error *err)
{
	const struct group *g = getgrnam(name);

	if (g == NULL)
		return hg_error_set(err, -ENOENT,
			"run-as.group: there is no group '%s'; `groupadd --system %s` makes it", name, name);
	r->gid = g->gr_gid;
	return 0;
}

int
hg_rights_read(struct hg_rights *r, const struct hg_config *c, struct hg_error *err)
{
	const char *user = hg_config_str(c, "run-as.user"), *group = hg_config_str(c, "run-as.group");
	const struct passwd *p;

	*r = (struct hg_rights){ 0 };
	if (user == NULL || user[0] == '\0')
		return 0;
	p = getpwnam(user);
	if (p == NULL)
		return hg_error_set(err, -ENOENT,
			"run-as.user: there is no user '%s'; `useradd --system %s` makes it, or leave the "
			"key out",
			user, user);
	if (geteuid() != 0 && geteuid() != p->pw_uid)
		return hg_error_set(err, -EPERM,
			"run-as.user: only root can go on as '%s'; start as root, or leave the key out",
			user);
	r->given = geteuid() == 0 && p->pw_uid != 0;
	r->uid = p->pw_uid;
	r->gid = p->pw_gid;
	snprintf(r->user, sizeof(r->user), "%s", user);
	return group == NULL || group[0] == '\0' ? 0 : find_group(r, group, err);
}

int
hg_rights_lower(const struct hg_rights *r, struct hg_error *err)
{
	if (!r->given)
		return 0;
	if (initgroups(r->user, r->gid) < 0 || setegid(r->gid) < 0 || seteuid(r->uid) < 0)
		return hg_error_errno(err, "cannot become the user '%s'", r->user);
	return 0;
}

void
hg_rights_raise(const struct hg_rights *r)
{
	if (!r->given)
		return;
	/* The saved ids are root's until the drop. */
	if (seteuid(0) < 0 || setegid(0) < 0)
		_exit(3);
}

/* Capabilities that are permitted become those of `keep` that are. */
static int
limit(uint64_t keep)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[2] = { 0 };

	if (syscall(SYS_capget, &h, d) < 0)
		return -1;
	for (unsigned i = 0; i < 2; i++) {
		const uint32_t left = d[i].permitted & (uint32_t)(keep >> 32 * i);

		d[i] = (struct __user_cap_data_struct){ .permitted = left, .effective = left };
	}
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return (int)syscall(SYS_capset, &h, d);
}

/* The C library changes the ids of all threads, the kernel takes their capabilities with that; only this one keeps them
 * over the change. */
static int
change_user(const struct hg_rights *r)
{
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || initgroups(r->user, r->gid) < 0 ||
		setresgid(r->gid, r->gid, r->gid) < 0 || setresuid(r->uid, r->uid, r->uid) < 0)
		return -1;
	return prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
}

int
hg_rights_drop(const struct hg_rights *r, uint64_t keep, struct hg_error *err)
{
	if (!r->given && geteuid() == 0)
		return 0;
	if (r->given && change_user(r) < 0)
		return hg_error_errno(err, "cannot go on as the user '%s'", r->user);
	if (limit(keep) < 0)
		return hg_error_errno(err, "cannot give up capabilities");
	return 0;
}

void
hg_rights_keep(uint64_t keep)
{
	/* To give up what one has is always allowed. */
	limit(keep);
}

void
hg_rights_no_new(void)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void
hg_rights_folder(const struct hg_rights *r, const char *path)
{
	if (mkdir(path, 0750) == 0 && r->given && chown(path, r->uid, r->gid) < 0)
		rmdir(path);
}

void
hg_rights_folder_of(const struct hg_rights *r, const char *file)
{
	const char *slash = strrchr(file, '/');
	char folder[512];

	if (slash == NULL || slash == file)
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - file), file);
	hg_rights_folder(r, folder);
}
