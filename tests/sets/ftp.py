"""rules/sets/hangu-ftp.rules: what makes each rule alert, and what is like it and must not."""
import packets
import traffic
from scripts import ftp

EICAR = b'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-' + b'ANTIVIRUS-TEST-FILE!$H+H*'


def fetched(content):
	"""A file over a data connection."""
	class Fetched:
		outward = False

		@staticmethod
		def frames(client, server):
			control = traffic.Transfers(21, client=client, server=server, sport=20000).open().login()
			control.talk(b'', b'PASV', b'227 Entering Passive Mode (192,168,1,2,195,80).')
			data = packets.Session(50000, client=client, server=server, sport=20001)
			data.frames = control.frames
			data.open()
			control.talk(b'', b'RETR a.com', b'150 opening')
			data.say(1, content).close()
			return control.talk(b'226 done').close()
	return Fetched


def refused(times):
	lines, replies = [], {}
	for i in range(times):
		lines += [b'USER anna', b'PASS %d' % i]
		replies.update({b'USER anna': b'331 password', b'PASS %d' % i: b'530 no'})
	return ftp(*lines, replies=replies)


CASES = {
	8611001: (ftp(b'USER anonymous', b'PASS a@a.test'), ftp(b'USER anna', b'PASS anonymous')),
	8611002: (ftp(b'USER root', b'PASS x'), ftp(b'USER rootbeer', b'PASS x')),
	8611003: (ftp(b'USER anna', b'PORT 192,168,1,9,0,22'), ftp(b'USER anna', b'NOOP')),
	8611004: (ftp(b'USER anna', b'SITE EXEC sh -c id'), ftp(b'USER anna', b'SITE HELP')),
	8611005: (ftp(b'SITE CPFR /etc/passwd', b'SITE CPTO /srv/a'), ftp(b'USER anna', b'SITE CHMOD 644 a')),
	8611006: (ftp(b'USER anna', b'RETR ../../../boot.ini'), ftp(b'USER anna', b'CWD ../pub')),
	8611007: (ftp(b'USER anna', b'RETR /etc/shadow'), ftp(b'USER anna', b'RETR /etc/motd')),
	8611008: (ftp(b'USER eve:)', b'PASS x'), ftp(b'USER eve', b'PASS x:)')),
	8611009: (ftp(b'USER anna', b'STOR www/a.php'), ftp(b'USER anna', b'STOR www/php.html')),
	8611010: (ftp(b'USER anna', b'CWD %08x%08x%n'), ftp(b'USER anna', b'CWD 100%new')),
	8611011: (ftp(b'USER admin', b'PASS 123456'), ftp(b'USER admin', b'PASS aSfg42!x')),
	8611012: (refused(12), refused(2)),
	8611013: (ftp(b'USER anna', b'PASS x', replies={b'PASS x': b'230 in'}), ftp(b'USER anna', b'PASS x', replies={b'PASS x': b'230 in'})),
	8611014: (fetched(EICAR), fetched(b'EICAR is a test file')),
}
