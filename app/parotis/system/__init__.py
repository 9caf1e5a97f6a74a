"""The operating system and cryptography: paths, durable files, the vault of keys, certificates, logs, the process."""
