"""FTP of which a part is missing: a session from its middle on, the client's side alone, the server's alone, a hole in it. Nothing may
be said of what was not seen."""
from packets import Session, timed
from traffic import Transfers

SETTINGS = ['compat=native', 'stream.midstream=yes', 'stream.async-oneside=yes']
RECORDS = ('login', 'ftp', 'ftp_data', 'fileinfo', 'anomaly')
KEYS = ('anomaly', 'fileinfo')


def talked(number):
	s = Transfers(21, sport=40000 + number).open().login()
	s.talk(b'', b'PWD', b'257 "/home"', b'CWD a', b'250 ok').passive(b'RETR b', 1, b'the file\n')
	return s.talk(b'', b'DELE c', b'250 ok', b'QUIT', b'221 bye').close()


def of_port(frame, port, sends):
	at = 34 if sends else 36
	return frame[at:at + 2] == port.to_bytes(2, 'big')


def middle():
	return [f for f in talked(1)][16:]


def client():
	return [f for f in talked(2) if of_port(f, 21, False)]


def server():
	return [f for f in talked(3) if of_port(f, 21, True)]


def hole():
	s = Session(21, sport=40004).open().say(1, b'220 hi\r\n').say(0, b'USER a\r\n').say(1, b'331 p\r\n')
	s.say(0, b'PASS b\r\n')
	kept = len(s.frames)
	s.say(1, b'230 in\r\n').say(0, b'CWD /x\r\n')
	del s.frames[kept:]
	return s.say(1, b'250 ok\r\n').say(0, b'DELE y\r\n').say(1, b'250 ok\r\n').close()


def frames():
	return timed(middle() + client() + server() + hole())
