# shellcheck shell=sh
# sshd's AuthorizedKeysCommand: the public keys that EC2 Instance Connect pushed for user $1 in the last minute.
# Debian has no package for this. The keys' signature is not checked: only root can stand in for 169.254.169.254
# on its own machine, and root needs no key.
imds=http://169.254.169.254/latest
token=$(curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 9' $imds/api/token)
curl -sf -m 2 -H "X-aws-ec2-metadata-token: $token" "$imds/meta-data/managed-ssh-keys/active-keys/$1" || :
