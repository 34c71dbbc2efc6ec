"""POP3 and IMAP: rules on commands, mailboxes, messages and files; sessions of which one side is missing, that are taken up in the
middle, that have lost segments."""
import base64
import zlib

from packets import ACK, PSH, Session, talk, timed

SETTINGS = ['compat=native', 'stream.midstream=true', 'stream.async-oneside=true']
RECORDS = ('login', 'pop3', 'imap')
FILES = True
PROGRAM = b'MZ' + bytes(range(256)) * 20
MAIL = (b'From: Anna <anna@a.test>\r\nTo: bob@b.test\r\nSubject: =?utf-8?q?Rechnung_f=C3=BCr_bob?=\r\nMIME-Version: 1.0\r\n'
	b'Content-Type: multipart/mixed; boundary=xx\r\n\r\n--xx\r\nContent-Type: text/plain\r\n\r\nhttp://evil.test/pay\r\n.\r\n--xx\r\n'
	b'Content-Type: application/octet-stream; name=pay.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
	base64.encodebytes(PROGRAM).replace(b'\n', b'\r\n') + b'--xx--\r\n')


def literal(data):
	return b'{%d}\r\n%s' % (len(data), data)


def pop3(retr=MAIL):
	return [(1, b'+OK ready\r\n'), (0, b'USER bob\r\n'), (1, b'+OK\r\n'), (0, b'PASS hunter2\r\n'), (1, b'+OK in\r\n'), (0, b'RETR 7\r\n'),
		(1, b'+OK\r\n' + retr.replace(b'\r\n.', b'\r\n..') + b'.\r\n'), (0, b'DELE 7\r\n'), (1, b'+OK\r\n'), (0, b'QUIT\r\n'), (1, b'+OK\r\n')]


def imap():
	return [(1, b'* OK ready\r\n'), (0, b'a LOGIN bob hunter2\r\n'), (1, b'a OK in\r\n'), (0, b'b SELECT &Ti1lh1tX-\r\n'),
		(1, b'* 2 EXISTS\r\nb OK\r\n'), (0, b'c UID FETCH 9 BODY[]\r\n'), (1, b'* 1 FETCH (UID 9 BODY[] ' + literal(MAIL) + b')\r\nc OK\r\n'),
		(0, b'd STORE 1 +FLAGS (\\Deleted)\r\n'), (1, b'd OK\r\n'), (0, b'e EXPUNGE\r\n'), (1, b'* 1 EXPUNGE\r\ne OK\r\n'),
		(0, b'f APPEND Sent %s\r\n' % literal(MAIL)[:literal(MAIL).index(b'\n') - 1]), (1, b'+ go\r\n'), (0, MAIL + b'\r\n'), (1, b'f OK\r\n'),
		(0, b'g LOGOUT\r\n'), (1, b'* BYE\r\ng OK\r\n')]


def bomb():
	packer = zlib.compressobj(9, zlib.DEFLATED, -15)
	much = packer.compress(b'* OK ' + b' ' * (4 << 20)) + packer.flush()
	return [(1, b'* PREAUTH in\r\n'), (0, b'a COMPRESS DEFLATE\r\n'), (1, b'a OK\r\n'), (1, much)]


def side(messages, port, which, **how):
	"""Frames of one side only."""
	session = Session(port, **how).open()
	ends = {}
	for who, data in messages:
		before = len(session.frames)
		session.say(who, data)
		ends.update({i: who if (i - before) % 2 == 0 else 1 - who for i in range(before, len(session.frames))})
	frames = session.close()
	ends.update({0: 0, 1: 1, 2: 0, len(frames) - 3: 0, len(frames) - 2: 1, len(frames) - 1: 0})
	return [f for i, f in enumerate(frames) if ends[i] == which]


def lossy(messages, port, lose, **how):
	"""Without the frames that hold `lose`."""
	return [f for f in talk(port, messages, **how) if lose not in f]


def middle(messages, port, skip, **how):
	session = Session(port, **how)
	for who, data in messages[skip:]:
		session.say(who, data)
	return session.close()


def frames():
	out = talk(110, pop3(), sport=20001) + talk(143, imap(), sport=20002) + talk(10143, bomb(), sport=20003)
	lost = base64.b64encode(PROGRAM)[1000:1040]
	for port, messages, last in ((110, pop3(), b'DELE'), (143, imap(), b'EXPUNGE\r\n')):
		out += side(messages, port, 0, sport=20004) + side(messages, port, 1, sport=20005)
		out += lossy(messages, port, lost[:20], sport=20006, cut=700) + lossy(messages, port, last, sport=20007)
		out += middle(messages, port, 3, sport=20008) + middle(messages, port, 6, sport=20009, cut=500)
	return timed(out)
