"""The messages of the case snmp, read natively."""
FRAMES_OF = 'snmp'
SETTINGS = ['compat=native']
RECORDS = ('snmp', 'anomaly')
