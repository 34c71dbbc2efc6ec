"""The same in place of the client's address, the first of several; records of files by a setting of their own."""
FRAMES_OF = 'http-xff'
RECORDS = ('http', 'fileinfo')
KEYS = ('xff', 'alert')
SETTINGS = ['outputs.eve-log.xff.enabled=yes', 'outputs.eve-log.xff.mode=overwrite', 'outputs.eve-log.xff.deployment=forward',
	'outputs.eve-log.types.files.xff.enabled=yes']
