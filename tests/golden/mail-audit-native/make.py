"""Who sent what to whom and what came of it: logins, refusals, TLS, one direction only, missing bytes."""
import packets

SETTINGS = ['compat=native']
RECORDS = ('login', 'smtp', 'fileinfo')
KEYS = ('smtp', 'email', 'audit')

HELLO = [(1, b'220 mx.test ESMTP\r\n'), (0, b'EHLO c\r\n'), (1, b'250-mx.test\r\n250-PIPELINING\r\n250 AUTH LOGIN PLAIN\r\n')]
LOGIN = [(0, b'AUTH LOGIN\r\n'), (1, b'334 VXNlcm5hbWU6\r\n'), (0, b'1cXI/Q==\r\n'), (1, b'334 UGFzc3dvcmQ6\r\n'), (0, b'c2VjcmV0\r\n')]
ENVELOPE = [(0, b'MAIL FROM:<a@x.test> SIZE=100\r\nRCPT TO:<b@y.test>\r\nRCPT TO:<c@z.test>\r\nDATA\r\n'),
	(1, b'250 2.1.0 ok\r\n250 2.1.5 ok\r\n550 5.1.1 nobody\r\n354 go\r\n')]
MESSAGE = [(0, b'From: a@x.test\r\nSubject: s\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n'), (0, b'one\r\n' * 40), (0, b'two\r\n.\r\n')]
BYE = [(0, b'QUIT\r\n'), (1, b'221 bye\r\n')]
SESSIONS = [
	HELLO + LOGIN + [(1, b'535 5.7.8 no\r\n')] + LOGIN + [(1, b'235 2.7.0 ok\r\n')] + ENVELOPE + MESSAGE + [(1, b'250 2.0.0 Ok: queued as 4AbC\r\n')] + ENVELOPE + MESSAGE
		+ [(1, b'554 5.7.1 spam\r\n')] + BYE,
	HELLO + [(0, b'MAIL FROM:<a@x.test>\r\nRCPT TO:<c@z.test>\r\nRSET\r\n'), (1, b'250 ok\r\n554 5.7.1 relay\r\n250 ok\r\n')] + BYE,
	HELLO + [(0, b'MAIL FROM:<a@x.test>\r\n'), (1, b'451 4.3.0 later\r\n')] + BYE,
	HELLO + LOGIN + [(1, b'535 5.7.8 no\r\n')] + BYE,
	HELLO + [(0, b'STARTTLS\r\n'), (1, b'220 go\r\n')],
	HELLO + ENVELOPE + MESSAGE,
]


def frames():
	out = [f for i, s in enumerate(SESSIONS) for f in packets.talk(25, s, sport=41000 + i)]
	whole = HELLO + ENVELOPE + MESSAGE + [(1, b'250 2.0.0 Ok: queued as 4AbD\r\n')] + BYE
	lossy = packets.Session(25, sport=42000).open()
	for i, (side, data) in enumerate(whole):
		before = len(lossy.frames)
		lossy.say(side, data)
		if i == len(HELLO) + len(ENVELOPE) + 1:
			del lossy.frames[before]
	return packets.timed(out + lossy.close())
