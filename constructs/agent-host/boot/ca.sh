# shellcheck shell=sh
# shellcheck disable=SC2034 # another part of the boothook uses it
step='the CA certificate is not usable'
crt=/usr/local/share/ca-certificates/airlock.crt
bundle=/etc/ssl/certs/ca-certificates.crt
sed 's/^ //' "$R/run/airlock/ca" | put 644 $crt
# The clock may still be wrong.
trusted() { openssl verify -no_check_time -CAfile "$R$bundle" "$R$crt" >/dev/null; }
# --fresh: a renewed certificate of the same name would keep the old hash link.
if ! trusted; then
  update-ca-certificates --fresh >/dev/null
  trusted
fi
# Node and Python have their own roots; git and curl may be built with others.
for name in NODE_EXTRA_CA_CERTS SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO; do
  echo "$name=$bundle"
done | put 644 /etc/environment
(echo '[Manager]' && sed 's/^/DefaultEnvironment=/' "$R/etc/environment") |
  put 644 /etc/systemd/system.conf.d/airlock.conf
