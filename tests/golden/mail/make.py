"""Mails: files in parts, codings, malformations of commands, replies and messages, pipelining, TLS."""
import packets

READY = (1, b'220 mx.test ESMTP ready\r\n')
HELLO = [READY, (0, b'EHLO c\r\n'), (1, b'250-mx.test\r\n250-PIPELINING\r\n250 CHUNKING\r\n')]
ENVELOPE = [(0, b'MAIL FROM:<a@x.test>\r\n'), (1, b'250 ok\r\n'), (0, b'RCPT TO:<b@y.test>\r\n'), (1, b'250 ok\r\n')]
HEADER = b'From: a@x.test\r\nSubject: needle\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n'


def part(header, body):
	return b'--b\r\n' + header + b'\r\n' + body


def attached(name, body, coding=b'7bit'):
	return part(b'Content-Disposition: attachment; filename=' + name + b'\r\nContent-Transfer-Encoding: ' + coding + b'\r\n', body)


def mail(message, end=b'.\r\n'):
	return ENVELOPE + [(0, b'DATA\r\n'), (1, b'354 go\r\n'), (0, message + end), (1, b'250 queued\r\n')]


BYE = [(0, b'QUIT\r\n'), (1, b'221 bye\r\n')]
SESSIONS = [
	HELLO + mail(HEADER + attached(b'a.exe', b'c2VjcmV0\r\n', b'base64') + attached(b'b.txt', b'se=63ret\r\n', b'quoted-printable')
		+ b'--b--\r\n') + mail(b'Subject: needle\r\n\r\nsecret' + b'x' * 1000 + b'\r\n') + BYE,
	HELLO + mail(HEADER + part(b'Content-Type: multipart/mixed; boundary=c\r\n', b'--c\r\nContent-Type: x/y; name=in.exe\r\n\r\n'
		b'secret\r\n--c--\r\n') + attached(b'n' * 300, b'x\r\nsecret\r\n') + attached(b'q', b'=zz' + b'y' * 80 + b'\r\n',
		b'quoted-printable')) + BYE,
	[READY, (0, b'EHLO c\r\n'), (1, b'250-mx\r\n250 x\r\n'), (0, b'EHLO d\r\n'), (1, b'250 ok\r\n'), (0, b'DATA\r\n'), (1, b'503 no\r\n'), (0, b'DATA\r\n'),
		(1, b'503 no\r\n'), (0, b'STARTTLS\r\n'), (1, b'501 no\r\n')] + BYE,
	HELLO + [(0, b'AUTH PLAIN AGEAYg==\r\n'), (1, b'535 no\r\n')] + mail(HEADER + attached(b'a.exe', b'secret\r\n') + b'--b--\r\n') + BYE,
	HELLO + ENVELOPE + [(0, b'BDAT 16\r\nSubject: needle\n'), (1, b'250 ok\r\n'), (0, b'BDAT 30 LAST\r\n\r\n' + b'secret\r\n' * 4), (1, b'250 ok\r\n')] + BYE,
	HELLO + [(0, b'NOOP ' + b'x' * 5000 + b'\r\n'), (1, b'250 ok\r\n')] + BYE,
	HELLO + [(0, b'MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n'), (1, b'250 ok\r\n250 ok\r\n354 go\r\n'), (0, HEADER
		+ attached(b'a.exe', b'secret\r\n') + b'--b--\r\n.\r\n'), (1, b'250 queued\r\n'), (0, b'RSET\r\n'), (1, b'250 ok\r\n')] + BYE,
]


def frames():
	return packets.timed([f for i, s in enumerate(SESSIONS) for f in packets.talk(25, s, sport=41000 + i)])
