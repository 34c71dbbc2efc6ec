"""Mails whose attachment receivers find and a reader by the letter does not: each carries `secret`, mostly as evil.exe."""
import base64

import packets

HELLO = [(1, b'220 mx.test ESMTP\r\n'), (0, b'EHLO c\r\n'), (1, b'250-mx.test\r\n250-PIPELINING\r\n250 8BITMIME\r\n')]
ENVELOPE = [(0, b'MAIL FROM:<a@x.test>\r\n'), (1, b'250 ok\r\n'), (0, b'RCPT TO:<b@y.test>\r\n'), (1, b'250 ok\r\n'), (0, b'DATA\r\n'), (1, b'354 go\r\n')]
END = [(1, b'250 ok\r\n'), (0, b'QUIT\r\n'), (1, b'221 bye\r\n')]
TOP = b'From: a@x.test\r\n'
LIST = b'Content-Type: multipart/mixed; boundary=b\r\n'
TEXT = b'--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n'
NAMED = b'Content-Disposition: attachment; filename=evil.exe\r\n'
CODED = b'Content-Transfer-Encoding: base64\r\n'
SECRET = base64.b64encode(b'xxxx secret yyyy')


def attached(header=NAMED + CODED, body=SECRET, blank=b'\r\n'):
	return b'--b\r\n' + header + blank + body + b'\r\n'


def mixed(*parts, end=b'--b--\r\n', header=LIST):
	return TOP + header + b'\r\n' + b''.join(parts) + end


MAILS = [
	('plain', mixed(TEXT, attached())),
	('junk in base64', mixed(attached(body=SECRET[:8] + b'!*\r\n (' + SECRET[8:]))),
	('padding in the middle', mixed(attached(body=base64.b64encode(b'xxxx ') + b'\r\n' + base64.b64encode(b'secret yyyy')))),
	('small letters in quoted-printable', mixed(attached(NAMED + b'Content-Transfer-Encoding: quoted-printable\r\n', b's=65cr=65=\r\nt =c3=a4'))),
	('no empty line behind the header', mixed(attached(blank=b''))),
	('the list is not ended, one around it is', TOP + LIST + b'\r\n--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nhi\r\n'
		+ attached() + b'--b--\r\n'),
	('behind the last boundary', mixed(TEXT, b'--b--\r\n', attached())),
	('no boundary is said', mixed(TEXT, attached(), header=b'Content-Type: multipart/mixed\r\n')),
	('boundary with blanks behind', mixed(TEXT, attached().replace(b'--b\r\n', b'--b \t\r\n', 1))),
	('a line that begins with the boundary', mixed(attached(NAMED, b'--bc\r\nsecret'))),
	('two types', mixed(TEXT, attached(), header=LIST + b'Content-Type: text/plain\r\n')),
	('two codings', mixed(attached(NAMED + b'Content-Transfer-Encoding: 7bit\r\n' + CODED))),
	('capitals in a parameter', mixed(attached(b'Content-Disposition: attachment; FileName=evil.exe\r\n' + CODED))),
	('a name in GBK', mixed(attached(b'Content-Disposition: attachment; filename="=?GBK?B?w/u1pS5leGU=?="\r\n' + CODED))),
	('a name in percent signs', mixed(attached(b"Content-Disposition: attachment; filename*=GBK''%C3%FB%B5%A5.exe\r\n" + CODED))),
	('a name in sections', mixed(attached(b"Content-Disposition: attachment; filename*0*=UTF-8''evil; filename*1=\".e\"; filename*2*=%78e\r\n" + CODED))),
	('no name', mixed(attached(b'Content-Type: application/octet-stream\r\n' + CODED))),
	('two names', mixed(attached(b'Content-Type: application/octet-stream; name=evil.exe\r\nContent-Disposition: attachment; filename=a.txt\r\n' + CODED))),
	('a message in base64', mixed(attached(b'Content-Type: message/rfc822\r\n' + CODED))),
	('a coded list', mixed(TEXT, attached(), header=LIST + CODED)),
	('an unknown coding', mixed(attached(NAMED + b'Content-Transfer-Encoding: x-none\r\n', b'secret'))),
	('CR in a header', mixed(attached(b'X: y\rContent-Type: z\r\n' + NAMED + CODED))),
	('uuencode', TOP + b'\r\nhi\r\n\r\nbegin 644 evil.exe\r\n' + b'0>\'AX>"!S96-R970@>7EY>0``\r\n`\r\nend\r\n'),
	('LF alone', mixed(TEXT, attached()).replace(b'\r\n', b'\n')),
	('direction and two extensions', mixed(attached('Content-Disposition: attachment; filename="\u202etxt.pdf.exe"\r\n'.encode() + CODED))),
	('a program that is called a picture', mixed(attached(b'Content-Disposition: attachment; filename=a.jpg\r\n' + CODED, base64.b64encode(b'MZ secret')))),
]


def session(i, message):
	return packets.talk(25, HELLO + ENVELOPE + [(0, message + b'.\r\n')] + END, sport=41000 + i)


def smuggled(i, end, answers):
	"""Two mails behind one DATA, an end between them that only some servers see."""
	second = b'MAIL FROM:<boss@y.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\n' + mixed(attached())
	return packets.talk(25, HELLO + ENVELOPE + [(0, TOP + b'\r\nhi' + end + second + b'.\r\n'), (1, answers), (0, b'QUIT\r\n'), (1, b'221 bye\r\n')], sport=42000 + i)


ONE, TWO = b'250 one\r\n', b'250 one\r\n250 ok\r\n250 ok\r\n354 go\r\n250 two\r\n'
ENDS = [(b'\n.\r\n', TWO), (b'\n.\r\n', ONE), (b'\r\n.\n', TWO), (b'\n.\n', TWO)]


def frames():
	out = [f for i, (_, message) in enumerate(MAILS) for f in session(i, message)]
	return packets.timed(out + [f for i, (end, answers) in enumerate(ENDS) for f in smuggled(i, end, answers)])
