"""Files that rules name, by name, type, size, bytes and digest; scopes and directions; rules that match late; files that are cut off."""
import packets
from traffic import Transfers

SETTINGS = ['outputs.file-store.enabled=yes']
FILES = True
PDF = b'%PDF-1.4\n%' + b'words of a paper\n' * 60
PNG = b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\2\0\0\0' + bytes(range(256)) * 4
TEXT = b'only text, line by line\n'


def ask(name):
	return (0, b'GET /%s HTTP/1.1\r\nHost: a.test\r\n\r\n' % name)


def answer(body, said=None):
	return (1, b'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n' % (said or len(body)) + body)


def later(body, at=600):
	"""In two packets: what stands in the second one was not there when the first was looked at."""
	first = answer(body[:at], len(body))
	return [first, (1, body[at:])]


def parts(*files):
	body = b''.join(b'--b\r\nContent-Disposition: form-data; name="f"; filename="%s"\r\n\r\n%s\r\n' % f for f in files) + b'--b--\r\n'
	head = b'POST /%s HTTP/1.1\r\nHost: a.test\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n'
	return head, body


def upload(name, *files):
	head, body = parts(*files)
	return (0, head % (name, len(body)) + body)


def upload_later(name, *files):
	head, body = parts(*files)
	return [(0, head % (name, len(body)))] + [(0, body[i:i + 150]) for i in range(0, len(body), 150)]


SESSIONS = [
	[ask(b'paper'), *later(PDF), ask(b'late'), *later(TEXT * 40 + b'needle\n'), ask(b'plain'), answer(TEXT)],
	[ask(b'picture'), *later(PNG), ask(b'small.exe'), answer(b'MZ' + b'x' * 30)],
	[ask(b'cut'), answer(TEXT * 30, 5000)],
	[upload(b'two', (b'one.txt', TEXT * 3), (b'two.exe', b'MZ' + b'y' * 100)), answer(b'ok')],
	[*upload_later(b'slow', (b'first.doc', TEXT * 9), (b'second.doc', TEXT * 11)), answer(b'done')],
	[(0, b'POST /flow HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\nfirst one'), answer(b'said'), (0,
		b'PUT /after HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nsecond one'), answer(b'after all')],
]


def frames():
	http = [f for i, s in enumerate(SESSIONS) for f in packets.talk(80, s, sport=41000 + i)]
	s = Transfers(21, sport=40000).open().login()
	s.passive(b'RETR got.dat', 1, TEXT * 3).passive(b'STOR put.dat', 0, TEXT * 4)
	return packets.timed(http + s.talk(b'', b'QUIT', b'221 bye').close())
