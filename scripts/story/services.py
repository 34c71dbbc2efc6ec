"""The server of the demo: Telnet whose login prints a prompt and runs nothing, and a name server.

usage: services.py ADDRESS LOGIN
"""
import os
import socket
import sys
import threading

ADDRESS, LOGIN = sys.argv[1:3]


def names():
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind((ADDRESS, 53))
	while True:
		q, peer = s.recvfrom(512)
		end = q.index(b'\0', 12) + 5
		found = q[end - 4:end - 2] == b'\0\1'
		answer = b'\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4' + socket.inet_aton(ADDRESS)
		s.sendto(q[:2] + b'\x85\x80\0\1' + (b'\0\1' if found else b'\0\0') + b'\0\0\0\0' + q[12:end] + answer * found, peer)


threading.Thread(target=names, daemon=True).start()
telnet = socket.create_server((ADDRESS, 23))
while True:
	c, _ = telnet.accept()
	if os.fork() == 0:
		for fd in range(3):
			os.dup2(c.fileno(), fd)
		os.execv('/usr/sbin/telnetd', ['telnetd', '-h', '--exec-login=' + LOGIN])
	c.close()
