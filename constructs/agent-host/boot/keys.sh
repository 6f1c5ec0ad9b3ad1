# shellcheck shell=bash
# sshd's AuthorizedKeysCommand: the public keys that EC2 Instance Connect pushed for user $1 in the last minute, without the
# lines of metadata around each. Debian has no package for this, and its image may lack curl. The keys' signature is not
# checked: only root could imitate 169.254.169.254 on its own machine, and root needs no key.
ask() {
  exec 3<>/dev/tcp/169.254.169.254/80
  # HTTP/1.0, so that the answer isn't chunked and the connection ends.
  printf '%s HTTP/1.0\r\nHost: i\r\nX-aws-ec2-metadata-token%s\r\n\r\n' "$@" >&3
  cat <&3
}
token=$(ask 'PUT /latest/api/token' '-ttl-seconds: 9' | tail -1)
ask "GET /latest/meta-data/managed-ssh-keys/active-keys/$1" ": $token" | grep ^ssh- || :
