"""rules/sets/hangu-cloud.rules: what makes each rule alert, and what is like it and must not."""
from scripts import get, page, post

JSON = b'application/json'
CREATE = b'/v1.41/containers/create'

CASES = {
	8615001: (get(b'/fetch?url=http://169.254.169.254/latest/'), get(b'/fetch?url=http://192.0.2.1/')),
	8615002: (post(b'/fetch', b'url=http://169.254.169.254/'), post(b'/fetch', b'url=http://192.0.2.1/')),
	8615003: (get(b'/fetch?u=http://100.100.100.200/latest/'), get(b'/version?v=100.100.100')),
	8615004: (post(CREATE, b'{"Image":"a","HostConfig":{"Privileged":true}}', JSON), post(CREATE, b'{"Image":"a","HostConfig":{"Privileged":false}}', JSON)),
	8615005: (post(CREATE, b'{"HostConfig":{"Binds":["/:/host"]}}', JSON), post(CREATE, b'{"HostConfig":{"Binds":["/data:/data"]}}', JSON)),
	8615006: (post(b'/run/kube-system/web-0/web', b'cmd=id'), post(b'/run/report', b'cmd=start')),
	8615007: (get(b'/api/v1/namespaces/kube-system/secrets'), get(b'/api/v1/namespaces/default/secrets', b'Authorization: Bearer x')),
	8615008: (page(b'key = AKIAIOSFODNN7EXAMPLE\nsecret = x\n'), page(b'AKIA is a prefix; the secret is not here')),
	8615009: (page(b'-----BEGIN RSA PRIVATE KEY-----\nMII\n'), page(b'-----BEGIN PUBLIC KEY-----\nMII\n')),
}
